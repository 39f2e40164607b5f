# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draws `faces` into the `image` of the same stamp, only while somebody subscribes to `faces/overlay`."""
from collections import OrderedDict
from typing import Any, Callable, List, Optional

import numpy as np
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from face_perception.core.boxes import clip
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_detections
from face_perception.parameter_tables import OVERLAY
from face_perception.ros import qos
from face_perception.ros.image_input import ImageInput
from face_perception.ros.images import ImageError, bgr_to_image, stamp_of
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
        self._input: Optional[ImageInput] = None
        self._subscription: Any = None
        self._watch: Optional[TopicWatch] = None

    def open(self) -> None:
        """Offer the overlay."""
        self._publisher = self.create_lifecycle_publisher(
            Image, qos.OVERLAY.name, qos.profile(qos.OVERLAY), qos_overriding_options=qos.overridable())

    def start(self) -> None:
        """Look twice a second whether anybody wants it."""
        self.get_logger().info('Ready: draws {} into {} on {}, while somebody subscribes.'.format(
            self.resolve_topic_name(qos.FACES.name), self.resolve_topic_name(qos.IMAGE.name), self._publisher.topic_name))
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
        if wanted and self._input is None:
            self._images, self._faces = OrderedDict(), OrderedDict()
            try:
                self._input = ImageInput(self, self.settings, self._bad, self._on_image)
                self._subscribe_to_faces()
            except Exception as error:      # for example a QoS override, which is read only now
                self._bad.report('listen', 'Nothing is drawn: {}'.format(error))
                self._unsubscribe()
        elif not wanted:
            self._unsubscribe()

    def _subscribe_to_faces(self) -> None:
        self._subscription = self.create_subscription(
            Detection2DArray, qos.FACES.name, self._on_faces, qos.profile(qos.FACES),
            qos_overriding_options=qos.overridable())
        self._watch = TopicWatch(self, self._subscription, qos.FACES, lambda: self.settings['image_timeout'])

    def _unsubscribe(self) -> None:
        if self._input is not None:
            self._input.close()
        if self._watch is not None:
            self._watch.close()
        if self._subscription is not None:
            self.destroy_subscription(self._subscription)
        self._input = self._subscription = self._watch = None

    def _on_image(self, header: Any, convert: Callable[[], np.ndarray]) -> None:
        self._pair(stamp_of(header), (header, convert), self._images, self._faces)

    def _on_faces(self, faces: Detection2DArray) -> None:
        if self._watch is None:
            return      # taken from the middleware just before
        self._watch.seen()
        self._pair(stamp_of(faces.header), faces, self._faces, self._images)

    def _pair(self, stamp: int, one: Any, mine: Any, others: Any) -> None:
        """Let one wait in ``mine`` for its partner in ``others``."""
        mine[stamp] = one
        if stamp in others:
            header, convert = self._images.pop(stamp)
            self._draw(header, convert, self._faces.pop(stamp))
        while len(mine) > self.settings['history']:
            mine.popitem(last=False)

    def _draw(self, header: Any, convert: Callable[[], np.ndarray], faces: Detection2DArray) -> None:
        try:
            picture = np.array(convert())       # a copy: the message's own bytes are read-only
        except ImageError as error:
            self._input.report(error)
            return
        try:
            found = from_message(faces)
            # Anybody may have sent them, and OpenCV raises over coordinates beyond its integers.
            boxes = clip(found.boxes, picture.shape[1], picture.shape[0])
            draw_detections(picture, Detections(boxes, found.scores, found.labels, found.ids))
        except Exception as error:      # whatever they hold, the next ones may be good
            self._bad.report(type(error).__name__, 'Faces were skipped: {}'.format(
                str(error) or type(error).__name__))
            return
        message = bgr_to_image(picture, 0, '')
        message.header = header
        self._publisher.publish(message)


def main(args: Optional[List[str]] = None) -> int:
    """Run the node; return the exit status."""
    return main_of('overlay_node', OverlayNode, args)
