# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draws `faces` and their points into the `image` of the same stamp, only while somebody subscribes to `faces/overlay`."""
from collections import OrderedDict
from typing import Any, Callable, List, Optional

import numpy as np
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from face_perception.core.boxes import clip
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_detections, draw_points
from face_perception.parameter_tables import OVERLAY
from face_perception.ros import qos
from face_perception.ros.faces_input import FacesInput, face_pairs
from face_perception.ros.images import ImageError, bgr_to_image, stamp_of
from face_perception.ros.landmark_messages import MessagesMissing, drawable_points, import_messages
from face_perception.ros.lifecycle import FaceNode
from face_perception.ros.messages import from_message
from face_perception.ros.process import main_of
from face_perception.ros.reports import OnceReporter
from face_perception.ros.topic_watch import steady_timer


class OverlayNode(FaceNode):
    """Subscribes to its inputs only while its output is wanted, so that it costs nothing otherwise."""

    def __init__(self, name: str = 'overlay_node', **node_options: Any) -> None:
        """Prepare a node; see `FaceNode` for node_options."""
        super().__init__(name, OVERLAY, **node_options)
        self._bad = OnceReporter(self.get_logger().warning)
        self._pairs = face_pairs(self.settings, self._on_pair)
        self._publisher: Any = None
        self._timer: Any = None
        self._input: Optional[FacesInput] = None
        self._points_subscription: Any = None
        # By stamp: (header, convert, faces) that wait for points, and points that wait for them.
        self._waiting: OrderedDict[int, Any] = OrderedDict()
        self._points: OrderedDict[int, Any] = OrderedDict()

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
        try:
            if wanted and self._input is None:
                self._input = FacesInput(self, self.settings, self._bad, self._pairs)
            if wanted:
                self._subscribe_to_points()
        except Exception as error:      # for example a QoS override, which is read only now
            self._bad.report('listen', 'Nothing is drawn: {}'.format(error))
            self._unsubscribe()
        if not wanted:
            self._unsubscribe()

    def _subscribe_to_points(self) -> None:
        """Take points as long as somebody publishes them; without, nothing waits for them."""
        offered = self.count_publishers(self.resolve_topic_name(qos.LANDMARKS.name)) > 0
        if offered and self._points_subscription is None:
            try:
                kind = import_messages().FaceLandmarksArray
            except MessagesMissing as error:
                self._bad.report('points', 'Points are not drawn: {}'.format(error))
                return
            self._points_subscription = self.create_subscription(
                kind, qos.LANDMARKS.name, self._on_points, qos.profile(qos.LANDMARKS),
                qos_overriding_options=qos.overridable())
        elif not offered:
            self._leave_points()

    def _leave_points(self) -> None:
        if self._points_subscription is not None:
            self.destroy_subscription(self._points_subscription)
        self._points_subscription = None
        self._points.clear()
        self._draw_oldest(len(self._waiting))

    def _unsubscribe(self) -> None:
        if self._input is not None:
            self._input.close()
        self._input = None
        self._waiting.clear()
        self._leave_points()

    def _on_pair(self, header: Any, convert: Callable[[], np.ndarray], faces: Detection2DArray) -> None:
        """Draw at once, or let the pair wait for its points."""
        stamp = stamp_of(header)
        if self._points_subscription is None or stamp in self._points:
            self._draw(header, convert, faces, self._points.pop(stamp, None))
            return
        self._waiting[stamp] = (header, convert, faces)
        self._draw_oldest(len(self._waiting) - self.settings['history'])

    def _on_points(self, points: Any) -> None:
        stamp = stamp_of(points.header)
        if self._points_subscription is None:
            return      # taken from the middleware just before
        if stamp in self._waiting:
            # The points of older images are not looked for any more.
            self._draw_oldest(list(self._waiting).index(stamp))
            self._draw(*self._waiting.pop(stamp), points)
            return
        self._points[stamp] = points
        while len(self._points) > self.settings['history']:
            self._points.popitem(last=False)

    def _draw_oldest(self, count: int) -> None:
        """Draw so many of the pairs that wait, without points."""
        for _ in range(count):
            self._draw(*self._waiting.popitem(last=False)[1], None)

    def _draw(self, header: Any, convert: Callable[[], np.ndarray], faces: Detection2DArray, points: Any) -> None:
        try:
            picture = np.array(convert())       # a copy: the message's own bytes are read-only
        except ImageError as error:
            if self._input is not None:
                self._input.report(error)
            return
        try:
            found = from_message(faces)
            # Anybody may have sent them, and OpenCV raises over coordinates beyond its integers.
            boxes = clip(found.boxes, picture.shape[1], picture.shape[0])
            draw_detections(picture, Detections(boxes, found.scores, found.labels, found.ids))
            if points is not None:
                draw_points(picture, drawable_points(points))
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
