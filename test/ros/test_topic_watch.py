# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a user is told when nothing arrives, from a real ROS graph."""
import pathlib
import re
import time

import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')

from rclpy.qos import QoSDurabilityPolicy, QoSProfile, QoSReliabilityPolicy  # noqa: E402
from ros_client import Client  # noqa: E402
from sensor_msgs.msg import CompressedImage, Image  # noqa: E402

from face_perception.ros import qos  # noqa: E402
from face_perception.ros.topic_watch import TopicWatch, why_silent  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELIABLE = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.RELIABLE)
BEST_EFFORT = QoSProfile(depth=1, reliability=QoSReliabilityPolicy.BEST_EFFORT)


@pytest.fixture
def listener():
    with Client('listener') as client:
        yield client


@pytest.fixture
def camera(listener):
    with Client('camera', namespace='/left') as client:
        yield client


def ignore(image):
    """Take an image; rclpy asks for a signature, which a builtin such as print has none of on Python 3.10."""


def reason(listener, profile=BEST_EFFORT):
    subscription = listener.node.create_subscription(Image, qos.IMAGE.name, ignore, profile)
    listener.spin(0.5)          # let the graph become known
    return why_silent(listener.node, subscription, qos.IMAGE)


def test_nobody_publishes_anything(listener):
    text = reason(listener)
    assert 'Nobody publishes there.' in text and 'ROS_DOMAIN_ID' in text


def test_other_topics_with_images_are_named_but_not_our_own(listener, camera):
    listener.node.create_publisher(Image, 'faces/overlay', 1)
    camera.node.create_publisher(Image, 'front/image_raw', 1)
    camera.node.create_publisher(Image, 'back/image_raw', 1)
    camera.node.create_publisher(CompressedImage, 'side/image_raw', 1)
    text = reason(listener)
    assert 'published on /left/back/image_raw, /left/front/image_raw:' in text
    assert '-r image:=/left/back/image_raw' in text
    assert 'overlay' not in text and 'side' not in text


def test_our_own_drawings_are_no_input(listener, camera):
    camera.node.create_publisher(Image, '/faces/overlay', 1)
    assert 'overlay' not in reason(listener)


def test_images_that_come_compressed_only_are_named_with_the_argument(listener, camera):
    camera.node.create_publisher(CompressedImage, '/image/compressed', 1)
    assert 'come compressed only, on /image/compressed: start this node with image_transport:=compressed' in reason(listener)


def test_compressed_images_elsewhere_are_named(listener, camera):
    camera.node.create_publisher(CompressedImage, 'front/compressed', 1)
    text = reason(listener)
    assert '-r image:=/left/front -p image_transport:=compressed' in text


def test_a_compressed_subscription_is_told_of_raw_images(listener, camera):
    camera.node.create_publisher(Image, '/image', 1)
    camera.node.create_publisher(CompressedImage, '/other/compressed', 1)
    subscription = listener.node.create_subscription(CompressedImage, 'image/compressed', ignore, BEST_EFFORT)
    listener.spin(0.5)
    text = why_silent(listener.node, subscription, qos.IMAGE_COMPRESSED)
    assert 'come raw only, on /image: start this node with image_transport:=raw' in text


def test_a_publisher_that_did_send_has_stopped(listener, camera):
    camera.node.create_publisher(Image, '/image', RELIABLE)
    subscription = listener.node.create_subscription(Image, 'image', ignore, BEST_EFFORT)
    listener.spin(0.5)
    text = why_silent(listener.node, subscription, qos.IMAGE, came=True)
    assert '/left/camera publishes it, but has sent nothing since' in text and 'Large images' not in text


def test_publisher_that_fits_is_named_with_its_qos(listener, camera):
    camera.node.create_publisher(Image, '/image', RELIABLE)
    text = reason(listener)
    assert '/left/camera publishes it reliable and volatile, which fits' in text
    assert 'another host' in text and '8 MB' in text
    heading = re.search('see "(.*)" in the README', text).group(1)
    assert '## {}\n'.format(heading) in (ROOT / 'README.md').read_text(encoding='utf-8')


def test_publisher_whose_qos_does_not_fit_is_named_with_the_reason(listener, camera):
    camera.node.create_publisher(Image, '/image', BEST_EFFORT)
    text = reason(listener, QoSProfile(
        depth=1, reliability=QoSReliabilityPolicy.RELIABLE, durability=QoSDurabilityPolicy.TRANSIENT_LOCAL))
    assert 'publishes it best effort and volatile' in text
    assert 'subscribed to as reliable and transient local' in text
    assert 'does not fit: Best effort publisher and reliable subscription; Volatile' in text


def test_two_publishers_are_both_told(listener, camera):
    camera.node.create_publisher(Image, '/image', BEST_EFFORT)
    with Client('second') as second:
        second.node.create_publisher(Image, '/image', RELIABLE)
        text = reason(listener)
    assert '/left/camera publishes it best effort' in text and '/second publishes it reliable' in text


def test_publisher_of_another_type_is_named(listener, camera):
    camera.node.create_publisher(CompressedImage, '/image', 1)
    text = reason(listener)
    assert '/left/camera publishes sensor_msgs/msg/CompressedImage there' in text
    assert 'expected sensor_msgs/msg/Image. Set image_transport:=compressed, and give the topic without' in text


def test_silence_is_told_once_until_something_arrives(listener):
    told = []
    listener.node.get_logger = lambda: type('Logger', (), {'warning': staticmethod(told.append)})
    limit = {'seconds': 0.0}
    subscription = listener.node.create_subscription(Image, qos.IMAGE.name, ignore, BEST_EFFORT)
    watch = TopicWatch(listener.node, subscription, qos.IMAGE, lambda: limit['seconds'])
    listener.spin(1.2)
    assert told == [] and not watch.silent          # 0 means never
    limit['seconds'] = 0.3
    listener.spin(1.2)
    assert len(told) == 1 and told[0].startswith('No Image on /image for 0.3 s. Nobody publishes there.')
    listener.spin(1.2)
    assert len(told) == 1 and watch.silent
    watch.seen()
    assert not watch.silent
    listener.spin(1.2)
    assert len(told) == 2
    watch.close()
    watch.seen()
    time.sleep(0.4)
    listener.spin(0.6)
    assert len(told) == 2
