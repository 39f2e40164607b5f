# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting has an end, a greeting is no answer, and each demo has a ROS domain of its own."""
import importlib.util
import socket

import pytest

for needed in ('rclpy', 'vision_msgs'):
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f'{needed} is not installed (scripts/test does that)', allow_module_level=True)

from processes import ProcessDied  # noqa: E402
from recorder import GREETING_NS, NotReady, Recorder, stamp_ns  # noqa: E402
from show import choose_domain, node_command  # noqa: E402
from std_msgs.msg import Header  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402


def array(ns):
    message = Detection2DArray()
    message.header.stamp.sec, message.header.stamp.nanosec = divmod(ns, 10 ** 9)
    return message


def test_nothing_heard_is_no_answer():
    assert stamp_ns(Header()) == 0
    with Recorder() as recorder:
        assert recorder.listen(0.05) == []


def test_two_messages_are_kept_and_the_greeting_is_not():
    with Recorder() as recorder:
        for ns in (5, GREETING_NS, 7_000_000_001):
            recorder._keep(array(ns))
        answers = recorder.listen(0.01)
        assert [a.stamp_ns for a in answers] == [5, 7_000_000_001]
        assert all(len(a.detections) == 0 for a in answers)
        assert recorder.listen(0.01) == []


def test_a_detector_that_never_comes_is_waited_for_no_longer_than_said():
    with Recorder() as recorder:
        with pytest.raises(NotReady, match=r'within 0.3 s: it has 0 subscription\(s\) to /image_raw'):
            recorder.wait_until_ready(0.3, lambda: None)


def test_a_detector_that_dies_is_not_waited_for():
    def check():
        raise ProcessDied('gone')
    with Recorder() as recorder:
        with pytest.raises(ProcessDied, match='gone'):
            recorder.wait_until_ready(30, check)


def test_the_domain_of_the_user_is_kept_and_else_a_free_one_chosen():
    chosen = {'ROS_DOMAIN_ID': '7', 'ROS_LOCALHOST_ONLY': '1'}
    assert choose_domain(chosen) == '7' and chosen == {'ROS_DOMAIN_ID': '7', 'ROS_LOCALHOST_ONLY': '1'}
    empty = {}
    first = int(choose_domain(empty))
    assert 1 <= first <= 100 and empty['ROS_AUTOMATIC_DISCOVERY_RANGE'] == 'LOCALHOST'
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as participant:
        participant.bind(('', 7410 + 250 * first))
        assert choose_domain({}) != str(first)


def test_a_command_names_its_parameters_and_remaps():
    command = node_command('detector_node', {'model': 'm', 'threads': 2}, [('image', 'image_raw')])
    assert command[-7:] == ['--ros-args', '-p', 'model:=m', '-p', 'threads:=2', '-r', 'image:=image_raw']
    assert 'face_perception.nodes.detector_node' in command[2]
