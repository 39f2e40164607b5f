# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Waiting has an end, every answer of the real detector has its latency, and others' messages are no answers."""
import importlib.util

import numpy as np
import pytest

for needed in ('rclpy', 'vision_msgs', 'rosbags', 'jinja2'):
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f'{needed} is not installed (scripts/test does that)', allow_module_level=True)

from rclpy.qos import QoSProfile  # noqa: E402
from ros_client import Client  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from examples.bags.play import NobodyListens  # noqa: E402
from examples.demo import show  # noqa: E402
from examples.demo.outputs import record  # noqa: E402
from examples.nodes import node_command  # noqa: E402
from examples.processes import ProcessDied, Processes  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture
def bag(tmp_path):
    """Return (folder of a bag, its stamps): two pictures, 0.2 s apart."""
    folder = tmp_path / 'played'
    return folder, record([(0.0, np.full((48, 64, 3), 9, np.uint8)), (0.2, np.full((60, 80, 3), 99, np.uint8))], folder)


def nothing(*_):
    """Take an answer or a check without a word."""


@pytest.mark.timeout(60)
def test_two_pictures_are_answered_and_messages_of_others_are_not_taken_for_answers(tmp_path, bag, blind_model):
    folder, stamps = bag
    said = []
    with Processes(str(tmp_path / 'logs')) as processes, Client() as stranger:
        faces = stranger.node.create_publisher(Detection2DArray, '/faces', QoSProfile(depth=5))
        processes.start('detector_node', node_command(
            'detector_node', {'model': blind_model, 'backend': 'fake'}, [('image', 'image_raw')]))

        def check():
            processes.check()
            faces.publish(Detection2DArray())       # stamp 0: no picture of the bag
        answers = show.play_to_detector(folder, check, lambda stamp, answer: said.append((stamp, answer)))
    assert said == list(answers.items())
    assert list(answers) == stamps
    assert all(0 < answer.latency_s < 5 and len(answer.detections) == 0 for answer in answers.values())


@pytest.mark.timeout(60)
def test_a_detector_that_never_comes_is_waited_for_no_longer_than_said(bag, monkeypatch):
    monkeypatch.setattr(show, 'READY_WITHIN_S', 1.5)
    with Client() as other:                         # takes images, but is no detector
        other.collect_here(Image, '/image_raw', QoSProfile(depth=1))
        with pytest.raises(NobodyListens, match='/image_raw has 1 subscribers after 1.5 s, .*detector_node'):
            show.play_to_detector(bag[0], nothing, nothing)


@pytest.mark.timeout(60)
def test_a_detector_that_dies_is_not_waited_for(bag):
    def check():
        raise ProcessDied('gone')
    with pytest.raises(ProcessDied, match='gone'):
        show.play_to_detector(bag[0], check, nothing)
