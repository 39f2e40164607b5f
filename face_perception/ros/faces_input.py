# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The images that a node looks at together with the faces that a detector has found in them."""
from typing import Any, Callable, List, Mapping

import numpy as np
from vision_msgs.msg import Detection2DArray

from face_perception.ros import qos
from face_perception.ros.image_input import ImageInput
from face_perception.ros.images import ImageError, stamp_of
from face_perception.ros.pairing import StampPairs
from face_perception.ros.reports import OnceReporter
from face_perception.ros.topic_watch import TopicWatch

IMAGES, FACES = 'images_without_faces', 'faces_without_image'


def face_pairs(settings: Mapping[str, Any],
               on_pair: Callable[[Any, Callable[[], np.ndarray], Detection2DArray], None]) -> StampPairs:
    """Return what brings images and faces together, and says how many of each were left alone.

    Args:
        settings: history of the node.
        on_pair: called with the header of an image, the function that converts it, and its faces.
    """
    return StampPairs([IMAGES, FACES], lambda: settings['history'],
                      lambda image, faces: on_pair(image[0], image[1], faces))


class FacesInput:
    """Subscriptions to `image` and `faces` that feed pairs; see `ImageInput` for the images."""

    def __init__(self, node: Any, settings: Mapping[str, Any], bad: OnceReporter, pairs: StampPairs) -> None:
        """Subscribe; what fails half-way is taken back.

        Args:
            node: of rclpy.
            settings: image_transport, image_reliability and image_timeout of the node.
            bad: told of what is no image.
            pairs: those of `face_pairs`.
        """
        self._node, self._pairs = node, pairs
        self._open = True
        self._subscriptions: List[Any] = []
        self._images = ImageInput(node, settings, bad, self._on_image)
        try:
            self._subscriptions.append(node.create_subscription(
                Detection2DArray, qos.FACES.name, self._on_faces, qos.profile(qos.FACES),
                qos_overriding_options=qos.overridable()))
        except Exception:
            self._images.close()
            raise
        self._watch = TopicWatch(node, self._subscriptions[0], qos.FACES, lambda: settings['image_timeout'])

    @property
    def problem(self) -> str:
        """What does not arrive, as a sentence; '' where all is well."""
        if self._images.silent:
            return 'No image arrives.'
        return 'No faces arrive.' if self._watch.silent else ''

    def close(self) -> None:
        """Unsubscribe."""
        self._open = False
        self._images.close()
        self._watch.close()
        for subscription in self._subscriptions:
            self._node.destroy_subscription(subscription)
        self._pairs.clear()

    def report(self, error: ImageError) -> None:
        """Say once what is wrong with an image."""
        self._images.report(error)

    def _on_image(self, header: Any, convert: Callable[[], np.ndarray]) -> None:
        self._pairs.add(IMAGES, stamp_of(header), (header, convert))

    def _on_faces(self, faces: Detection2DArray) -> None:
        if self._open:      # else taken from the middleware just before
            self._watch.seen()
            self._pairs.add(FACES, stamp_of(faces.header), faces)
