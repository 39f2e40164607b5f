# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Play a bag to the real detector node and collect its answers: bag -> image_raw -> detector_node -> faces."""
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from examples.bags.play import NobodyListens, play_bag
from face_perception.core.detections import Detections
from face_perception.ros import qos
from face_perception.ros.images import bgr_to_image, stamp_of
from face_perception.ros.messages import from_message
from face_perception.ros.transport import prepare_transport

READY_WITHIN_S = 60.0
LAST_ANSWER_WITHIN_S = 2.0
GREETING_NS = 1                 # stamp of the frames that ask "are you there?"; no recorded frame carries it


class NotReady(RuntimeError):
    """The detector did not answer in time."""


class Answer(NamedTuple):
    """One message of /faces and how long it took, seconds from publishing the image to its callback."""

    message: Detection2DArray
    detections: Detections
    latency_s: float


class Show:
    """ROS nodes of the demo's own process, a player and a listener; use with ``with``.

    Signals stay Python's business, so that Ctrl-C reaches the demo and not only rclpy.
    """

    def __init__(self) -> None:
        prepare_transport()
        self._context = rclpy.Context()
        rclpy.init(context=self._context, signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node('demo', context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self._greeted = False
        self._player: threading.Thread | None = None
        self._sent: dict[int, float] = {}       # stamp -> when it was published
        self.answers: dict[int, Answer] = {}    # by stamp
        self._node.create_subscription(Detection2DArray, qos.FACES.name, self._on_faces, QoSProfile(depth=100))

    def __enter__(self) -> 'Show':
        return self

    def __exit__(self, *error: object) -> None:
        rclpy.shutdown(context=self._context)       # the player notices, if it still plays
        if self._player is not None:
            self._player.join(5.0)
        self._executor.shutdown()
        self._node.destroy_node()

    def wait_for_detector(self, check: Callable[[], None]) -> float:
        """Show the detector grey frames until it answers one; return the seconds that took.

        check: called again and again, to raise what went wrong in the meantime.  Raises NotReady.
        """
        start = asked = time.monotonic()
        publisher = self._node.create_publisher(Image, qos.IMAGE_RAW.name, qos.profile(qos.IMAGE_RAW))
        grey = bgr_to_image(np.full((480, 640, 3), 128, np.uint8), GREETING_NS, 'greeting')
        try:
            while not self._greeted:
                check()
                if time.monotonic() - start > READY_WITHIN_S:
                    raise NotReady(f'The detector did not answer a picture within {READY_WITHIN_S:g} s. '
                                   'Is a firewall blocking traffic within this machine?')
                if publisher.get_subscription_count() and time.monotonic() - asked > 0.3:
                    publisher.publish(grey)
                    asked = time.monotonic()
                self._executor.spin_once(timeout_sec=0.05)
        finally:
            self._node.destroy_publisher(publisher)
        return time.monotonic() - start

    def play(self, bag: Path, check: Callable[[], None], answered: Callable[[int, Answer], None]) -> None:
        """Play the bag once; answered is called with (stamp in ns, Answer) for each message on /faces."""
        def published(topic: str, stamp_ns: int, monotonic_ns: int, number: int) -> None:
            self._sent[stamp_ns] = monotonic_ns / 1e9

        def play() -> None:
            try:
                play_bag(self._node, bag, published=published)
            except ExternalShutdownException:
                pass                            # the demo was stopped
            except NobodyListens as error:
                failed.append(error)
        failed: list[NobodyListens] = []
        self._player = player = threading.Thread(target=play, daemon=True)
        player.start()
        told: set[int] = set()
        last = time.monotonic()
        while player.is_alive() or (len(told) < len(self._sent) and time.monotonic() - last < LAST_ANSWER_WITHIN_S):
            self._executor.spin_once(timeout_sec=0.05)
            check()
            for stamp in self.answers.keys() - told:
                told.add(stamp)
                last = time.monotonic()
                answered(stamp, self.answers[stamp])
        if failed:
            raise NotReady(str(failed[0]))

    def _on_faces(self, message: Detection2DArray) -> None:
        now, stamp = time.monotonic(), stamp_of(message.header)
        if stamp == GREETING_NS:
            self._greeted = True
        else:
            self.answers[stamp] = Answer(message, from_message(message), now - self._sent.get(stamp, now))
