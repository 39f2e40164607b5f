# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Play a bag to the real detector node and collect its answers: bag -> image_raw -> detector_node -> faces."""
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions
from vision_msgs.msg import Detection2DArray

from examples.bags.play import play_bag
from face_perception.core import defaults
from face_perception.core.detections import Detections
from face_perception.models.store import ModelNotFound, find_model
from face_perception.ros import qos
from face_perception.ros.images import stamp_of
from face_perception.ros.landmark_messages import MessagesMissing, import_messages
from face_perception.ros.messages import from_message
from face_perception.ros.transport import prepare_transport

DETECTOR, LANDMARKS = 'detector_node', 'landmark_node'
READY_WITHIN_S = 60.0
LAST_ANSWER_WITHIN_S = 2.0


class Answer(NamedTuple):
    """One message of /faces and how long it took, seconds from publishing the image to its callback."""

    message: Detection2DArray
    detections: Detections
    latency_s: float
    points: Any = None          # the FaceLandmarksArray of the same image, where one came


def points_type() -> Any | None:
    """Return the type of what the landmark node publishes, or None where there is none, and say why."""
    try:
        find_model(defaults.LANDMARK_MODEL)
        return import_messages().FaceLandmarksArray
    except (ModelNotFound, MessagesMissing) as error:
        print(f'without eyes, nose and mouth: {error}', flush=True)
        return None


def play_to_detector(bag: Path, check: Callable[[], None], answered: Callable[[int, Answer], None],
                     with_points: Any = None) -> dict[int, Answer]:
    """Play a bag once as soon as the detector takes images; return the answers by stamp in ns.

    One thread publishes and listens, so no answer is looked at before its image is known to be published.

    Args:
        bag: folder of the bag.
        check: called again and again, to raise what went wrong in the meantime.
        answered: called with (stamp, Answer) for each message on /faces as it comes; its points come later.
        with_points: what `points_type` returns; a landmark node runs where it is not None.

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
    points: dict[int, Any] = {}

    def on_faces(message: Detection2DArray) -> None:
        now, stamp = time.monotonic(), stamp_of(message.header)
        if stamp in sent:                   # else somebody else's, in a domain that the user chose
            answers[stamp] = Answer(message, from_message(message), now - sent[stamp])
            answered(stamp, answers[stamp])

    def on_points(message: Any) -> None:
        points[stamp_of(message.header)] = message

    def published(topic: str, stamp_ns: int, monotonic_ns: int, number: int) -> None:
        sent[stamp_ns] = monotonic_ns / 1e9

    def wait(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            check()
            executor.spin_once(timeout_sec=min(left, 0.05))
    try:
        node.create_subscription(Detection2DArray, qos.FACES.name, on_faces, QoSProfile(depth=100))
        if with_points:
            node.create_subscription(with_points, qos.LANDMARKS.name, on_points, QoSProfile(depth=100))
        play_bag(node, bag, subscribers=2 if with_points else 1, listener=DETECTOR, wait_s=READY_WITHIN_S,
                 published=published, wait=wait)
        end = time.monotonic() + LAST_ANSWER_WITHIN_S
        while len(answers) < len(sent) and time.monotonic() < end:
            wait(0.05)
        wait(0.2 if with_points else 0)
    finally:
        executor.shutdown()
        node.destroy_node()
        rclpy.shutdown(context=context)
    return {stamp: answer._replace(points=points.get(stamp)) for stamp, answer in answers.items()}
