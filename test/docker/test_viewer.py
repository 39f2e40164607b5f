# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What compose.yaml starts on a laptop shows the faces of a board: only JPEG pictures and /faces cross the network."""
import pathlib
import sys

import pytest

pytest.importorskip('rclpy', reason='needs ROS')
yaml = pytest.importorskip('yaml', reason='needs PyYAML')

from node_processes import ENTRY, Process, start_node  # noqa: E402
from ros_client import Client  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402

pytestmark = pytest.mark.integration
COMPOSE = pathlib.Path(__file__).resolve().parents[2] / 'docker' / 'compose.yaml'


def test_the_overlay_comes_from_jpeg_pictures_and_nobody_asks_the_board_for_raw_ones(tmp_path):
    command = yaml.safe_load(COMPOSE.read_text(encoding='utf-8'))['services']['overlay']['command']
    assert command[:4] == ['ros2', 'run', 'face_perception', 'overlay_node']
    with Client() as client, \
            start_node('camera_node', tmp_path / 'camera.log',
                       parameters={'camera': 'fake://?jpeg=1', 'width': 320, 'height': 240, 'fps': 10.0}), \
            start_node('detector_node', tmp_path / 'detector.log', parameters={'image_transport': 'compressed'},
                       remap={'image': 'image_raw'}), \
            Process([sys.executable, '-c', ENTRY.format('overlay_node')] + command[4:], tmp_path / 'overlay.log') as viewer:
        images = client.collect_here(Image, 'faces/overlay')
        client.until(lambda: len(images) >= 3, 'pictures with faces')
        assert (images[-1].width, images[-1].height) == (320, 240)
        # The detector of this test takes JPEG pictures, too: who would subscribe to raw ones is the viewer.
        assert client.node.count_subscribers('/image_raw') == 0
        assert 'is not used' not in viewer.output(), viewer.output()
