# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""camera_node and an unplugged webcam: OpenCV's own V4L2 code on a device file that behaves as the kernel's."""
import time

import pytest

pytest.importorskip('rclpy', reason='needs ROS')

from diagnostic_msgs.msg import DiagnosticArray  # noqa: E402
from node_processes import start_node  # noqa: E402
from sensor_msgs.msg import CompressedImage  # noqa: E402
from webcam import Webcam  # noqa: E402

pytestmark = pytest.mark.integration
NOTICED_S = 2.0
LOST = 'No frames:'


@pytest.mark.parametrize('lose, mend, words', [
    (Webcam.unplug, Webcam.plug_in, 'it was unplugged'),
    (lambda webcam: webcam.mark('silent'), lambda webcam: webcam.mark('silent', False), 'silent for 1.2 s'),
], ids=['unplugged', 'silent'])
def test_a_webcam_is_lost_within_two_seconds_said_once_and_its_return_too(client, tmp_path, lose, mend, words):
    webcam = Webcam(tmp_path)
    webcam.plug_in()
    images = client.collect_here(CompressedImage, 'image_raw/compressed')
    arrays = client.collect_here(DiagnosticArray, '/diagnostics')
    parameters = {'camera': webcam.uri, 'width': 640, 'height': 480, 'fps': 30.0, 'reopen_period': 0.5}
    with start_node('camera_node', tmp_path / 'log', parameters=parameters, environ=webcam.environ) as node:
        client.until(lambda: len(images) > 30, 'images')
        assert 'MJPG, 640x480, 30 fps' in node.output() and images[0].data[:2].tobytes() == b'\xff\xd8'

        lose(webcam)
        start = time.monotonic()
        client.until(lambda: LOST in node.output(), 'a warning')
        assert time.monotonic() - start < NOTICED_S, node.output()
        client.until(lambda: arrays[-1].status[0].level == b'\x01', 'a warning in the diagnostics')
        client.spin(2.0)
        assert node.output().count(LOST) == 1 and words in node.output(), node.output()

        del images[:]
        mend(webcam)
        client.until(lambda: len(images) > 5, 'images after the return')
        client.until(lambda: arrays[-1].status[0].message == 'Running.', 'health after the return')
        assert {pair.key: pair.value for pair in arrays[-1].status[0].values}['losses'] == '1'
        assert node.output().count('Frames come') == 2 and node.output().count(LOST) == 1, node.output()
        assert node.stop() == 0
