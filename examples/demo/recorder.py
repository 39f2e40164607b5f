# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Listen to /faces as any program of a robot would, and keep what comes with its time of arrival."""
import time
from typing import NamedTuple

import numpy as np
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from face_perception.core.detections import Detections
from face_perception.ros import qos
from face_perception.ros.images import bgr_to_image
from face_perception.ros.messages import from_message
from face_perception.ros.transport import prepare_transport

# Stamp of the frames that ask "are you there?"; no recorded frame carries it.
GREETING_NS = 1


class NotReady(RuntimeError):
    """The detector did not answer in time."""


class Answer(NamedTuple):
    """One message of /faces. arrived_ns: time.monotonic_ns() at its callback."""

    stamp_ns: int
    arrived_ns: int
    detections: Detections
    message: Detection2DArray


def stamp_ns(header):
    """Return the stamp of a std_msgs/Header in nanoseconds."""
    return header.stamp.sec * 10 ** 9 + header.stamp.nanosec


class Recorder:
    """A ROS node of the demo's own process; use with ``with``.

    Signals stay Python's business, so that Ctrl-C reaches the demo and not only rclpy.
    """

    def __init__(self):
        prepare_transport()
        self._context = rclpy.Context()
        rclpy.init(context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node('demo_recorder', context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._greeted = False
        self._new = []
        self._node.create_subscription(Detection2DArray, qos.FACES.name, self._keep, QoSProfile(depth=100))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._executor.shutdown()
        self._node.destroy_node()
        rclpy.shutdown(context=self._context)

    def _keep(self, message):
        now_ns = time.monotonic_ns()
        if stamp_ns(message.header) == GREETING_NS:
            self._greeted = True
        else:
            self._new.append(Answer(stamp_ns(message.header), now_ns, from_message(message), message))

    def wait_until_ready(self, wait_s, check):
        """Show the detector grey frames until it answers one; return the seconds that took.

        check: called again and again, to raise what went wrong in the meantime.
        Raises NotReady after wait_s seconds.
        """
        start = time.monotonic()
        publisher = self._node.create_publisher(Image, qos.IMAGE_RAW.name, qos.profile(qos.IMAGE_RAW))
        grey = bgr_to_image(np.full((480, 640, 3), 128, np.uint8), GREETING_NS, 'greeting')
        asked = 0.0
        try:
            while not self._greeted:
                check()
                now = time.monotonic()
                if now - start > wait_s:
                    raise NotReady(
                        f'The detector did not answer a picture within {wait_s:g} s: it has '
                        f'{publisher.get_subscription_count()} subscription(s) to {publisher.topic_name} and '
                        f'{self._node.count_publishers(qos.FACES.name)} publisher(s) of /{qos.FACES.name}. '
                        'Is a firewall blocking traffic within this machine?')
                if publisher.get_subscription_count() and now - asked > 0.3:
                    publisher.publish(grey)
                    asked = now
                self._executor.spin_once(timeout_sec=0.05)
        finally:
            self._node.destroy_publisher(publisher)
        return time.monotonic() - start

    def listen(self, seconds):
        """Take in what comes within so many seconds at most; return the new Answers."""
        self._executor.spin_once(timeout_sec=seconds)
        new, self._new = self._new, []
        return new
