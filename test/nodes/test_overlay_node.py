# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The overlay node as a real process between an image and its faces."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

from node_processes import start_node  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.core.detections import Detections  # noqa: E402
from face_perception.core.drawing import draw_detections  # noqa: E402
from face_perception.ros.messages import to_message  # noqa: E402

pytestmark = pytest.mark.integration

GREY = np.full((240, 320, 3), 90, np.uint8)
FACES = Detections([[40, 60, 120, 160], [200, 80, 280, 150]], [0.9, 0.8], ['human', 'cartoon'])
HISTORY = 3


class Bench:
    """An overlay node with somebody who publishes its inputs and looks at its output."""

    def __init__(self, client, process):
        self.client, self.process = client, process
        self.images = client.node.create_publisher(Image, 'image', 10)
        self.faces = client.node.create_publisher(Detection2DArray, 'faces', 10)
        self.overlays = []
        self.subscription = None

    def look(self):
        """Subscribe to the overlay and wait until the node has subscribed to its inputs."""
        if self.subscription is None:
            self.subscription = self.client.node.create_subscription(
                Image, 'faces/overlay', self.overlays.append, 10)
            self.client.until(
                lambda: self.images.get_subscription_count() and self.faces.get_subscription_count(),
                'subscriptions of the overlay node')
            self.client.spin(0.3)
        del self.overlays[:]

    def look_away(self):
        """End the subscription."""
        self.client.node.destroy_subscription(self.subscription)
        self.subscription = None


@pytest.fixture(scope='module')
def bench(tmp_path_factory):
    log = tmp_path_factory.mktemp('overlay') / 'log'
    with Client() as client, start_node('overlay_node', log, {'history': HISTORY}) as process:
        client.until(lambda: client.node.count_publishers('/faces/overlay'), 'overlay node')
        yield Bench(client, process)


def pixels(message):
    return np.frombuffer(message.data, np.uint8).reshape(message.height, message.width, 3)


def test_nothing_is_received_while_nobody_looks(bench):
    bench.client.spin(1.2)
    assert bench.images.get_subscription_count() == bench.faces.get_subscription_count() == 0


def test_image_without_faces_comes_back_as_it_is(bench):
    bench.look()
    image = image_message(GREY, 1, frame_id='front')
    bench.images.publish(image)
    bench.faces.publish(to_message(Detections.empty(), image.header))
    bench.client.until(lambda: bench.overlays, 'overlay')
    assert bench.overlays[0].header == image.header
    np.testing.assert_array_equal(pixels(bench.overlays[0]), GREY)


@pytest.mark.parametrize('faces_first', [False, True])
def test_two_different_faces_are_drawn_in_the_image_of_their_stamp(bench, faces_first):
    bench.look()
    image = image_message(GREY, 20 + faces_first)
    senders = [lambda: bench.images.publish(image),
               lambda: bench.faces.publish(to_message(FACES, image.header))]
    for send in reversed(senders) if faces_first else senders:
        send()
        bench.client.spin(0.2)
    bench.client.until(lambda: bench.overlays, 'overlay')
    np.testing.assert_array_equal(pixels(bench.overlays[0]), draw_detections(GREY.copy(), FACES))


def test_faces_of_another_stamp_are_not_drawn(bench):
    bench.look()
    bench.images.publish(image_message(GREY, 30))
    bench.faces.publish(to_message(FACES, image_message(GREY, 31).header))
    bench.client.spin(0.4)
    assert bench.overlays == []


def test_late_faces_find_their_image_within_the_history(bench):
    bench.look()
    for number in range(40, 40 + HISTORY + 1):          # one more than is kept
        bench.images.publish(image_message(GREY, number))
        bench.client.spin(0.1)
    for number in range(40, 40 + HISTORY + 1):
        bench.faces.publish(to_message(FACES, image_message(GREY, number).header))
        bench.client.spin(0.1)
    bench.client.until(lambda: len(bench.overlays) >= HISTORY, 'overlays')
    bench.client.spin(0.2)
    assert [stamp_of(overlay) for overlay in bench.overlays] == [
        stamp_of(image_message(GREY, number)) for number in range(41, 41 + HISTORY)]


