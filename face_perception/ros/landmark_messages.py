# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Landmarks <-> face_perception_msgs/FaceLandmarksArray, and head poses -> geometry_msgs/PoseArray."""
import math
from typing import Any, Optional, Sequence

import numpy as np
from geometry_msgs.msg import Point, Pose, PoseArray, Quaternion
from vision_msgs.msg import Detection2DArray

from face_perception.core.drawing import MIN_POINT_SCORE
from face_perception.core.head_pose import HeadPose, quaternion
from face_perception.core.landmarks import Landmarks

# Anybody may have sent what is drawn, and OpenCV raises over coordinates beyond its integers.
_FARTHEST = 1e6
_LARGEST = float(np.finfo(np.float32).max)      # a message holds float64, Landmarks float32


class MessagesMissing(RuntimeError):
    """face_perception_msgs was not built, or is that of another version; the message has the command."""


def import_messages() -> Any:
    """Return the module face_perception_msgs.msg; raise MessagesMissing where it is not as this version needs it."""
    try:
        from face_perception_msgs import msg
        known = hasattr(msg.FaceLandmarks(), 'detection') and hasattr(msg, 'FacePoint')
    except (ImportError, AttributeError):       # the source folder of that name passes for a package without content
        raise MessagesMissing(_MISSING.format('was not built'))
    if not known:
        raise MessagesMissing(_MISSING.format('is that of another version'))
    return msg


_MISSING = (
    'Landmarks need the package face_perception_msgs, which {}. In the clone: colcon build && source install/setup.bash. In '
    'a larger workspace: colcon build --base-paths src src/face_perception/face_perception_msgs, and source it again. '
    'Without an installed ROS: scripts/bootstrap.')


def to_landmarks_message(header: Any, faces: Detection2DArray, landmarks: Landmarks,
                         poses: Sequence[Optional[HeadPose]]) -> Any:
    """Return the FaceLandmarksArray of one image.

    Args:
        header: that of the image.
        faces: its detections, which go along unchanged.
        landmarks: one row for each of them.
        poses: one for each of them; None is an angle of NaN.
    """
    msg = import_messages()
    message = msg.FaceLandmarksArray(header=header)
    rows = zip(faces.detections, landmarks.points.tolist(), landmarks.scores.tolist(), landmarks.found.tolist(), poses)
    for detection, points, scores, found, pose in rows:
        face = msg.FaceLandmarks(detection=detection, yaw=math.nan, pitch=math.nan, roll=math.nan)
        if pose is not None:
            face.yaw, face.pitch, face.roll = pose.yaw, pose.pitch, pose.roll
        if found:
            face.points = [msg.FacePoint(name=name, x=x, y=y, score=score)
                           for name, (x, y), score in zip(landmarks.names, points, scores)]
        message.faces.append(face)
    return message


def from_landmarks_message(message: Any) -> Landmarks:
    """Return the Landmarks of a FaceLandmarksArray, one row a face; faces with other points than the first have none."""
    named = [tuple(point.name for point in face.points) for face in message.faces]
    names = next((each for each in named if each), ())
    landmarks = Landmarks.empty(names, len(named))
    for row, face in enumerate(message.faces):
        if names and named[row] == names:
            landmarks.points[row] = np.clip([(point.x, point.y) for point in face.points], -_LARGEST, _LARGEST)
            landmarks.scores[row] = [point.score for point in face.points]
    return landmarks


def drawable_points(message: Any) -> np.ndarray:
    """Return the points of a FaceLandmarksArray that are sure enough and can be drawn: (N, 2) float32, source pixels."""
    points = np.array([(point.x, point.y) for face in message.faces for point in face.points
                       if point.score >= MIN_POINT_SCORE], np.float64).reshape(-1, 2)
    drawable: np.ndarray = points[(np.abs(points) < _FARTHEST).all(axis=1)].astype(np.float32)
    return drawable


def to_pose_array(header: Any, poses: Sequence[HeadPose]) -> PoseArray:
    """Return the heads of one image in the frame of its camera: x of each out of its face, z upwards."""
    message = PoseArray(header=header)
    for pose in poses:
        x, y, z = pose.position.tolist()
        turn_x, turn_y, turn_z, turn_w = quaternion(pose.rotation).tolist()
        message.poses.append(Pose(position=Point(x=x, y=y, z=z),
                                  orientation=Quaternion(x=turn_x, y=turn_y, z=turn_z, w=turn_w)))
    return message
