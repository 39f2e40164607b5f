# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The slots: the newest frame of each camera, and turns."""
import numpy as np
import pytest

from face_perception.core.frame import Frame
from face_perception.pipeline.latest_frames import LatestFrames


def frame(number, camera='left'):
    return Frame(number, 'optical', np.zeros((1, 1, 3), np.uint8), camera)


def test_nothing_waits():
    frames = LatestFrames()
    assert len(frames) == 0 and frames.replaced() == 0
    with pytest.raises(KeyError):
        frames.take()


def test_the_newest_of_two_wins_and_the_older_is_counted():
    frames = LatestFrames()
    assert frames.put(frame(1), 0.0) is None
    assert frames.put(frame(2), 0.5).stamp_ns == 1
    taken, offered = frames.take()
    assert (taken.stamp_ns, offered, len(frames), frames.replaced()) == (2, 0.5, 0, 1)


def test_a_fast_camera_does_not_starve_a_slow_one():
    frames, order = LatestFrames(), []
    frames.put(frame(0, 'slow'), 0.0)
    for number in range(1, 7):
        frames.put(frame(number, 'fast'), number)
        frames.put(frame(number + 10, 'fast'), number)
        order.append(frames.take()[0].camera)
        if number == 3:
            frames.put(frame(1, 'slow'), number)
    # The slow camera is served at its turn, though the fast one offers twice between any two takes.
    assert order == ['slow', 'fast', 'fast', 'slow', 'fast', 'fast']
    assert frames.replaced('slow') == 0 and frames.replaced('fast') == frames.replaced() > 0


def test_clear_forgets_one_camera_or_all():
    frames = LatestFrames()
    for camera in ('left', 'right', 'back'):
        frames.put(frame(1, camera), 0.0)
    frames.clear('right')
    frames.clear('of nobody')
    assert [frames.take()[0].camera for _ in range(len(frames))] == ['left', 'back']
    frames.put(frame(1), 0.0)
    frames.clear()
    assert len(frames) == 0