def test_bad_image_is_told_once_and_the_next_is_drawn(bench):
    bench.look()
    for number in (50, 51):
        bad = image_message(GREY, number)
        bad.encoding = '32FC1'
        bench.images.publish(bad)
        bench.faces.publish(to_message(FACES, bad.header))
        bench.client.spin(0.2)
    good = image_message(GREY, 52)
    bench.images.publish(good)
    bench.faces.publish(to_message(FACES, good.header))
    bench.client.until(lambda: bench.overlays, 'overlay')
    assert stamp_of(bench.overlays[0]) == stamp_of(good)
    assert bench.process.output().count("'32FC1'") == 1


def test_boxes_far_outside_do_not_end_it(bench):
    bench.look()
    for number, box in [(70, [-1e30, -5, 1e30, 1e20]), (71, [1e12, 1e12, 2e12, 2e12])]:
        image = image_message(GREY, number)
        bench.images.publish(image)
        bench.faces.publish(to_message(Detections([box], [0.9], ['human']), image.header))
        bench.client.until(lambda: bench.overlays, 'overlay')
        assert stamp_of(bench.overlays.pop()) == stamp_of(image)


@pytest.mark.parametrize('number, face_id', [(80, '99999999999999999999'), (81, '\u00b2'), (82, 'a')])
def test_faces_with_odd_ids_are_drawn_without_them(bench, number, face_id):
    bench.look()
    image = image_message(GREY, number)
    faces = to_message(FACES, image.header)
    for detection in faces.detections:
        detection.id = face_id
    bench.images.publish(image)
    bench.faces.publish(faces)
    bench.client.until(lambda: bench.overlays, 'overlay')
    np.testing.assert_array_equal(pixels(bench.overlays[0]), draw_detections(GREY.copy(), FACES))


# The real node, whose drawing fails over one label, as OpenCV might.
FAILING_NODE = """
import sys
from face_perception.nodes import overlay_node

def draw(image, detections, good=overlay_node.draw_detections):
    if 'bad' in detections.labels:
        raise OverflowError('no luck with this face')
    return good(image, detections)

overlay_node.draw_detections = draw
sys.exit(overlay_node.main())
"""


def test_faces_that_cannot_be_drawn_are_told_once_and_the_next_are_drawn(tmp_path):
    bad = Detections([[40, 60, 120, 160]], [0.9], ['bad'])
    entry = FAILING_NODE.replace('{', '{{').replace('}', '}}')
    remap = {'__ns': '/failing'}        # apart from the node of the bench
    with Client(namespace='/failing') as client, start_node(
            'overlay_node', tmp_path / 'log', remap=remap, entry=entry) as process:
        bench = Bench(client, process)
        bench.look()
        for number, faces in enumerate([bad, bad, FACES]):
            image = image_message(GREY, number)
            bench.images.publish(image)
            bench.faces.publish(to_message(faces, image.header))
            client.spin(0.2)
        client.until(lambda: bench.overlays, 'overlay')
        np.testing.assert_array_equal(pixels(bench.overlays[0]), draw_detections(GREY.copy(), FACES))
        assert process.stop() == 0
        assert process.output().count('Faces were skipped: no luck with this face') == 1
        assert 'Traceback' not in process.output()


def test_bad_qos_override_is_told_once_and_does_not_end_it(tmp_path):
    parameters = {'qos_overrides./odd/faces.subscription.reliability': 'perhaps'}
    with Client(namespace='/odd') as client, start_node(
            'overlay_node', tmp_path / 'log', parameters, {'__ns': '/odd'}) as process:
        client.collect(Image, 'faces/overlay')
        process.wait_for('Nothing is drawn: ')
        client.spin(1.2)
        assert process.popen.poll() is None
        assert process.output().count('perhaps') == 1
        assert process.stop() == 0 and 'Traceback' not in process.output()


def test_it_stops_receiving_when_nobody_looks_any_more(bench):
    bench.look()
    bench.look_away()
    bench.client.until(lambda: not bench.images.get_subscription_count() and
                       not bench.faces.get_subscription_count(), 'end of the subscriptions')
    bench.look()
    image = image_message(GREY, 60)
    bench.images.publish(image)
    bench.faces.publish(to_message(FACES, image.header))
    bench.client.until(lambda: bench.overlays, 'overlay after looking again')
