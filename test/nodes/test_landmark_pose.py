# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Head poses over ROS: the arrows, the angles, and who looks at the camera."""
import math

import cv2
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

import point_model  # noqa: E402
from geometry_msgs.msg import PoseArray  # noqa: E402
from landmark_bench import LandmarkBench, values_of  # noqa: E402
from node_processes import start_node  # noqa: E402
from ros_client import Client, image_message  # noqa: E402
from sensor_msgs.msg import CameraInfo  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.core.detections import Detections  # noqa: E402
from face_perception.core.head_pose import AVERAGE_HEAD  # noqa: E402

pytestmark = pytest.mark.integration

FOCAL, WIDTH, HEIGHT = 600.0, 640, 480


def picture(*heads):
    """Return (image, Detections) of heads, each (yaw in degrees to its left, x, z in metres), drawn as dots."""
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    boxes = []
    for yaw, x, z in heads:
        yaw = math.radians(yaw)
        turn = np.array([[0, 1, 0], [0, 0, -1], [-1, 0, 0]]) @ np.array(
            [[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
        points = np.array(list(AVERAGE_HEAD.values())) @ turn.T + [x, 0, z]
        pixels = FOCAL * points[:, :2] / points[:, 2:] + [WIDTH / 2, HEIGHT / 2]
        for name, (px, py) in zip(AVERAGE_HEAD, pixels):
            cv2.circle(image, (round(px * 16), round(py * 16)), round(16 * 5 / z), point_model.COLOURS[name], cv2.FILLED,
                       shift=4)
        boxes.append(np.append(pixels.min(axis=0) - 10 / z, pixels.max(axis=0) + 10 / z))
    return image, Detections(np.reshape(boxes, (-1, 4)), [0.9] * len(boxes), ['human'] * len(boxes), range(len(boxes)))


@pytest.fixture(scope='module')
def bench(tmp_path_factory):
    model = point_model.write_point_model(tmp_path_factory.mktemp('dots'), 192, 192)
    log = tmp_path_factory.mktemp('pose') / 'log'
    with Client() as client, start_node('landmark_node', log, {'model': model, 'pose': True, 'assumed_fov': 50.0},
                                        {'image': 'front/image_raw'}) as process:
        made = LandmarkBench(client, process)
        made.poses = client.collect(PoseArray, 'faces/head_poses')
        made.gaze = client.collect(Detection2DArray, 'faces/gaze_target')
        made.listen()
        yield made
        assert process.stop() == 0 and 'Traceback' not in process.output()


def ask(bench, number, *heads):
    """Return (landmarks, poses, gaze target) of one image."""
    image, faces = picture(*heads)
    del bench.poses[:], bench.gaze[:]
    message = image_message(image, number, 'front_optical')
    answer = bench.ask(message, faces)
    bench.client.until(lambda: bench.poses and bench.gaze, 'poses and gaze target')
    assert answer.header == bench.poses[0].header == bench.gaze[0].header == message.header
    return answer, bench.poses.pop().poses, bench.gaze.pop().detections


def test_nobody_has_no_pose_and_looks_nowhere(bench):
    _, poses, gaze = ask(bench, 1)
    assert list(poses) == list(gaze) == []


def test_without_calibration_the_assumed_angle_is_said(bench):
    ask(bench, 2, (0, 0, 0.8))
    assert '/front/camera_info has no calibration for 640x480' in bench.process.output()
    assert 'field of view of 50 degrees is assumed' in bench.process.output()
    status = bench.status(lambda status: 'calibration' in values_of(status))
    assert values_of(status)['calibration'] == 'assumed field of view of 50 degrees'


def test_three_heads_and_who_of_them_looks_at_the_camera(bench):
    infos = bench.client.publisher(CameraInfo, 'front/camera_info')
    infos.publish(CameraInfo(width=WIDTH, height=HEIGHT, k=[FOCAL, 0.0, WIDTH / 2, 0.0, FOCAL, HEIGHT / 2, 0.0, 0.0, 1.0]))
    bench.client.spin(0.3)
    # The first looks past the camera, the second and third into it; the third is nearer, and turns to its right for it.
    left, right = math.degrees(math.atan2(0.25, 0.8)), -math.degrees(math.atan2(0.2, 0.8))
    answer, poses, gaze = ask(bench, 3, (left + 25, -0.25, 0.8), (0, 0, 1.0), (right, 0.2, 0.8))
    assert [detection.id for detection in gaze] == ['2', '1']
    assert [face.detection.id for face in answer.faces] == ['0', '1', '2']
    yaws = [math.degrees(face.yaw) for face in answer.faces]
    np.testing.assert_allclose(yaws, [25, 0, 0], atol=3)
    np.testing.assert_allclose([[math.degrees(face.pitch), math.degrees(face.roll)] for face in answer.faces], 0, atol=3)
    places = [(pose.position.x, pose.position.y, pose.position.z) for pose in poses]
    np.testing.assert_allclose(places, [(-0.25, 0, 0.8), (0, 0, 1.0), (0.2, 0, 0.8)], atol=0.03)


def test_the_limit_of_the_gaze_changes_live(bench):
    for limit, who in [(30.0, ['0']), (10.0, []), (15.0, [])]:
        result, = bench.client.set_parameters('/landmark_node', gaze_limit=limit)
        assert result.successful
        _, _, gaze = ask(bench, 10 + int(limit), (20, 0, 0.8))
        assert [detection.id for detection in gaze] == who
