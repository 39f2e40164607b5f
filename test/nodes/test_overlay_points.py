# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The overlay node with a landmark node beside it: points are drawn, and nothing waits for ever for them."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

from landmark_bench import FACES, FaceLandmarksArray  # noqa: E402
from node_processes import start_node  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.core.drawing import draw_faces  # noqa: E402
from face_perception.core.landmarks import Landmarks  # noqa: E402
from face_perception.ros.landmark_messages import to_landmarks_message  # noqa: E402
from face_perception.ros.messages import to_message  # noqa: E402

pytestmark = pytest.mark.integration

GREY = np.full((240, 320, 3), 90, np.uint8)
POINTS = Landmarks(('nose',), [[[80, 100]], [[240, 90]]], [[1], [1]])
BOXES_ONLY, WITH_POINTS = draw_faces(GREY.copy(), FACES), draw_faces(GREY.copy(), FACES, POINTS)
HISTORY = 3


class Bench:
    def __init__(self, client, process):
        self.client, self.process = client, process
        self.images = client.node.create_publisher(Image, 'image', 10)
        self.faces = client.node.create_publisher(Detection2DArray, 'faces', 10)
        self.landmarks = client.node.create_publisher(FaceLandmarksArray, 'faces/landmarks', 10)
        self.overlays = client.collect(Image, 'faces/overlay')
        for publisher in (self.images, self.faces, self.landmarks):
            client.until(publisher.get_subscription_count, 'subscription of ' + publisher.topic_name)
        client.spin(0.3)

    def send(self, number, what='ifl'):
        """Publish image, faces and landmarks of one stamp, in this order of letters."""
        header = image_message(GREY, number).header
        for letter in what:
            if letter == 'i':
                self.images.publish(image_message(GREY, number))
            elif letter == 'f':
                self.faces.publish(to_message(FACES, header))
            else:
                self.landmarks.publish(to_landmarks_message(header, to_message(FACES, header), POINTS, [None, None]))
            self.client.spin(0.05)

    def drawn(self, *numbers):
        """Wait for the overlays of these stamps, in this order; return their pixels."""
        self.client.until(lambda: len(self.overlays) >= len(numbers), 'overlays')
        self.client.spin(0.2)
        assert [stamp_of(overlay) for overlay in self.overlays] == [stamp_of(image_message(GREY, n)) for n in numbers]
        pixels = [np.frombuffer(overlay.data, np.uint8).reshape(GREY.shape) for overlay in self.overlays]
        del self.overlays[:]
        return pixels


@pytest.fixture(scope='module')
def bench(tmp_path_factory):
    log = tmp_path_factory.mktemp('overlay') / 'log'
    with Client() as client, start_node('overlay_node', log, {'history': HISTORY}) as process:
        client.until(lambda: client.node.count_publishers('/faces/overlay'), 'overlay node')
        yield Bench(client, process)
        assert process.stop() == 0 and 'Traceback' not in process.output()


@pytest.mark.parametrize('number, order', list(enumerate(['ifl', 'fil', 'lif', 'ilf', 'fli'])))
def test_points_are_drawn_whatever_comes_first(bench, number, order):
    bench.send(number, order)
    np.testing.assert_array_equal(bench.drawn(number)[0], WITH_POINTS)


def test_a_frame_whose_points_were_left_out_is_drawn_without_them_before_the_next(bench):
    bench.send(20, 'if')
    bench.send(21, 'ifl')
    first, second = bench.drawn(20, 21)
    np.testing.assert_array_equal(first, BOXES_ONLY)
    np.testing.assert_array_equal(second, WITH_POINTS)


def test_points_that_never_come_are_not_waited_for_longer_than_the_history(bench):
    for number in range(30, 30 + HISTORY + 2):
        bench.send(number, 'if')
    for pixels in bench.drawn(30, 31):
        np.testing.assert_array_equal(pixels, BOXES_ONLY)


def test_points_that_are_none_do_not_end_it(bench):
    bench.send(50, 'if')
    message = to_landmarks_message(image_message(GREY, 50).header, to_message(FACES, image_message(GREY, 50).header),
                                   POINTS, [None, None])
    message.faces[0].points[0].x = float('nan')
    message.faces[1].points[0].y = 1e300
    bench.landmarks.publish(message)
    np.testing.assert_array_equal(bench.drawn(32, 33, 34, 50)[-1], BOXES_ONLY)


def test_nothing_waits_once_nobody_publishes_points_any_more(bench):
    bench.send(60, 'if')
    bench.client.node.destroy_publisher(bench.landmarks)
    np.testing.assert_array_equal(bench.drawn(60)[0], BOXES_ONLY)
    bench.send(61, 'if')
    np.testing.assert_array_equal(bench.drawn(61)[0], BOXES_ONLY)
