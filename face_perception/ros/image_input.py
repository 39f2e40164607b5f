# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The images that a node looks at: raw or compressed, one subscription, one judgement, one watch over silence."""
from typing import Any, Callable, Mapping

import numpy as np
from sensor_msgs.msg import CompressedImage, Image

from face_perception.ros import qos
from face_perception.ros.compressed import check_compressed, compressed_to_bgr
from face_perception.ros.images import ImageError, check_image, image_to_bgr
from face_perception.ros.reports import OnceReporter
from face_perception.ros.topic_watch import TopicWatch


class ImageInput:
    """A subscription to `image`, or to ``<image>/compressed`` as image_transport names it.

    Images that cannot be one are reported once per kind and never reach ``on_image``.
    """

    def __init__(self, node: Any, settings: Mapping[str, Any], bad: OnceReporter,
                 on_image: Callable[[Any, Callable[[], np.ndarray]], None],
                 wanted: Callable[[], bool] = lambda: True) -> None:
        """Subscribe.

        Args:
            node: of rclpy.
            settings: image_transport, image_reliability and image_timeout of the node.
            bad: told of what is no image.
            on_image: called with the std_msgs/Header and a function that converts the pixels to (height, width, 3)
                uint8 BGR or raises ImageError; nothing is converted before it is called.
            wanted: False leaves images out unseen, as nobody takes what is made of them.
        """
        self._node, self._bad, self._on_image, self._wanted = node, bad, on_image, wanted
        self._compressed = settings['image_transport'] == 'compressed'
        topic = qos.IMAGE_COMPRESSED if self._compressed else qos.IMAGE
        kind = CompressedImage if self._compressed else Image
        # A remapping is of `image`, in either case.
        name = node.resolve_topic_name(qos.IMAGE.name)
        if self._compressed and not name.endswith('/compressed'):
            name += '/compressed'
        self.topic_name = name
        self._subscription = node.create_subscription(
            kind, name, self._on_message, qos.profile(topic, settings['image_reliability'] == 'reliable'),
            qos_overriding_options=qos.overridable())
        self._watch = TopicWatch(node, self._subscription, topic, lambda: settings['image_timeout'])
        self._open = True

    @property
    def silent(self) -> bool:
        """Whether no image has come for longer than image_timeout."""
        return self._watch.silent

    def close(self) -> None:
        """Unsubscribe."""
        self._open = False
        self._watch.close()
        self._node.destroy_subscription(self._subscription)

    def report(self, error: ImageError) -> None:
        """Say once what is wrong with an image."""
        self._bad.report(error.kind, 'An image on {} was skipped: {}'.format(self.topic_name, error))

    def _on_message(self, message: Any) -> None:
        if not self._open:
            return      # taken from the middleware just before
        self._watch.seen()
        if not self._wanted():
            return
        check, convert = (check_compressed, compressed_to_bgr) if self._compressed else (check_image, image_to_bgr)
        try:
            check(message)
        except ImageError as error:
            self.report(error)
        else:
            self._on_image(message.header, lambda: convert(message))
