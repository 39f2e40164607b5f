# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Bags of real messages, written, read back and replayed by a real process."""
import subprocess
import sys
import time

import pytest

rclpy = pytest.importorskip('rclpy', reason='needs ROS 2 (scripts/test builds it)')
pytest.importorskip('rosbags', reason='needs the rosbags package')

from rosbags.rosbag2 import WriterError  # noqa: E402
from rosbags.typesys import Stores, get_typestore  # noqa: E402
from sensor_msgs.msg import CameraInfo, Image  # noqa: E402

from examples.bags import bag  # noqa: E402


def image(number, width=64, height=48):
    message = Image(width=width, height=height, step=3 * width, encoding='bgr8')
    message.header.frame_id = f'camera_{number}'
    message.header.stamp.sec = 1000 + number
    message.header.stamp.nanosec = number
    message.data = bytes([number]) * (3 * width * height)
    return message


def stamp_of(number):
    return 1_000_000_000_000 + number * 20_000_000


def test_empty_bag_holds_nothing(tmp_path):
    assert bag.write_bag(tmp_path / 'empty', []) == 0
    assert list(bag.read_bag(tmp_path / 'empty')) == []
    assert bag.bag_topics(tmp_path / 'empty') == {}


@pytest.mark.parametrize('storage, compress', [('mcap', False), ('mcap', True), ('sqlite3', False)])
def test_two_different_messages_come_back_as_they_were(tmp_path, storage, compress):
    info = CameraInfo(width=64, height=48, distortion_model='plumb_bob')
    info.k[0] = 500.0
    sent = [('/image_raw', image(1), stamp_of(1)), ('/camera_info', info, stamp_of(1)),
            ('/image_raw', image(2, width=32), stamp_of(2))]
    assert bag.write_bag(tmp_path / 'two', sent, storage, compress) == 3
    back = list(bag.read_bag(tmp_path / 'two'))
    assert sorted(map(str, back)) == sorted(map(str, sent))
    assert [m.width for _, m, _ in bag.read_bag(tmp_path / 'two', ['/image_raw'])] == [64, 32]
    assert bag.bag_topics(tmp_path / 'two') == {'/image_raw': Image, '/camera_info': CameraInfo}


def test_faces_and_boundless_strings_are_recorded(tmp_path):
    vision_msgs = pytest.importorskip('vision_msgs.msg', reason='vision_msgs is not built here')
    array = vision_msgs.Detection2DArray()
    array.header.frame_id = 'camera'
    face = vision_msgs.Detection2D()
    face.bbox.size_x, face.bbox.size_y = 10.5, 20.5
    result = vision_msgs.ObjectHypothesisWithPose()
    result.hypothesis.class_id, result.hypothesis.score = 'cartoon', 0.75
    face.results.append(result)
    array.detections.append(face)
    bag.write_bag(tmp_path / 'faces', [('/faces', array, 5)])
    assert list(bag.read_bag(tmp_path / 'faces')) == [('/faces', array, 5)]


def test_compression_makes_a_drawn_film_small(tmp_path):
    sent = [('/image_raw', image(n, 640, 480), stamp_of(n)) for n in range(5)]
    for compress in (False, True):
        bag.write_bag(tmp_path / str(compress), sent, compress=compress)
    plain, small = (next((tmp_path / str(c)).glob('*.mcap')).stat().st_size for c in (False, True))
    assert small < plain / 20


def test_an_existing_bag_is_not_overwritten(tmp_path):
    bag.write_bag(tmp_path / 'once', [('/image_raw', image(1), 1)])
    with pytest.raises(WriterError):
        bag.write_bag(tmp_path / 'once', [('/image_raw', image(2), 1)])


@pytest.mark.parametrize('cls', [Image, CameraInfo])
def test_definitions_from_the_classes_have_the_official_type_hash(cls):
    name = bag.message_name(cls)
    official = get_typestore(Stores.ROS2_KILTED)
    assert bag._typestore(cls).hash_rihs01(name) == official.hash_rihs01(name)


@pytest.mark.timeout(60)
def test_a_replay_reaches_a_subscriber_complete_in_order_and_on_time(tmp_path):
    count = 30
    bag.write_bag(tmp_path / 'clip', [('/image_raw', image(n), stamp_of(n)) for n in range(count)])
    got = []
    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node('listener', context=context)
    executor = rclpy.executors.SingleThreadedExecutor(context=context)
    executor.add_node(node)
    node.create_subscription(Image, 'replayed', lambda m: got.append((time.monotonic(), m)), 30)
    player = subprocess.Popen([sys.executable, '-m', 'examples.bags.play', str(tmp_path / 'clip'),
                               '--remap', '/image_raw:=replayed'], stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 30
        while len(got) < count and time.monotonic() < deadline:
            executor.spin_once(timeout_sec=0.1)
        lines = player.communicate(timeout=20)[0].splitlines()
    finally:
        player.kill()
        player.wait()
        node.destroy_node()
        rclpy.shutdown(context=context)
    assert player.returncode == 0
    assert [m for _, m in got] == [image(n) for n in range(count)]
    assert [line.split()[:3] for line in lines] == [
        ['published', '/image_raw', str(stamp_of(n))] for n in range(count)]
    took = got[-1][0] - got[0][0]
    assert 0.4 < took < 3, f'30 frames of 20 ms took {took:.2f} s'


@pytest.mark.timeout(60)
def test_nobody_listening_is_said_in_time(tmp_path):
    bag.write_bag(tmp_path / 'clip', [('/image_raw', image(1), 1)])
    player = subprocess.run([sys.executable, '-m', 'examples.bags.play', str(tmp_path / 'clip'), '--wait',
                             '0.5'],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
    assert player.returncode == 1
    assert '/image_raw has 0 subscribers after 0.5 s' in player.stderr


def test_a_missing_bag_is_said(tmp_path):
    player = subprocess.run([sys.executable, '-m', 'examples.bags.play', str(tmp_path / 'no_such_bag')],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
    assert player.returncode == 1
    assert 'no_such_bag' in player.stderr and 'Traceback' not in player.stderr
