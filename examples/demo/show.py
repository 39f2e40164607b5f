# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Play a bag to the real detector node and collect its answers: bag -> image_raw -> detector_node -> faces."""
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions
from vision_msgs.msg import Detection2DArray

from examples.bags.play import play_bag
from face_perception.core.detections import Detections
from face_perception.ros import qos
from face_perception.ros.images import stamp_of
from face_perception.ros.messages import from_message
from face_perception.ros.transport import prepare_transport

DETECTOR = 'detector_node'
READY_WITHIN_S = 60.0
LAST_ANSWER_WITHIN_S = 2.0


class Answer(NamedTuple):
    """One message of /faces and how long it took, seconds from publishing the image to its callback."""

    message: Detection2DArray
    detections: Detections
    latency_s: float


def play_to_detector(bag: Path, check: Callable[[], None], answered: Callable[[int, Answer], None]
                     ) -> dict[int, Answer]:
    """Play a bag once as soon as the detector takes images; return the answers by stamp in ns.

    One thread publishes and listens, so no answer is looked at before its image is known to be published.

    Args:
        bag: folder of the bag.
        check: called again and again, to raise what went wrong in the meantime.
        answered: called with (stamp, Answer) for each message on /faces as it comes.

    Raises:
        NobodyListens: the detector did not subscribe within READY_WITHIN_S.
    """
    prepare_transport()
    context = rclpy.Context()
    # Signals stay Python's business, so that Ctrl-C reaches the demo and not only rclpy.
    rclpy.init(context=context, signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node('demo', context=context)
    executor = SingleThreadedExecutor(context=context)
    executor.add_node(node)
    sent: dict[int, float] = {}             # stamp -> when it was published
    answers: dict[int, Answer] = {}

    def on_faces(message: Detection2DArray) -> None:
        now, stamp = time.monotonic(), stamp_of(message.header)
        if stamp in sent:                   # else somebody else's, in a domain that the user chose
            answers[stamp] = Answer(message, from_message(message), now - sent[stamp])
            answered(stamp, answers[stamp])

    def published(topic: str, stamp_ns: int, monotonic_ns: int, number: int) -> None:
        sent[stamp_ns] = monotonic_ns / 1e9

    def wait(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            check()
            executor.spin_once(timeout_sec=min(left, 0.05))
    try:
        node.create_subscription(Detection2DArray, qos.FACES.name, on_faces, QoSProfile(depth=100))
        play_bag(node, bag, listener=DETECTOR, wait_s=READY_WITHIN_S, published=published, wait=wait)
        end = time.monotonic() + LAST_ANSWER_WITHIN_S
        while len(answers) < len(sent) and time.monotonic() < end:
            wait(0.05)
    finally:
        executor.shutdown()
        node.destroy_node()
        rclpy.shutdown(context=context)
    return answers
