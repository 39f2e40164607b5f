# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Points in a thread of their own: newest wins, errors pass, pixels without faces are never made."""
import threading

import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_perception.core.frame import Frame
from face_perception.core.landmarks import LandmarkFinder
from face_perception.core.preprocess import InputSpec
from face_perception.pipeline.landmark_pipeline import FacesFrame, LandmarkPipeline, Wanted

SPEC = InputSpec(width=8, height=8, colour='bgr', mean=(0, 0, 0), scale=(1, 1, 1), resize='stretch', pad=0)
IMAGE = np.zeros((48, 64, 3), np.uint8)
TWO = Detections([[0, 0, 20, 20], [30, 10, 60, 40]], [0.9, 0.8], ['human', 'cartoon'])


class Bench:
    """A pipeline whose network waits until it may go on, and what came of it."""

    def __init__(self, wanted=Wanted()):
        self.results, self.errors, self.threads = [], [], set()
        self.may_go_on, self.busy = threading.Event(), threading.Event()
        self.changed = threading.Condition()
        self.pipeline = LandmarkPipeline(self.open, self.on_result, self.on_error, lambda: wanted)

    def open(self):
        def run(tensor):
            self.threads.add(threading.current_thread())
            self.busy.set()
            assert self.may_go_on.wait(5.0)
            return np.full((len(tensor), 2, 3), 0.5, np.float32)

        self.threads.add(threading.current_thread())
        return LandmarkFinder(SPEC, ('left_eye', 'nose'), 0, run, batch=4)

    def on_result(self, result):
        with self.changed:
            self.results.append(result)
            self.changed.notify_all()

    def on_error(self, given, error):
        with self.changed:
            self.errors.append((given.frame.stamp_ns, str(error)))
            self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, 5.0)

    def offer(self, stamp, faces=TWO, image=IMAGE):
        self.pipeline.offer(FacesFrame(Frame(stamp, 'camera', image), lambda: faces, source=stamp))


@pytest.fixture
def bench():
    made = Bench()
    made.pipeline.start()
    yield made
    made.may_go_on.set()
    assert made.pipeline.stop()


def test_no_face_no_pixel(bench):
    def no_pixels():
        raise AssertionError('nobody needs them')

    bench.offer(1, Detections.empty(), no_pixels)
    bench.wait(lambda: bench.results)
    result, = bench.results
    assert len(result.landmarks) == 0 and result.landmarks.names == ('left_eye', 'nose') and not bench.busy.is_set()


def test_two_faces_in_one_thread(bench):
    bench.may_go_on.set()
    bench.offer(7)
    bench.wait(lambda: bench.results)
    result, = bench.results
    assert result.given.source == 7 and result.detections is TWO and (result.width, result.height) == (64, 48)
    assert result.landmarks.points[:, 0].tolist() == [[10, 10], [45, 25]]
    assert min(result[-4:]) >= 0 and result.inference > 0
    assert len(bench.threads) == 1 and threading.current_thread() not in bench.threads


def test_the_newest_wins_and_the_others_are_counted(bench):
    bench.offer(1)
    assert bench.busy.wait(5.0)
    for stamp in (2, 3, 4):
        bench.offer(stamp)
    bench.may_go_on.set()
    bench.wait(lambda: len(bench.results) == 2)
    assert [result.given.frame.stamp_ns for result in bench.results] == [1, 4] and bench.pipeline.replaced == 2


def test_what_waits_can_be_forgotten(bench):
    bench.offer(1)
    assert bench.busy.wait(5.0)
    bench.offer(2)
    bench.pipeline.clear()
    bench.may_go_on.set()
    bench.offer(3, Detections.empty())
    bench.wait(lambda: len(bench.results) == 2)
    assert [result.given.frame.stamp_ns for result in bench.results] == [1, 3]


def test_an_error_is_handed_on_and_the_next_frame_follows(bench):
    bench.may_go_on.set()
    bench.offer(1, image=np.zeros((4, 4), np.uint8))
    bench.wait(lambda: bench.errors)
    bench.offer(2)
    bench.wait(lambda: bench.results)
    assert bench.errors[0][0] == 1 and 'expected an image' in bench.errors[0][1]


@pytest.mark.parametrize('wanted, found', [
    (Wanted(), [True, True]), (Wanted(['cartoon']), [False, True]), (Wanted(None, 1), [True, False])])
def test_only_wanted_faces_are_looked_at(wanted, found):
    bench = Bench(wanted)
    bench.may_go_on.set()
    bench.pipeline.start()
    bench.offer(1)
    bench.wait(lambda: bench.results)
    assert bench.results[0].landmarks.found.tolist() == found
    assert bench.pipeline.stop()


def test_what_cannot_be_opened_is_raised_by_start():
    def refuse():
        raise RuntimeError('no network')

    with pytest.raises(RuntimeError, match='no network'):
        LandmarkPipeline(refuse, print, print).start()
