# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Unplugging a webcam: OpenCV's own V4L2 code, our capture thread, and a device file that behaves as the kernel's."""
import json
import sys
import time

import pytest
from node_processes import Process
from webcam import Webcam

NOTICED_S = 2.0
# Prints one line of JSON for every thing said and for the first frame after it: [monotonic seconds, what, text].
WATCH = """
import json, sys, threading, time
from face_perception.cameras import open_camera
from face_perception.cameras.capture import CHECK_PERIOD_S, Capture
lines = []
def tell(what, text):
    print(json.dumps([time.monotonic(), what, text]), flush=True)
def frame(frame):
    if not lines:
        lines.append(None)
        tell('frame', '{}x{} {}'.format(frame.image.shape[1], frame.image.shape[0], bool(frame.jpeg)))
def say(is_warning, text):
    del lines[:]
    tell('lost' if is_warning else 'back', text)
capture = Capture(lambda wait: open_camera(sys.argv[1], width=640, height=480, fps=30, pixel_format='MJPG', wait=wait),
                  frame, say, longest_wait=float(sys.argv[2]))
capture.start()
while True:
    time.sleep(CHECK_PERIOD_S)
    capture.check()
"""


class Watch(Process):
    """The capture thread in a process of its own that sees the webcam."""

    def __init__(self, webcam, log, longest_wait):
        super().__init__([sys.executable, '-c', WATCH, webcam.uri, longest_wait], log, webcam.environ)

    def lines(self):
        """Return [(seconds, what, text)] so far."""
        return [tuple(json.loads(line)) for line in self.output().splitlines() if line.startswith('[')]

    def next(self, what, count, timeout=15.0):
        """Return the ``count``-th line of a kind when it is there."""
        end = time.monotonic() + timeout
        while True:
            found = [line for line in self.lines() if line[1] == what]
            if len(found) >= count:
                return found[count - 1]
            assert time.monotonic() < end and self.popen.poll() is None, (what, self.output())
            time.sleep(0.02)

    def stop(self, *arguments, **options):
        self.popen.kill()
        return self.wait()


@pytest.fixture
def webcam(tmp_path):
    return Webcam(tmp_path)


def watch(webcam, tmp_path, longest_wait=0.5):
    return Watch(webcam, tmp_path / 'log', longest_wait)


def test_a_webcam_that_comes_later_is_awaited_and_gives_640x480_mjpeg(webcam, tmp_path):
    with watch(webcam, tmp_path) as process:
        assert 'There is no' in process.next('lost', 1)[2]
        webcam.plug_in()
        assert 'MJPG, 640x480, 30 fps' in process.next('back', 1)[2]
        assert process.next('frame', 1)[2] == '640x480 True'
        assert [what for _, what, _ in process.lines()] == ['lost', 'back', 'frame']


@pytest.mark.parametrize('lose, mend, words', [
    (Webcam.unplug, Webcam.plug_in, 'it was unplugged'),
    (lambda webcam: webcam.mark('dead'), Webcam.plug_in, 'unplugged'),      # as in a container: the node in /dev stays
    (lambda webcam: webcam.mark('silent'), lambda webcam: webcam.mark('silent', False), 'silent for 1.2 s'),
], ids=['unplugged', 'node stays', 'silent'])
def test_a_loss_is_noticed_within_two_seconds_said_once_and_mended(webcam, tmp_path, lose, mend, words):
    webcam.plug_in()
    with watch(webcam, tmp_path) as process:
        for round_ in (1, 2):
            process.next('frame', round_)
            lost_at = time.monotonic()
            lose(webcam)
            at, _, text = process.next('lost', round_)
            assert at - lost_at < NOTICED_S and words in text, process.output()
            time.sleep(2.0)         # several attempts
            assert [what for _, what, _ in process.lines()].count('lost') == round_, process.output()
            mend(webcam)
            plugged_at = time.monotonic()
            assert process.next('back', round_ + 1)[0] - plugged_at < 2.0, process.output()
    assert [what for _, what, _ in process.lines()][:6] == ['back', 'frame', 'lost', 'back', 'frame', 'lost']
