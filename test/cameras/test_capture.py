# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The thread that keeps a camera going, on the fake camera and on cameras that fail in every way."""
import threading
import time

import pytest

from face_perception.cameras import CameraError, CameraLost, open_camera
from face_perception.cameras.base import DEVICE_SILENCE_S, Camera, CameraAbsent, device_silence
from face_perception.cameras.capture import Capture
from face_perception.cameras.fake import frame_number


class Record:
    """Collects what a Capture hands out; ``enough`` is set when ``count`` frames came."""

    def __init__(self, count=10**9):
        self.numbers, self.said, self.ended = [], [], threading.Event()
        self.enough, self._count = threading.Event(), count

    def frame(self, frame):
        self.numbers.append(frame_number(frame.image))
        if len(self.numbers) >= self._count:
            self.enough.set()

    def say(self, is_trouble, text):
        self.said.append((is_trouble, text))


def running(record, open_it, **options):
    capture = Capture(open_it, record.frame, record.say, on_end=record.ended.set, **options)
    capture.start()
    return capture


def fake(uri, **settings):
    settings = dict({'width': 48, 'height': 2, 'fps': 500}, **settings)
    return lambda wait: open_camera(uri, wait=wait, **settings)


def test_a_source_that_is_empty_from_the_start_ends():
    class Empty:
        closed = False

        def read(self):
            return None

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.closed = True

    record, camera = Record(), Empty()
    capture = running(record, lambda wait: camera)
    assert record.ended.wait(5) and capture.stop()
    assert capture.state == 'ended' and camera.closed
    assert record.numbers == [] and record.said == []


def test_every_frame_is_handed_on_until_the_end():
    record = Record()
    capture = running(record, fake('fake://?frames=7'))
    assert record.ended.wait(5) and capture.stop()
    assert record.numbers == list(range(7))
    assert capture.frames == 7 and capture.losses == 0
    assert len(record.said) == 1 and record.said[0][0] is False and 'test picture' in record.said[0][1]


def test_a_lost_camera_is_opened_again_and_each_change_is_said_once():
    record = Record(count=10)
    capture = running(record, fake('fake://?lost_after=3'), longest_wait=0.05)
    assert record.enough.wait(10) and capture.stop()
    assert record.numbers[:10] == [0, 1, 2] * 3 + [0]
    assert [is_trouble for is_trouble, _ in record.said][:7] == [False, True, False, True, False, True, False]
    assert capture.losses >= 3


def test_an_absent_camera_is_said_once_and_awaited():
    attempts, record = [], Record(count=2)

    def open_it(wait):
        attempts.append(time.monotonic())
        if len(attempts) < 6:
            raise CameraError('absent')
        return fake('fake://')(wait)

    capture = running(record, open_it, longest_wait=0.4)
    assert record.enough.wait(10) and capture.stop()
    assert [is_trouble for is_trouble, _ in record.said] == [True, False]
    waits = [after - before for before, after in zip(attempts, attempts[1:])]
    # 0.2, 0.4, 0.4 ...: soon at first, then at the longest wait.
    assert waits[0] >= 0.19 and min(waits[1:]) >= 0.39 and max(waits) < 1.5, waits


def test_troubles_that_take_turns_are_said_once_each():
    attempts, record = [], Record()

    def open_it(wait):
        attempts.append(None)
        raise CameraError('trouble {}'.format(len(attempts) % 2))

    capture = running(record, open_it, longest_wait=0.01)
    while len(attempts) < 10:
        time.sleep(0.01)
    assert capture.stop()
    assert sorted(text for _, text in record.said) == ['trouble 0', 'trouble 1']
    assert capture.state == 'lost' and capture.problem.startswith('trouble')


def test_one_unplugging_is_said_once_whatever_is_found_on_the_way():
    """The reading fails, then the device is not there; what another program or a right has to do with it is said."""
    attempts, record = [], Record()

    class Once:
        longest_silence = 10.0

        def __init__(self, fails_with):
            self.frames, self.fails_with = fake('fake://')(time.sleep), fails_with

        def read(self):
            if self.fails_with is None:
                return self.frames.read()
            error, self.fails_with = self.fails_with, None
            raise error

        def describe(self):
            return 'once'

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    def open_it(wait):
        attempts.append(None)
        if len(attempts) == 1:
            return Once(CameraLost('gives no frames'))
        if len(attempts) < 4:
            raise CameraAbsent('there is no device {}'.format(len(attempts)))
        if len(attempts) == 4:
            raise CameraError('no permission')
        return Once(None)

    capture = running(record, open_it, longest_wait=0.01)
    while not record.numbers:
        time.sleep(0.01)
    assert capture.stop()
    assert record.said == [(True, 'gives no frames'), (True, 'no permission'), (False, 'once')]


