# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_perception.cameras.pacing import Pacer


class Clock:
    """Time that passes only by waiting and working."""

    def __init__(self):
        self.now = 100.0
        self.waits = []

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.waits.append(round(seconds, 6))
        self.now += seconds


def due_times(fps, work):
    clock = Clock()
    pacer = Pacer(fps, clock.wait, clock)
    times = []
    for seconds in work:
        clock.now += seconds
        pacer.pause()
        times.append(round(clock.now - 100, 6))
    return times, clock.waits


def test_the_first_frame_does_not_wait():
    assert due_times(10, []) == ([], [])
    assert due_times(10, [0.0]) == ([0.0], [])


def test_frames_come_at_the_rate_whatever_the_work():
    assert due_times(10, [0.0, 0.03, 0.09, 0.0])[0] == [0.0, 0.1, 0.2, 0.3]


def test_a_little_lateness_is_made_up():
    assert due_times(10, [0.0, 0.15, 0.0])[0] == [0.0, 0.15, 0.2]


def test_much_lateness_is_not_followed_by_a_burst():
    times, waits = due_times(10, [0.0, 1.0, 0.0, 0.0])
    assert times == [0.0, 1.0, 1.1, 1.2]
    assert waits == pytest.approx([0.1, 0.1])


def test_times_of_the_recording_rule_where_they_are_known():
    clock = Clock()
    pacer = Pacer(10, clock.wait, clock)
    times = []
    for seconds in (0.0, 0.5, 0.52, 2.0):
        pacer.pause(seconds)
        times.append(round(clock.now - 100, 6))
    pacer.restart()                     # a loop
    pacer.pause(0.0)
    assert times == [0.0, 0.5, 0.52, 2.0] and round(clock.now - 100, 6) == 2.1
