# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Landmarks and poses to messages, and what may be drawn of anybody's."""
import math
import sys

import numpy as np
import pytest

pytest.importorskip('vision_msgs.msg', reason='needs ROS 2 and vision_msgs')

from std_msgs.msg import Header  # noqa: E402

from face_perception.core.detections import Detections  # noqa: E402
from face_perception.core.head_pose import HeadPose  # noqa: E402
from face_perception.core.landmarks import Landmarks  # noqa: E402
from face_perception.ros.landmark_messages import (  # noqa: E402
    MessagesMissing,
    drawable_points,
    from_landmarks_message,
    import_messages,
    to_landmarks_message,
    to_pose_array,
)
from face_perception.ros.messages import to_message  # noqa: E402

NAMES = ('right_eye', 'nose')
HEADER = Header(frame_id='front_optical')
FACES = to_message(Detections([[10, 20, 50, 100], [0, 0.5, 7.25, 8]], [0.75, 0.5], ['human', 'cartoon'], [3, 4]), HEADER)
FACING = HeadPose(np.array([[0.0, 1, 0], [0, 0, -1], [-1, 0, 0]]), np.array([0.1, -0.2, 1.5]), 0.25, -0.5, 0.125)


@pytest.fixture
def msg():
    try:
        return import_messages()
    except MessagesMissing as missing:
        return pytest.skip(str(missing))


def two_rows():
    """Return Landmarks of two faces, the second without points."""
    landmarks = Landmarks.empty(NAMES, 2)
    landmarks.points[0], landmarks.scores[0] = [[1.5, 2.5], [-3, 4]], [1, 0.25]
    return landmarks


def test_no_face_gives_an_empty_array_with_the_header(msg):
    message = to_landmarks_message(HEADER, to_message(Detections.empty(), HEADER), Landmarks.empty(NAMES), [])
    assert message == msg.FaceLandmarksArray(header=HEADER)
    assert drawable_points(message).shape == (0, 2)


def test_two_different_faces(msg):
    message = to_landmarks_message(HEADER, FACES, two_rows(), [FACING, None])
    assert message.header == HEADER
    assert [face.detection for face in message.faces] == list(FACES.detections)
    first, second = message.faces
    assert list(first.points) == [msg.FacePoint(name='right_eye', x=1.5, y=2.5, score=1.0),
                                  msg.FacePoint(name='nose', x=-3.0, y=4.0, score=0.25)]
    assert (first.yaw, first.pitch, first.roll) == (0.25, -0.5, 0.125)
    assert list(second.points) == [] and all(map(math.isnan, (second.yaw, second.pitch, second.roll)))
    assert drawable_points(message).tolist() == [[1.5, 2.5]], 'the other one is not sure'


def test_there_and_back(msg):
    assert len(from_landmarks_message(msg.FaceLandmarksArray())) == 0
    nobody = to_landmarks_message(HEADER, FACES, Landmarks.empty(NAMES, 2), [None, None])
    assert from_landmarks_message(nobody).found.tolist() == [False, False]
    landmarks = from_landmarks_message(to_landmarks_message(HEADER, FACES, two_rows(), [FACING, None]))
    assert landmarks.names == NAMES and landmarks.found.tolist() == [True, False]
    np.testing.assert_array_equal(landmarks.points, two_rows().points)
    np.testing.assert_array_equal(landmarks.scores, two_rows().scores)


@pytest.mark.filterwarnings('error')
def test_points_of_others(msg):
    faces = [[('a', 1.0), ('b', 2.0)], [('b', 1.0)], [('a', 1e300), ('b', math.nan)]]
    message = msg.FaceLandmarksArray(faces=[
        msg.FaceLandmarks(points=[msg.FacePoint(name=name, x=x, y=0.0) for name, x in face]) for face in faces])
    landmarks = from_landmarks_message(message)
    assert landmarks.names == ('a', 'b') and landmarks.found.tolist() == [True, False, False]


def test_what_cannot_be_drawn_is_left_out(msg):
    places = [(1.0, 2.0), (math.nan, 1.0), (1.0, math.inf), (-1e300, 0.0), (2e6, 0.0), (-5.0, 3.0)]
    face = msg.FaceLandmarks(points=[msg.FacePoint(x=x, y=y, score=1.0) for x, y in places])
    assert drawable_points(msg.FaceLandmarksArray(faces=[face])).tolist() == [[1, 2], [-5, 3]]


def test_no_head_gives_an_empty_array_of_poses():
    message = to_pose_array(HEADER, [])
    assert message.header == HEADER and list(message.poses) == []


def test_a_head_in_the_frame_of_the_camera():
    pose, = to_pose_array(HEADER, [FACING]).poses
    assert (pose.position.x, pose.position.y, pose.position.z) == (0.1, -0.2, 1.5)
    turn = np.array([pose.orientation.x, pose.orientation.y, pose.orientation.z])
    assert np.linalg.norm(np.append(turn, pose.orientation.w)) == pytest.approx(1)
    # An arrow along x, as rviz2 draws it, comes to point at the camera: v + 2 w (u x v) + 2 u x (u x v).
    forward = np.array([1.0, 0, 0])
    across = np.cross(turn, forward)
    np.testing.assert_allclose(forward + 2 * pose.orientation.w * across + 2 * np.cross(turn, across), [0, 0, -1], atol=1e-9)


class Older:
    """face_perception_msgs of version 0.3.0: a face had no detection."""

    class FaceLandmarks:
        points = ()

    class FacePoint:
        pass


@pytest.mark.parametrize('module, words', [
    (None, 'which was not built'), (type(sys)('face_perception_msgs'), 'which was not built'),
    (type('Package', (), {'msg': Older}), 'which is that of another version')])
def test_messages_that_are_missing_are_told_with_the_command(monkeypatch, module, words):
    monkeypatch.setitem(sys.modules, 'face_perception_msgs', module)
    monkeypatch.delitem(sys.modules, 'face_perception_msgs.msg', raising=False)
    with pytest.raises(MessagesMissing, match=words) as caught:
        import_messages()
    assert 'colcon build --base-paths src src/face_perception/face_perception_msgs' in str(caught.value)
