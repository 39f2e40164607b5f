# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Times and the messages on /diagnostics."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')

from diagnostic_msgs.msg import DiagnosticArray  # noqa: E402
from ros_client import Client  # noqa: E402

from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times  # noqa: E402


def test_no_frame_has_no_times():
    assert Times().take() == (0, {})


def test_means_of_two_different_frames_in_milliseconds():
    times = Times()
    times.add(run=0.002, keep=0.001)
    times.add(run=0.004, keep=0.002)
    count, means = times.take()
    assert count == 2 and means == pytest.approx({'run': 3.0, 'keep': 1.5})
    assert times.take() == (0, {})


def test_state_is_published_once_a_second():
    states = [(OK, 'Running.', {}), (WARN, 'No image arrives.', {'frames': 3, 'run_ms': 2.345})]
    with Client('reporter', namespace='/left') as client:
        got = client.collect_here(DiagnosticArray, '/diagnostics')
        diagnostics = Diagnostics(client.node, lambda: states.pop(0), 'onnxruntime')
        client.until(lambda: len(got) == 2, 'second message', timeout=5.0)
        diagnostics.close()
        client.spin(1.2)
        assert len(got) == 2
    first, second = (message.status[0] for message in got)
    assert (first.level, first.name, first.message, first.hardware_id) == (
        OK, 'left/reporter', 'Running.', 'onnxruntime')
    assert list(first.values) == []
    assert (second.level, [(v.key, v.value) for v in second.values]) == (
        WARN, [('frames', '3'), ('run_ms', '2.35')])
