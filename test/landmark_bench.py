# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The other side of a landmark node under test; skips where face_perception_msgs is not built."""
import point_model
import pytest
from diagnostic_msgs.msg import DiagnosticArray
from ros_client import image_message, stamp_of
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from face_perception.core.detections import Detections
from face_perception.ros.landmark_messages import MessagesMissing, import_messages
from face_perception.ros.messages import to_message

try:
    FaceLandmarksArray = import_messages().FaceLandmarksArray
except MessagesMissing as missing:
    pytest.skip(str(missing), allow_module_level=True)

BOXES = [[40, 60, 120, 140], [180, 20, 290, 150]]
FACES = Detections(BOXES, [0.9, 0.8], ['human', 'human'], [7, 9])


def face_message(number, boxes=BOXES):
    """Return (image message with a face in each box, its points)."""
    image, points = point_model.face_image(320, 240, boxes)
    return image_message(image, number, frame_id='front_optical'), points


def values_of(status):
    return {pair.key: pair.value for pair in status.values}


class LandmarkBench:
    """A landmark node with somebody who publishes its inputs and takes its output."""

    def __init__(self, client, process, image='front/image_raw'):
        self.client, self.process = client, process
        self.images = client.node.create_publisher(Image, image, 10)
        self.faces = client.node.create_publisher(Detection2DArray, 'faces', 10)
        self.points = []
        self.subscription = None

    def listen(self):
        """Subscribe and wait until the node has subscribed to its inputs; forget what came before."""
        if self.subscription is None:
            self.subscription = self.client.node.create_subscription(
                FaceLandmarksArray, 'faces/landmarks', self.points.append, 10)
            self.client.until(
                lambda: self.images.get_subscription_count() and self.faces.get_subscription_count(),
                'subscriptions of the landmark node')
            self.client.spin(0.3)
        del self.points[:]

    def end(self):
        """End the subscription."""
        self.client.node.destroy_subscription(self.subscription)
        self.subscription = None

    def ask(self, image, faces):
        """Publish an image message and its faces; return the answer."""
        self.listen()
        self.images.publish(image)
        self.faces.publish(faces if isinstance(faces, Detection2DArray) else to_message(faces, image.header))
        self.client.until(lambda: self.points, 'points of {}'.format(stamp_of(image)))
        return self.points.pop()

    def status(self, condition):
        """Return {key: value, ...} of the node's diagnostics once `condition(status)` holds."""
        got = self.client.collect(DiagnosticArray, '/diagnostics')
        return self.client.until(
            lambda: next((s for a in got for s in a.status if s.name.endswith('landmark_node') and condition(s)), None),
            'diagnostics')
