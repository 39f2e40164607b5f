# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The poses of the heads in an image: with the calibration that camera_info has, or an assumed field of view."""
from typing import Any, Callable, List, Mapping, Optional

from sensor_msgs.msg import CameraInfo

from face_perception.core.head_pose import HeadPose, assumed_camera, head_pose
from face_perception.core.landmarks import Landmarks
from face_perception.ros import qos
from face_perception.ros.camera_info import camera_of


class HeadPoses:
    """Listens to the camera_info beside the image, and says once where poses are without calibration."""

    def __init__(self, node: Any, settings: Mapping[str, Any], say: Callable[[str], object]) -> None:
        """Subscribe.

        Args:
            node: of rclpy.
            settings: assumed_fov of the node.
            say: told once that there is no calibration.
        """
        self._node, self._settings, self._say = node, settings, say
        self._info: Optional[CameraInfo] = None
        self._calibrated = True
        # As image_transport does it: /front/image_raw has its camera_info in /front.
        image = node.resolve_topic_name(qos.IMAGE.name)
        self._subscription = node.create_subscription(
            CameraInfo, image.rsplit('/', 1)[0] + '/' + qos.CAMERA_INFO.name, self._on_info,
            qos.profile(qos.CAMERA_INFO, reliable=False), qos_overriding_options=qos.overridable())
        self._topic = self._subscription.topic_name

    @property
    def source(self) -> str:
        """Where the calibration comes from, in words."""
        if self._calibrated:
            return str(self._topic)
        return 'assumed field of view of {:g} degrees'.format(self._settings['assumed_fov'])

    def close(self) -> None:
        """Unsubscribe."""
        self._node.destroy_subscription(self._subscription)

    def of(self, landmarks: Landmarks, width: int, height: int) -> List[Optional[HeadPose]]:
        """Return the pose of each face of an image of this size, None for those that have none."""
        found = landmarks.found.tolist()
        if not any(found):
            return [None] * len(landmarks)
        info = self._info       # the other thread may change it
        camera = camera_of(info, width, height) if info is not None else None
        self._calibrated = camera is not None
        if camera is None:
            camera = assumed_camera(width, height, self._settings['assumed_fov'])
            self._say('Head poses: {} has no calibration for {}x{}, so a horizontal field of view of {:g} degrees is '
                      'assumed (assumed_fov). Directions hardly suffer, distances do.'.format(
                          self._topic, width, height, self._settings['assumed_fov']))
        return [head_pose(landmarks.names, points, camera) if has_points else None
                for points, has_points in zip(landmarks.points, found)]

    def _on_info(self, info: CameraInfo) -> None:
        self._info = info
