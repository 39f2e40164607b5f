# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Poses with the calibration of camera_info, and without."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')

from ros_client import Client  # noqa: E402
from sensor_msgs.msg import CameraInfo  # noqa: E402

from face_perception.core.head_pose import AVERAGE_HEAD  # noqa: E402
from face_perception.core.landmarks import Landmarks  # noqa: E402
from face_perception.ros.head_poses import HeadPoses  # noqa: E402

NAMES = tuple(AVERAGE_HEAD)


def seen(focal, distance, centre=(320, 240)):
    """Return Landmarks of two faces: a head that faces the camera at this distance, and one without points."""
    head = np.array(list(AVERAGE_HEAD.values()))
    landmarks = Landmarks.empty(NAMES, 2)
    landmarks.points[0] = np.array(centre) + focal * np.stack([head[:, 1], -head[:, 2]], axis=1) / (
        distance - head[:, :1])
    landmarks.scores[0] = 1
    return landmarks


@pytest.fixture
def bench():
    said = []
    with Client(namespace='/left') as client:
        poses = HeadPoses(client.node, {'assumed_fov': 60.0}, said.append)
        yield client, poses, said
        poses.close()


def test_nobody_has_no_pose_and_needs_no_calibration(bench):
    _, poses, said = bench
    assert poses.of(Landmarks.empty(NAMES), 640, 480) == [] and poses.of(Landmarks.empty(NAMES, 2), 640, 480) == [None, None]
    assert said == []


def test_without_calibration_the_field_of_view_is_assumed_and_that_is_said(bench):
    _, poses, said = bench
    found, none = poses.of(seen(320 / np.tan(np.radians(30)), 0.8), 640, 480)
    np.testing.assert_allclose(found.position, [0, 0, 0.8], atol=1e-3)
    assert none is None
    assert 'no calibration for 640x480' in said[0] and '60 degrees is assumed' in said[0] and '/left/camera_info' in said[0]
    assert poses.source == 'assumed field of view of 60 degrees'


def test_the_calibration_beside_the_image_is_used_for_its_size_of_image(bench):
    client, poses, said = bench
    info = CameraInfo(width=640, height=480, distortion_model='plumb_bob', d=[0.0] * 5,
                      k=[900.0, 0.0, 300.0, 0.0, 900.0, 200.0, 0.0, 0.0, 1.0])
    publisher = client.publisher(CameraInfo, '/left/camera_info')
    publisher.publish(info)
    client.until(lambda: poses._info is not None, 'camera_info')
    found, _ = poses.of(seen(900, 1.2, (300, 200)), 640, 480)
    np.testing.assert_allclose(found.position, [0, 0, 1.2], atol=1e-3)
    assert said == [] and poses.source == '/left/camera_info'
    poses.of(seen(900, 1.2), 1280, 720)
    assert 'no calibration for 1280x720' in said[0]
