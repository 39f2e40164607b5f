# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where a head is and which way it is turned, from five points of its face and the camera's calibration.

Frames are those of ROS (REP 103, REP 155). The camera's is the optical one: x to the right, y downwards, z into the
picture. The head's lies between the eyes: x out of the face, y to the subject's left, z upwards.

The points of everybody are taken for those of one average head, so distances are right for eyes that are 63 mm
apart, and each angle has an error of some degrees; docs/head_pose.md has the measured ones.
"""

import math
from typing import NamedTuple, Optional, Sequence, Tuple

import cv2
import numpy as np

# Metres in the frame of the head. The distance of the eyes is the mean of adults (Dodgson 2004, "Variation and
# extrema of human interpupillary distance"); the other proportions are those of MediaPipe's canonical face model
# (google-ai-edge/mediapipe, canonical_face_model.obj), rounded to a millimetre.
AVERAGE_HEAD = {
    'right_eye': (0.0, -0.0315, 0.0),
    'left_eye': (0.0, 0.0315, 0.0),
    'nose': (0.040, 0.0, -0.038),
    'mouth_right': (0.008, -0.025, -0.070),
    'mouth_left': (0.008, 0.025, -0.070),
}
_SPREAD = 0.04       # metres: of these points around their middle, as a camera sees them from the front

# Columns: the axes of a head that faces the camera upright, in the optical frame of the camera.
_FACING = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])
# Where the search for the pose begins: yaw in radians, the next one where the one before has led to no good end.
_STARTS = (0.0, math.radians(50), math.radians(-50))
# Mean distance between points and those of the average head, as a share of the spread of the points: that of labelled
# faces is .08 in the median and .24 at most (docs/head_pose.md). Above the second the points are no head's.
_GOOD, _NO_HEAD = 0.15, 0.35


class Camera(NamedTuple):
    """The calibration of a camera for one size of image, as sensor_msgs/CameraInfo says it."""

    matrix: np.ndarray          # (3, 3) float64, focal lengths and centre in pixels
    distortion: np.ndarray      # (D,) float64
    fisheye: bool = False       # the distortion is that of OpenCV's fisheye model ('equidistant')


class HeadPose(NamedTuple):
    """One head. Angles in radians, seen along the line from the camera to the head: 0 looks into the camera."""

    rotation: np.ndarray        # (3, 3) float64, columns: the axes of the head in the frame of the camera
    position: np.ndarray        # (3,) float64, of the middle between the eyes in the frame of the camera, metres
    yaw: float                  # greater than 0: turned to the subject's own left
    pitch: float                # greater than 0: looks down
    roll: float                 # greater than 0: tilted to the subject's own right shoulder


def assumed_camera(width: int, height: int, fov: float) -> Camera:
    """Return a camera without distortion whose horizontal field of view is `fov` degrees, for images of this size."""
    focal = width / 2 / math.tan(math.radians(fov) / 2)
    return Camera(np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]), np.zeros(0))


def head_pose(names: Sequence[str], points: np.ndarray, camera: Camera) -> Optional[HeadPose]:
    """Return the pose of the head whose points these are, or None where they are not those of a head before a camera.

    Args:
        names: of the points; those of `AVERAGE_HEAD` are used, and all of them are needed.
        points: (P, 2) float, source pixels.
        camera: of the image.
    """
    if not set(AVERAGE_HEAD) <= set(names) or not np.isfinite(points).all():
        return None
    rows = [list(names).index(name) for name in AVERAGE_HEAD]
    seen = _undistorted(np.array(points, np.float64)[rows], camera)
    spread = float(np.sqrt(np.square(seen - seen.mean(axis=0)).sum(axis=1).mean()))
    if not 1e-6 < spread < 1e3:
        return None
    best = None
    for start in _STARTS:
        found = _solve(seen, _facing_turned(start), _SPREAD / spread)
        if found is not None and (best is None or found[2] < best[2]):
            best = found
        if best is not None and best[2] <= _GOOD * spread:
            break
    if best is None or best[2] > _NO_HEAD * spread:
        return None
    rotation, position, _ = best
    # A head that is turned away shows no face.
    if position[2] <= 0 or rotation[:, 0] @ position >= 0:
        return None
    return HeadPose(rotation, position, *_angles(rotation, position))


def quaternion(rotation: np.ndarray) -> np.ndarray:
    """Return a rotation matrix (3, 3) as x y z w, of the length 1.

    >>> quaternion(np.eye(3)).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    turn, _ = cv2.Rodrigues(rotation)
    angle = float(np.linalg.norm(turn))
    axis = turn.ravel() / angle if angle else turn.ravel()
    return np.append(axis * math.sin(angle / 2), math.cos(angle / 2))


def looks_at_camera(pose: HeadPose, limit: float) -> bool:
    """Tell whether a head is turned to the camera: yaw and pitch below `limit`, radians."""
    return abs(pose.yaw) < limit and abs(pose.pitch) < limit


def _undistorted(points: np.ndarray, camera: Camera) -> np.ndarray:
    """Return pixels as coordinates in the plane at the distance 1: (P, 2) -> (P, 2)."""
    undistort = cv2.fisheye.undistortPoints if camera.fisheye else cv2.undistortPoints
    # OpenCV takes no distortion as None only, and the fisheye one as four numbers.
    distortion = camera.distortion if len(camera.distortion) else np.zeros(4)
    plane: np.ndarray = undistort(points.reshape(-1, 1, 2), camera.matrix, distortion).reshape(-1, 2)
    return plane


def _facing_turned(yaw: float) -> np.ndarray:
    """Return the axes of a head that faces the camera, turned to its left by `yaw` radians."""
    turn = np.array([[math.cos(yaw), -math.sin(yaw), 0], [math.sin(yaw), math.cos(yaw), 0], [0, 0, 1]])
    turned: np.ndarray = _FACING @ turn
    return turned


def _solve(seen: np.ndarray, rotation: np.ndarray, distance: float
           ) -> Optional[Tuple[np.ndarray, np.ndarray, float]]:
    """Search from a first guess; return (rotation, position, root of the mean squared error in the plane), or None."""
    head = np.array(list(AVERAGE_HEAD.values()))
    turn, _ = cv2.Rodrigues(rotation)
    place = np.append(seen[:2].mean(axis=0), 1).reshape(3, 1) * distance
    try:
        good, turn, place = cv2.solvePnP(head, seen, np.eye(3), None, turn, place, True, cv2.SOLVEPNP_ITERATIVE)
        shown, _ = cv2.projectPoints(head, turn, place, np.eye(3), None)
    except cv2.error:
        return None
    error = float(np.sqrt(np.square(shown.reshape(-1, 2) - seen).sum(axis=1).mean()))
    if not good or not math.isfinite(error):
        return None
    return cv2.Rodrigues(turn)[0], place.ravel(), error


def _angles(rotation: np.ndarray, position: np.ndarray) -> Tuple[float, float, float]:
    """Return (yaw, pitch, roll) of a head as one sees it who stands at the camera and looks at it."""
    # Turn the camera to the head first: its z axis goes along the line of sight, its x axis stays level.
    forward = position / np.linalg.norm(position)
    right = np.cross([0.0, 1.0, 0.0], forward)
    right /= np.linalg.norm(right)
    sight = np.stack([right, np.cross(forward, right), forward])
    seen = _FACING.T @ sight @ rotation     # the axes of the head in those of one that looks into the camera
    return (math.atan2(seen[1, 0], seen[0, 0]), math.asin(max(-1.0, min(1.0, -seen[2, 0]))),
            math.atan2(seen[2, 1], seen[2, 2]))
