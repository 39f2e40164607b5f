# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A detector slower than its camera answers new frames, never old ones."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

import time  # noqa: E402

import numpy as np  # noqa: E402
from blob_model import spec_data  # noqa: E402
from node_processes import start_node  # noqa: E402
from rclpy.qos import QoSProfile, QoSReliabilityPolicy  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

pytestmark = pytest.mark.integration

SECONDS_PER_FRAME = 0.2
PERIOD = 1 / 30
COUNT = 120

# The real node around a backend that takes its time.
SLOW_NODE = """
import sys, time
from face_perception.api import make_detector
from face_perception.backends.fake import FakeBackend
from face_perception.models.spec import parse_spec
from face_perception.nodes.detector_node import DetectorNode
from face_perception.ros.process import run_node

class SlowBackend(FakeBackend):
    def run(self, tensor):
        time.sleep({seconds})
        return super().run(tensor)

def open_slowly(model, backend, options, **given):
    spec = parse_spec({spec!r})
    return make_detector(spec, SlowBackend(spec, [[0.25, 0.25, 0.5, 0.5]], [[0.9, 0.1]]))

sys.exit(run_node(lambda: DetectorNode(open_slowly)))
""".format(seconds=SECONDS_PER_FRAME, spec=spec_data())


def answers_to_a_stream(reliability, folder):
    """Send frames faster than they are answered; return (stamps, ages in seconds) of the answers."""
    frame = np.zeros((480, 640, 3), np.uint8)
    entry = SLOW_NODE.replace('{', '{{').replace('}', '}}')
    with Client() as client, start_node('detector_node', folder / 'log', entry=entry) as process:
        arrived = []
        client.node.create_subscription(
            Detection2DArray, 'faces', lambda message: arrived.append((time.monotonic(), message)), 10)
        # A sender that would keep every frame for a slow reader.
        images = client.publisher(Image, 'image', QoSProfile(depth=100, reliability=reliability))
        client.connect(images, image_message(frame), arrived, quiet=0.6)
        sent = {}
        start = time.monotonic()
        for number in range(COUNT):
            message = image_message(frame, number)
            sent[stamp_of(message)] = time.monotonic()
            images.publish(message)
            client.spin(max(0.0, start + (number + 1) * PERIOD - time.monotonic()))
        client.spin(1.0)
        assert process.stop() == 0

    return ([stamp_of(message) for _, message in arrived],
            [when - sent[stamp_of(message)] for when, message in arrived])


@pytest.mark.parametrize('reliability', [QoSReliabilityPolicy.RELIABLE, QoSReliabilityPolicy.BEST_EFFORT])
def test_age_of_answers_is_bounded(tmp_path, reliability):
    newest = stamp_of(image_message(np.zeros((1, 1, 3), np.uint8), COUNT - 1))
    duration = COUNT * PERIOD
    # A busy machine delays an answer now and then; a queue lets the age grow to seconds every time.
    for _ in range(3):
        stamps, ages = answers_to_a_stream(reliability, tmp_path)
        assert stamps == sorted(set(stamps)), 'answers are in order, at most one per frame'
        # Busy, but not more than it can: so frames were left out.
        busy = 0.5 * duration / SECONDS_PER_FRAME < len(stamps) < 1.3 * duration / SECONDS_PER_FRAME
        answered = stamps[-1:] == [newest]
        # A frame waits for one other at most, then takes its time.
        if (busy and answered and max(ages) < 2 * SECONDS_PER_FRAME + 0.6
                and np.median(ages) < 1.5 * SECONDS_PER_FRAME + 0.2):
            return
    pytest.fail('{} answers of these ages, the newest frame {}answered in the end: {}'.format(
        len(stamps), '' if answered else 'not ', ages))


def test_garbage_does_not_push_a_waiting_good_frame_out(tmp_path):
    frame = np.zeros((48, 64, 3), np.uint8)
    entry = SLOW_NODE.replace('{', '{{').replace('}', '}}')
    with Client() as client, start_node('detector_node', tmp_path / 'log', entry=entry):
        answers = client.collect(Detection2DArray, 'faces')
        images = client.publisher(Image, 'image', 10)
        client.connect(images, image_message(frame), answers, quiet=0.6)
        for number in (1, 2):       # the second waits while the first is looked at
            images.publish(image_message(frame, number))
            client.spin(0.05)
        for number in range(3, 8):
            bad = image_message(frame, number)
            bad.encoding, bad.step = [('32FC1', 64), ('bgr8', 5)][number % 2]
            images.publish(bad)
            client.spin(0.01)
        client.until(lambda: len(answers) == 2, 'two answers')
        client.spin(0.5)
        assert [stamp_of(answer) for answer in answers] == [
            stamp_of(image_message(frame, number)) for number in (1, 2)]
