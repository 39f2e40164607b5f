# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Latencies in turns, and frames that come whether a detector is ready or not."""
import time

import numpy as np
import pytest

from face_perception.cli.measure import Measured, latencies, stream
from face_perception.core.detector import Detector, Thresholds
from face_perception.core.preprocess import InputSpec

SPEC = InputSpec(32, 24, 'rgb', (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 'stretch', 0.0, 'image')
IMAGE = np.zeros((48, 64, 3), np.uint8)


def measured(seconds, calls, name, copied=0.0):
    return Measured(detector(seconds, calls, name), lambda: copied)


def detector(seconds, calls=None, name=''):
    """Return a Detector whose network takes so long."""
    def run(tensor):
        if calls is not None:
            calls.append(name)
        time.sleep(seconds)
        return {'boxes': np.zeros((1, 0, 4), np.float32), 'scores': np.zeros((1, 0, 1), np.float32)}
    return Detector(SPEC, ['human'], run, Thresholds(0.5, 0.45, 10))


def test_nothing_to_measure():
    assert latencies([], IMAGE, 3, 2) == []


def test_two_detectors_take_turns():
    calls, done = [], []
    fast, slow = latencies([measured(0.001, calls, 'a'), measured(0.01, calls, 'b', 0.004)], IMAGE, 2, 3, done.append)
    assert ''.join(calls[2:]) == 'aaabbbaaabbb'          # after one run each to warm up
    assert done == [1, 2, 3, 4]
    assert 1 <= fast.inference < slow.inference and fast.copy == 0
    assert slow.copy == 4 and slow.inference >= 10 - 4
    assert slow.p50 <= slow.p90 <= slow.p99 and slow.p50 >= slow.inference + slow.copy
    assert slow.fps == pytest.approx(1000 / slow.p50)


def test_a_fast_detector_keeps_up():
    still_open = []
    opened = detector(0.001)
    opened._close = still_open.clear
    kept_up = stream(lambda: opened, IMAGE, 0.5, 30, lambda: still_open.append(True))
    assert still_open == []
    assert kept_up.frames == 15 and kept_up.missed <= 5  # a busy machine may lose some
    assert 20 < kept_up.longest_gap_ms < 200 and kept_up.cpu_percent > 0


def test_a_slow_detector_misses_frames_and_says_how_long_one_waits():
    kept_up = stream(lambda: detector(0.1), IMAGE, 1.0, 30)
    assert kept_up.frames == 30 and 15 <= kept_up.missed < 30
    assert kept_up.longest_gap_ms >= 100


def test_a_detector_that_fails_is_no_result():
    def fail():
        broken = detector(0)
        broken.detect = None
        return broken
    with pytest.raises(TypeError):
        stream(fail, IMAGE, 0.1, 30)
