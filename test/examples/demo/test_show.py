# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting has an end, a greeting is no answer, and every answer has its latency."""
import importlib.util
import time

import pytest

for needed in ('rclpy', 'vision_msgs', 'rosbags'):
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f'{needed} is not installed (scripts/test does that)', allow_module_level=True)

from vision_msgs.msg import Detection2DArray  # noqa: E402

from examples.demo import show  # noqa: E402
from examples.processes import ProcessDied  # noqa: E402


def array(ns):
    message = Detection2DArray()
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(ns, 10 ** 9)
    return message


def test_two_messages_are_kept_and_the_greeting_is_not():
    with show.Show() as shown:
        assert shown.answers == {}
        shown._sent = {5: time.monotonic() - 1}
        for ns in (5, show.GREETING_NS, 7_000_000_001):
            shown._on_faces(array(ns))
        assert set(shown.answers) == {5, 7_000_000_001}
        assert 1 <= shown.answers[5].latency_s < 2


def test_a_detector_that_never_comes_is_waited_for_no_longer_than_said(monkeypatch):
    monkeypatch.setattr(show, 'READY_WITHIN_S', 0.3)
    with show.Show() as shown:
        with pytest.raises(show.NotReady, match='did not answer a picture within 0.3 s'):
            shown.wait_for_detector(lambda: None)


def test_a_detector_that_dies_is_not_waited_for():
    def check():
        raise ProcessDied('gone')
    with show.Show() as shown:
        with pytest.raises(ProcessDied, match='gone'):
            shown.wait_for_detector(check)
