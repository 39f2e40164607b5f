# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Publishes frames of a camera, video or folder on `image_raw`, stamped at capture, with `camera_info`."""
import time

from rclpy.duration import Duration
from sensor_msgs.msg import CameraInfo, Image

from face_perception.cameras import open_camera
from face_perception.cameras.capture import Capture
from face_perception.ros import qos
from face_perception.ros.camera_info import Calibration, CalibrationError
from face_perception.ros.diagnostics import OK, WARN, Diagnostics, Times
from face_perception.ros.images import bgr_to_image, make_header
from face_perception.ros.lifecycle import FaceNode, run_node
from face_perception.ros.parameters import CAMERA

ASKED_OF_A_CAMERA = ('width', 'height', 'fps', 'pixel_format', 'loop', 'frame_id')


class CameraNode(FaceNode):
    """A capture thread reads, stamps and publishes; a camera that is absent or lost is tried again."""

    def __init__(self):
        super().__init__('camera_node', CAMERA)
        self._images = self._infos = self._capture = self._diagnostics = None

    def open(self):
        """Make the publishers and read the calibration."""
        self._calibration = self._read_calibration()
        self._images = self.create_lifecycle_publisher(
            Image, qos.IMAGE_RAW.name, qos.profile(qos.IMAGE_RAW), qos_overriding_options=qos.overridable())
        self._infos = self.create_lifecycle_publisher(
            CameraInfo, qos.CAMERA_INFO.name, qos.profile(qos.CAMERA_INFO),
            qos_overriding_options=qos.overridable())

    def start(self):
        """Begin to capture."""
        self._times = Times()
        self._capture = Capture(self._open_camera, self._publish, self._say,
                                longest_wait=self.settings['reopen_period'], on_end=self._ended)
        self._capture.start()
        self._diagnostics = Diagnostics(self, self._health, self.settings['camera'])

    def stop(self):
        """End the capture and give the camera back."""
        if self._capture is not None and not self._capture.stop():
            self.get_logger().error('The camera driver did not stop within 5 s; it is left behind.')
        if self._diagnostics is not None:
            self._diagnostics.close()
        self._capture = self._diagnostics = None

    def close(self):
        """Take the topics back."""
        for publisher in (self._images, self._infos):
            if publisher is not None:
                self.destroy_lifecycle_publisher(publisher)
        self._images = self._infos = None

    def _read_calibration(self):
        url, warn = self.settings['camera_info_url'], self.get_logger().warning
        try:
            return Calibration(url, warn)
        except CalibrationError as error:
            # Faces are found without it.
            warn('{} camera_info stays without calibration.'.format(error))
            return Calibration()

    def _health(self):
        capture = self._capture
        capture.check()
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

    def _open_camera(self, wait):
        settings = {name: self.settings[name] for name in ASKED_OF_A_CAMERA}
        return open_camera(self.settings['camera'], wait=wait, say=self.get_logger().warning,
                           clock_ns=lambda: self.get_clock().now().nanoseconds, **settings)

    def _publish(self, frame):
        start = time.monotonic()
        height, width = frame.image.shape[:2]
        header = make_header(frame.stamp_ns, frame.frame_id)
        try:
            self._infos.publish(self._calibration.info(header, width, height))
            if self._images.get_subscription_count():
                self._images.publish(bgr_to_image(frame.image, frame.stamp_ns, frame.frame_id))
        except Exception:
            if self.context.ok():
                raise
            return      # the process was told to end, and this thread has not heard of it yet
        self._times.add(publish_ms=time.monotonic() - start)

    def _say(self, is_trouble, text):
        if is_trouble:
            self.get_logger().warning('No frames: {} (It is tried again until it works.)'.format(text))
        else:
            self.get_logger().info('Frames come: {}.'.format(text))

    def _ended(self):
        self.get_logger().info('{} has ended after {} frames.{}'.format(
            self.settings['camera'], self._capture.frames,
            '' if self.settings['exit_at_end'] else ' Idle now (parameters loop and exit_at_end).'))
        if self.settings['exit_at_end']:
            # The last frames are still on their way; a subscriber forgets what it has not taken when we leave.
            self._images.wait_for_all_acked(Duration(seconds=1.0))
            time.sleep(0.5)
            self.finish()


def main(args=None):
    """Run the node; return the exit status."""
    return run_node(CameraNode, args)
