# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Topic names and their quality of service: one table for nodes, launch files and documentation.

Names are relative: in the namespace ``/left`` the topic ``faces`` is ``/left/faces``.
The tables are plain data, so this file can be read without ROS.
"""
from typing import Any, NamedTuple, Optional


class Topic(NamedTuple):
    """A topic of ours.  depth: messages kept (KEEP_LAST); every topic is VOLATILE."""

    name: str
    type_name: str
    reliable: bool
    depth: int
    meaning: str


IMAGE_RAW = Topic(
    'image_raw', 'sensor_msgs/msg/Image', True, 2, 'camera frames, stamped at capture')
IMAGE_RAW_COMPRESSED = Topic(
    'image_raw/compressed', 'sensor_msgs/msg/CompressedImage', True, 2, 'the same as JPEG, only while subscribed')
CAMERA_INFO = Topic(
    'camera_info', 'sensor_msgs/msg/CameraInfo', True, 2, 'size and calibration of each frame')
# Best effort accepts every publisher; depth 1 leaves old frames behind.
IMAGE = Topic(
    'image', 'sensor_msgs/msg/Image', False, 1, 'frames to look at; remap it to your camera')
IMAGE_COMPRESSED = Topic(
    'image/compressed', 'sensor_msgs/msg/CompressedImage', False, 1, 'the same with `image_transport:=compressed`')
FACES = Topic(
    'faces', 'vision_msgs/msg/Detection2DArray', True, 5, 'one message per processed frame, also when empty')
LANDMARKS = Topic(
    'faces/landmarks', 'face_perception_msgs/msg/FaceLandmarksArray', True, 5,
    'the faces of an image with their points, only while subscribed')
HEAD_POSES = Topic(
    'faces/head_poses', 'geometry_msgs/msg/PoseArray', True, 5, 'with `pose: true`: the heads in the frame of the camera')
GAZE_TARGET = Topic(
    'faces/gaze_target', 'vision_msgs/msg/Detection2DArray', True, 5,
    'with `pose: true`: the faces that look at the camera, the nearest first')
OVERLAY = Topic(
    'faces/overlay', 'sensor_msgs/msg/Image', True, 1, 'frames with the faces drawn, only while subscribed')
DIAGNOSTICS = Topic(
    '/diagnostics', 'diagnostic_msgs/msg/DiagnosticArray', True, 10, 'health and times, once a second')

SET_ENABLED = '~/set_enabled'
"""Service (std_srvs/srv/SetBool) that pauses and resumes a node's work."""


def profile(topic: Topic, reliable: Optional[bool] = None) -> Any:
    """Return the rclpy QoSProfile of ``topic``, whose reliability may be another."""
    from rclpy.qos import QoSDurabilityPolicy, QoSHistoryPolicy, QoSProfile, QoSReliabilityPolicy

    wanted = topic.reliable if reliable is None else reliable
    reliability = QoSReliabilityPolicy.RELIABLE if wanted else QoSReliabilityPolicy.BEST_EFFORT
    return QoSProfile(history=QoSHistoryPolicy.KEEP_LAST, depth=topic.depth, reliability=reliability,
                      durability=QoSDurabilityPolicy.VOLATILE)


def overridable() -> Any:
    """Return the options that let a user override the QoS of a topic by ``qos_overrides.*`` parameters."""
    from rclpy.qos_overriding_options import QoSOverridingOptions

    return QoSOverridingOptions.with_default_policies()
