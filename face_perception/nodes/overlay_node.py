# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draws `faces` into the `image` of the same stamp, only while somebody subscribes to `faces/overlay`."""
from collections import OrderedDict
from typing import Any, List, Optional

import numpy as np
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from face_perception.core.boxes import clip
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_detections
from face_perception.parameter_tables import OVERLAY
from face_perception.ros import qos
from face_perception.ros.images import ImageError, bgr_to_image, image_to_bgr
from face_perception.ros.lifecycle import FaceNode
from face_perception.ros.messages import from_message
from face_perception.ros.process import main_of
from face_perception.ros.reports import OnceReporter
from face_perception.ros.topic_watch import TopicWatch, steady_timer


class OverlayNode(FaceNode):
    """Subscribes to its inputs only while its output is wanted, so that it costs nothing otherwise."""

    def __init__(self, name: str = 'overlay_node', **node_options: Any) -> None:
        """Prepare a node; see `FaceNode` for node_options."""
        super().__init__(name, OVERLAY, **node_options)
        self._bad = OnceReporter(self.get_logger().warning)
        self._publisher: Any = None
        self._timer: Any = None
        self._subscriptions: List[Any] = []
        self._watches: List[TopicWatch] = []

    def open(self) -> None:
        """Offer the overlay."""
        self._publisher = self.create_lifecycle_publisher(
            Image, qos.OVERLAY.name, qos.profile(qos.OVERLAY), qos_overriding_options=qos.overridable())

    def start(self) -> None:
        """Look twice a second whether anybody wants it."""
        self._timer = steady_timer(self, 0.5, self._subscribe_if_wanted)

    def stop(self) -> None:
        """Stop looking and unsubscribe."""
        self.destroy_timer(self._timer)
        self._unsubscribe()

    def close(self) -> None:
        """Withdraw the overlay."""
        self.destroy_lifecycle_publisher(self._publisher)

    def _subscribe_if_wanted(self) -> None:
        wanted = self._publisher.get_subscription_count() > 0
        if wanted and not self._subscriptions:
            self._images, self._faces = OrderedDict(), OrderedDict()
            try:
                self._subscribe(Image, qos.IMAGE, self._images, self._faces)
                self._subscribe(Detection2DArray, qos.FACES, self._faces, self._images)
            except Exception as error:      # for example a QoS override, which is read only now
                self._bad.report('listen', 'Nothing is drawn: {}'.format(error))
                self._unsubscribe()
        elif not wanted:
            self._unsubscribe()

    def _subscribe(self, message_type: Any, topic: qos.Topic, mine: Any, others: Any) -> None:
        """Subscribe to one topic; its messages wait in ``mine`` for their partner in ``others``."""
        def on_message(message: Any) -> None:
            watch.seen()
            stamp = (message.header.stamp.sec, message.header.stamp.nanosec)
            mine[stamp] = message
            if stamp in others:
                self._draw(self._images.pop(stamp), self._faces.pop(stamp))
            while len(mine) > self.settings['history']:
                mine.popitem(last=False)

        subscription = self.create_subscription(
            message_type, topic.name, on_message, qos.profile(topic), qos_overriding_options=qos.overridable())
        self._subscriptions.append(subscription)
        watch = TopicWatch(self, subscription, topic, lambda: self.settings['image_timeout'])
        self._watches.append(watch)

    def _unsubscribe(self) -> None:
        for watch in self._watches:
            watch.close()
        for subscription in self._subscriptions:
            self.destroy_subscription(subscription)
        self._subscriptions, self._watches = [], []

    def _draw(self, image: Image, faces: Detection2DArray) -> None:
        try:
            picture = np.array(image_to_bgr(image))     # a copy: the message's own bytes are read-only
        except ImageError as error:
            self._bad.report(error.kind, 'An image was skipped: {}'.format(error))
            return
        try:
            found = from_message(faces)
            # Anybody may have sent them, and OpenCV raises over coordinates beyond its integers.
            boxes = clip(found.boxes, image.width, image.height)
            draw_detections(picture, Detections(boxes, found.scores, found.labels, found.ids))
        except Exception as error:      # whatever they hold, the next ones may be good
            self._bad.report(type(error).__name__, 'Faces were skipped: {}'.format(
                str(error) or type(error).__name__))
            return
        message = bgr_to_image(picture, 0, '')
        message.header = image.header
        self._publisher.publish(message)


def main(args: Optional[List[str]] = None) -> int:
    """Run the node; return the exit status."""
    return main_of('overlay_node', OverlayNode, args)