def test_a_camera_that_falls_silent_is_said_before_its_driver_gives_up_and_counts_as_one_loss():
    silent, record = threading.Event(), Record(count=3)

    class Mute(Camera):
        longest_silence = 0.2

        def __init__(self):
            self._frames = fake('fake://')(time.sleep)

        def read(self):
            if len(record.numbers) < 3 or silent.is_set():
                return self._frames.read()
            assert silent.wait(10)
            raise CameraLost('the driver gave up')

        def describe(self):
            return 'mute'

    capture = running(record, lambda wait: Mute())
    assert record.enough.wait(5)
    start = time.monotonic()
    while len(record.said) < 2:
        capture.check()
        time.sleep(0.02)
        assert time.monotonic() - start < 5
    assert capture.state == 'lost' and capture.losses == 1 and 'silent for 0.2 s' in capture.problem
    silent.set()
    while len(record.said) < 3:
        time.sleep(0.01)
    assert capture.stop()
    # Neither the giving up nor anything else is said between the silence and the return.
    assert [is_trouble for is_trouble, _ in record.said] == [False, True, False] and capture.losses == 1


@pytest.mark.parametrize('fps, seconds', [(30.0, DEVICE_SILENCE_S), (0.0, DEVICE_SILENCE_S), (1.0, 3.0)])
def test_a_slow_camera_has_the_time_of_its_frames(fps, seconds):
    assert device_silence(fps) == seconds


def test_an_unforeseen_error_is_treated_like_a_loss():
    attempts, record = [], Record(count=1)

    def open_it(wait):
        attempts.append(None)
        if len(attempts) == 1:
            raise ZeroDivisionError('in a driver')
        return fake('fake://')(wait)

    capture = running(record, open_it, longest_wait=0.01)
    assert record.enough.wait(5) and capture.stop()
    assert record.said[0] == (True, 'ZeroDivisionError: in a driver')


def test_a_camera_that_opens_but_gives_nothing_is_not_announced():
    record, closed = Record(), []

    class Busy:
        def read(self):
            raise CameraLost('gives no frames')

        def __enter__(self):
            return self

        def __exit__(self, *error):
            closed.append(None)

    capture = running(record, lambda wait: Busy(), longest_wait=0.01)
    while len(closed) < 5:
        time.sleep(0.01)
    assert capture.stop()
    assert record.said == [(True, 'gives no frames')]
    assert capture.losses == 0


@pytest.mark.parametrize('uri, fps', [('fake://', 0.01), ('/dev/video9876', 0)])
def test_stopping_does_not_wait_for_a_slow_or_absent_camera(uri, fps):
    record = Record()
    capture = running(record, fake(uri, fps=fps), longest_wait=60)
    time.sleep(0.1)
    start = time.monotonic()
    assert capture.stop()
    assert time.monotonic() - start < 4


def test_a_driver_that_does_not_answer_is_said_once_and_so_is_its_return():
    answer, record = threading.Event(), Record(count=3)

    def open_it(wait):
        answer.wait(10)
        return fake('fake://')(wait)

    capture = running(record, open_it)
    capture.check(limit=5)
    assert record.said == []
    time.sleep(0.1)
    for _ in range(3):
        capture.check(limit=0.05)
    assert [is_trouble for is_trouble, _ in record.said] == [True] and 'not answered' in record.said[0][1]
    assert capture.state == 'lost' and capture.problem
    answer.set()
    assert record.enough.wait(5) and capture.stop()
    assert [is_trouble for is_trouble, _ in record.said] == [True, False]
    assert capture.problem == ''


def test_a_slow_video_is_no_hanging_driver():
    record = Record()
    capture = running(record, fake('fake://', fps=0.01))
    while not record.numbers:
        time.sleep(0.01)
    time.sleep(0.3)
    capture.check(limit=0.1)
    assert capture.stop()
    assert [is_trouble for is_trouble, _ in record.said] == [False]


def test_a_driver_that_hangs_is_left_behind():
    release = threading.Event()

    def open_it(wait):
        release.wait(10)
        raise CameraError('late')

    capture = running(Record(), open_it)
    assert capture.stop(timeout=0.1) is False
    release.set()
    assert capture.stop(timeout=5) is True
