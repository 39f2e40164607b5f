# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The first code of the README, as a process: it says where a face is, and Ctrl-C ends it quietly."""
import pathlib
import signal
import sys

import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

import numpy as np  # noqa: E402
from node_processes import Process  # noqa: E402
from rclpy.qos import QoSProfile  # noqa: E402
from ros_client import Client  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.core.detections import Detections  # noqa: E402
from face_perception.ros.images import make_header  # noqa: E402
from face_perception.ros.messages import to_message  # noqa: E402

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / 'examples' / 'turn_to_face.py'
pytestmark = pytest.mark.integration
BOXES = np.array([[0, 0, 10, 10], [100, 50, 140, 90]], np.float32)


@pytest.mark.timeout(60)
@pytest.mark.parametrize('labels, said', [
    ([], ''), (['cartoon', 'cartoon'], ''), (['cartoon', 'human'], 'turn towards x = 120 px, seen at 1000 s')])
def test_it_says_where_the_best_human_face_is_and_ends_quietly(tmp_path, labels, said):
    faces = Detections(BOXES[:len(labels)], [0.9] * len(labels), labels)
    with Client() as client, Process([sys.executable, EXAMPLE], tmp_path / 'log') as example:
        publisher = client.publisher(Detection2DArray, '/faces', QoSProfile(depth=5))
        client.until(publisher.get_subscription_count, 'subscription')
        publisher.publish(to_message(faces, make_header(1000 * 10 ** 9, 'camera')))
        if said:
            example.wait_for(said)
        client.spin(0.3)
        assert example.stop(signal.SIGINT) == 0
    assert 'Traceback' not in example.output()
    assert set(example.output().splitlines()) == ({said} if said else set())
