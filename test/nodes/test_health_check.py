# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""health_check as a container runs it, beside real nodes."""
import sys
import time

import pytest

pytest.importorskip('rclpy', reason='needs ROS')

from node_processes import ENTRY, Process, start_node  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402
from webcam import Webcam  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture
def check(tmp_path):
    """Run it: check('camera_node', '--timeout', 3) returns (status, output)."""
    def run(*words):
        log = tmp_path / 'check_{}.log'.format(time.monotonic())
        with Process([sys.executable, '-c', ENTRY.format('health_check')] + list(words), log) as process:
            return process.wait(), process.output()
    return run


def test_nobody_there_is_not_well(check):
    start = time.monotonic()
    status, output = check('--timeout', '2')
    assert status == 1 and time.monotonic() - start < 15
    assert [line.split(':')[0] for line in output.splitlines()] == ['camera_node', 'detector_node']
    assert 'ROS_DOMAIN_ID' in output and 'Traceback' not in output


def test_nodes_that_run_are_well_and_an_unplugged_camera_is_not(client, check, tmp_path):
    webcam = Webcam(tmp_path)
    webcam.plug_in()
    client.collect_here(Detection2DArray, 'faces')
    parameters = {'camera': webcam.uri, 'reopen_period': 0.5}
    with start_node('camera_node', tmp_path / 'camera.log', parameters=parameters, environ=webcam.environ) as camera, \
            start_node('detector_node', tmp_path / 'detector.log', parameters={'image_timeout': 1.0},
                       remap={'image': 'image_raw'}):
        camera.wait_for('Frames come')
        assert check('--timeout', '20') == (0, 'OK: camera_node, detector_node\n')
        assert check('/camera_node', '--timeout', '20')[0] == 0

        webcam.unplug()
        camera.wait_for('No frames')
        time.sleep(3.0)         # the reports of a second ago, and image_timeout
        status, output = check('--timeout', '10')
        assert status == 1
        assert 'camera_node: There is no' in output and 'detector_node: No image arrives.' in output, output

        webcam.plug_in()
        # It waits for them to be well as long as it may.
        assert check('--timeout', '20') == (0, 'OK: camera_node, detector_node\n')


def test_a_node_is_that_of_its_namespace(client, check, tmp_path):
    with start_node('camera_node', tmp_path / 'left.log', parameters={'camera': 'fake://'}, remap={'__ns': '/left'}), \
            start_node('camera_node', tmp_path / 'right.log', parameters={'camera': '/dev/video9876'},
                       remap={'__ns': '/right'}):
        assert check('left/camera_node', '--timeout', '20') == (0, 'OK: left/camera_node\n')
        status, output = check('/left/camera_node', 'right/camera_node', 'camera_node', '--timeout', '10')
        assert status == 1
        assert [line[:line.index(': ')] for line in output.splitlines()] == ['right/camera_node', 'camera_node']
