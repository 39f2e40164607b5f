# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Publishes frames of a camera, video or folder on `image_raw`, stamped at capture, with `camera_info`."""
import time
from typing import Any, Callable, Dict, List, Optional, Tuple

from rclpy.duration import Duration
from sensor_msgs.msg import CameraInfo, CompressedImage, Image

from face_perception.cameras import open_camera
from face_perception.cameras.base import Camera
from face_perception.cameras.capture import CHECK_PERIOD_S, Capture
from face_perception.core.decoding import PictureError
from face_perception.core.frame import Frame
from face_perception.core.picture_size import picture_size
from face_perception.parameter_tables import CAMERA
from face_perception.ros import qos
from face_perception.ros.camera_info import Calibration, CalibrationError
from face_perception.ros.compressed import bgr_to_compressed, jpeg_to_compressed
from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times
from face_perception.ros.images import bgr_to_image, make_header
from face_perception.ros.lifecycle import FaceNode
from face_perception.ros.process import main_of
from face_perception.ros.reports import OnceReporter
from face_perception.ros.time_watch import TimeWatch
from face_perception.ros.topic_watch import steady_timer

ASKED_OF_A_CAMERA = ('width', 'height', 'fps', 'pixel_format', 'loop', 'frame_id')


class CameraNode(FaceNode):
    """A capture thread reads, stamps and publishes; it retries a camera that is absent or lost."""

    def __init__(self, name: str = 'camera_node', **node_options: Any) -> None:
        """Prepare a node; see `FaceNode` for node_options."""
        super().__init__(name, CAMERA, **node_options)
        self._images: Any = None
        self._compressed: Any = None
        self._infos: Any = None
        self._diagnostics: Any = None
        self._stall_timer: Any = None
        self._capture: Optional[Capture] = None
        self._clock_watch: Optional[TimeWatch] = None
        self._bad = OnceReporter(self.get_logger().warning)

    def open(self) -> None:
        """Make the publishers and read the calibration."""
        self._calibration = self._read_calibration()
        self._images = self.create_lifecycle_publisher(
            Image, qos.IMAGE_RAW.name, qos.profile(qos.IMAGE_RAW), qos_overriding_options=qos.overridable())
        self._compressed = self.create_lifecycle_publisher(
            CompressedImage, qos.IMAGE_RAW_COMPRESSED.name, qos.profile(qos.IMAGE_RAW_COMPRESSED),
            qos_overriding_options=qos.overridable())
        self._infos = self.create_lifecycle_publisher(
            CameraInfo, qos.CAMERA_INFO.name, qos.profile(qos.CAMERA_INFO),
            qos_overriding_options=qos.overridable())

    def start(self) -> None:
        """Begin to capture."""
        self._times = Times()
        self._capture = Capture(self._open_camera, self._publish, self._on_state,
                                longest_wait=self.settings['reopen_period'], on_end=self._on_end)
        self._capture.start()
        self._stall_timer = steady_timer(self, CHECK_PERIOD_S, self._capture.check)
        self._clock_watch = TimeWatch(self)
        self._diagnostics = Diagnostics(self, self._health, self.settings['camera'])

    def stop(self) -> None:
        """End the capture and give the camera back."""
        if self._stall_timer is not None:
            self.destroy_timer(self._stall_timer)
        if self._capture is not None and not self._capture.stop():
            self.get_logger().error('The camera driver did not stop within 5 s; it is left behind.')
        if self._diagnostics is not None:
            self._diagnostics.close()
        if self._clock_watch is not None:
            self._clock_watch.close()
        self._capture = self._diagnostics = self._stall_timer = self._clock_watch = None

    def close(self) -> None:
        """Take the topics back."""
        for publisher in (self._images, self._compressed, self._infos):
            if publisher is not None:
                self.destroy_lifecycle_publisher(publisher)
        self._images = self._compressed = self._infos = None

    def _read_calibration(self) -> Calibration:
        url, warn = self.settings['camera_info_url'], self.get_logger().warning
        try:
            return Calibration(url, warn)
        except CalibrationError as error:
            # Faces are found without it.
            warn('{} camera_info stays without calibration.'.format(error))
            return Calibration()

    def _health(self) -> Tuple[bytes, str, Dict[str, Any]]:
        capture = self._capture
        frames, times = self._times.take()
        values = {'state': capture.state, 'frames_per_second': frames, 'frames': capture.frames,
                  'losses': capture.losses}
        values.update(times)
        if capture.state == 'running':
            return OK, 'Running.', values
        if capture.state == 'ended':
            return OK, 'The video or folder has ended.', values
        return WARN, capture.problem or 'Opening the camera.', values

    # The rest runs in the capture thread.

    def _open_camera(self, wait: Callable[[float], None]) -> Camera:
        settings = {name: self.settings[name] for name in ASKED_OF_A_CAMERA}
        # Once each: a folder that is opened again and again has the same bad pictures.
        return open_camera(self.settings['camera'], wait=wait, say=lambda text: self._bad.report(text, text),
                           clock_ns=lambda: self.get_clock().now().nanoseconds, **settings)

    def _publish(self, frame: Frame) -> None:
        start = time.monotonic()
        try:
            wanted_raw = self._images.get_subscription_count() > 0
            wanted_compressed = self._compressed.get_subscription_count() > 0
            # The camera's own JPEG is passed on as it is, and decoded only for those who want pixels.
            image = frame.image if wanted_raw or not frame.jpeg else None
            width, height = picture_size(frame.jpeg) if image is None else image.shape[1::-1]
            header = make_header(frame.stamp_ns, frame.frame_id)
            self._infos.publish(self._calibration.info(header, width, height))
            if wanted_raw:
                self._images.publish(bgr_to_image(image, frame.stamp_ns, frame.frame_id))
            if wanted_compressed:
                self._compressed.publish(
                    jpeg_to_compressed(frame.jpeg, frame.stamp_ns, frame.frame_id) if frame.jpeg
                    else bgr_to_compressed(image, frame.stamp_ns, frame.frame_id))
        except PictureError as error:
            self._bad.report('picture', 'A picture of the camera was skipped: {}. A bad cable, or too little USB '
                             'bandwidth?'.format(error))
            return
        except Exception:
            if self.context.ok():
                raise
            return      # the process was told to end, and this thread has not heard of it yet
        self._times.add(publish_ms=time.monotonic() - start)

    def _on_state(self, is_warning: bool, text: str) -> None:
        if not self.wanted():
            return
        if is_warning:
            self.get_logger().warning('No frames: {} (Retrying.)'.format(text))
        else:
            self.get_logger().info('Frames come: {}.'.format(text))

    def _on_end(self) -> None:
        self.get_logger().info('{} has ended after {} frames.{}'.format(
            self.settings['camera'], self._capture.frames,
            '' if self.settings['exit_at_end'] else ' Idle now (parameters loop and exit_at_end).'))
        if self.settings['exit_at_end']:
            # The last frames are still on their way; a subscriber forgets what it has not taken when we leave.
            self._images.wait_for_all_acked(Duration(seconds=1.0))
            time.sleep(0.5)
            self.finish()


def main(args: Optional[List[str]] = None) -> int:
    """Run the node; return the exit status."""
    return main_of('camera_node', CameraNode, args)
