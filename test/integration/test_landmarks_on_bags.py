# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Bags of real clips through detector_node and landmark_node, compared with the core on the same pixels and faces.

Not verified: how near the points are to those that a person would set; the card of the model says that.
"""
import sys

import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('rosbags', reason='needs the package rosbags')

import clips  # noqa: E402
from landmark_bench import FaceLandmarksArray  # noqa: E402
from node_processes import Process, start_node  # noqa: E402
from rclpy.qos import QoSProfile, qos_profile_sensor_data  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from shared_data import shared  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.api import open_landmarks  # noqa: E402
from face_perception.core import defaults  # noqa: E402
from face_perception.models.store import ModelNotFound, find_model  # noqa: E402
from face_perception.ros.messages import from_message  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture(scope='module')
def core():
    try:
        find_model(defaults.LANDMARK_MODEL)
    except ModelNotFound as error:
        pytest.skip(str(error))
    with open_landmarks() as finder:
        yield finder


class Replay:
    """Both nodes, shown one image after another, each when the points of the one before have come."""

    def __init__(self, client):
        self.client = client
        self.faces = client.collect(Detection2DArray, '/faces', QoSProfile(depth=100))
        self.points = client.collect(FaceLandmarksArray, '/faces/landmarks', QoSProfile(depth=100))
        self.images = client.publisher(Image, '/image_raw', qos_profile_sensor_data)
        client.until(lambda: self.images.get_subscription_count() >= 2, 'both nodes')

    def answers_to(self, images):
        """Return [(faces, points)] of images."""
        self.client.connect(self.images, images[0], self.points, quiet=0.6)
        del self.faces[:]
        for number, image in enumerate(images, 1):
            self.images.publish(image)
            self.client.until(lambda: len(self.points) >= number, 'points of image {}'.format(number))
        self.client.spin(0.1)
        return list(zip(self.faces, self.points))


@pytest.fixture(scope='module')
def replay(core, tmp_path_factory):
    logs, remap = tmp_path_factory.mktemp('nodes'), {'image': 'image_raw'}
    with Client() as client, start_node('detector_node', logs / 'detector', remap=remap), \
            start_node('landmark_node', logs / 'landmarks', remap=remap) as process:
        yield Replay(client)
        assert process.stop() == 0
        assert 'skipped' not in process.output() and 'Traceback' not in process.output()


def assert_points_of_core(core, image, faces, answer):
    """Compare the points of one image with those of the core for the faces that were published."""
    assert answer.header == faces.header == image.header
    assert [face.detection for face in answer.faces] == list(faces.detections)
    detections = from_message(faces)
    expected = core.find(clips.pixels(image), detections, defaults.LANDMARK_LABELS)
    assert [len(face.points) > 0 for face in answer.faces] == expected.found.tolist()
    for row in np.flatnonzero(expected.found):
        points = answer.faces[row].points
        assert [point.name for point in points] == list(core.names)
        assert abs(np.array([(point.x, point.y) for point in points]) - expected.points[row]).max() <= 2
        np.testing.assert_allclose([point.score for point in points], expected.scores[row], atol=1e-3)


def answered(replay, core, folder, frames, **bag):
    """Replay frames from a bag, check each answer; return how many humans were there and how many had points."""
    images = clips.recorded(clips.make_bag(folder, frames, **bag))
    answers = replay.answers_to(images)
    assert len(answers) == len(images)
    for image, (faces, points) in zip(images, answers):
        assert_points_of_core(core, image, faces, points)
    humans = sum(list(from_message(faces).labels).count('human') for faces, _ in answers)
    return humans, sum(len(face.points) > 0 for _, points in answers for face in points.faces)


def test_frames_without_anybody_are_answered_by_empty_arrays(replay, core, tmp_path):
    frames = [np.full((480, 640, 3), grey, np.uint8) for grey in (20, 90, 200)]
    assert answered(replay, core, tmp_path / 'bag', frames) == (0, 0)


def test_a_person_before_a_camera(replay, core, tmp_path):
    frames = clips.read_clip(clips.package_clip('carphone_pristine.mp4'), every=3)
    humans, with_points = answered(replay, core, tmp_path / 'bag', frames, frame_id='carphone', storage='sqlite3')
    assert humans == with_points >= 0.9 * len(frames)


def test_two_heads(replay, core, tmp_path):
    frames = clips.read_clip(shared('data', 'video', 'human_two_heads.mp4'), every=2)
    humans, with_points = answered(replay, core, tmp_path / 'bag', frames)
    assert humans == with_points > 0


def test_a_cartoon_gets_no_points(replay, core, tmp_path):
    frames = clips.read_clip(shared('data', 'video', 'cartoon_dexter_slides.mp4'), every=5)
    humans, with_points = answered(replay, core, tmp_path / 'bag', frames)
    assert with_points == humans <= 3


def test_a_bag_in_real_time_from_a_player_process(core, tmp_path):
    """At 30 Hz frames may be left out, but no answer comes twice, out of order or wrong."""
    frames = clips.read_clip(clips.package_clip('carphone_pristine.mp4'))
    bag = clips.make_bag(tmp_path / 'bag', frames, frame_id='carphone')
    images = {stamp_of(image): image for image in clips.recorded(bag)}
    remap = {'__ns': '/player', 'image': 'image_raw'}
    with Client() as client, start_node('detector_node', tmp_path / 'detector', remap=remap), \
            start_node('landmark_node', tmp_path / 'landmarks', remap=remap):
        faces = client.collect(Detection2DArray, '/player/faces', QoSProfile(depth=200))
        points = client.collect(FaceLandmarksArray, '/player/faces/landmarks', QoSProfile(depth=200))
        probe = client.publisher(Image, '/player/image_raw', qos_profile_sensor_data)
        client.connect(probe, image_message(frames[0], 900000), points)
        player = [sys.executable, '-m', 'examples.bags.play', bag, '--remap', '/image_raw:=/player/image_raw']
        with Process(player, tmp_path / 'player.log') as process:
            client.until(lambda: process.popen.poll() is not None, 'end of the bag', timeout=60.0)
            assert process.popen.returncode == 0, process.output()
        client.spin(0.5)
    stamps = [stamp_of(answer) for answer in points]
    assert stamps == sorted(set(stamps)) and set(stamps) <= set(images)
    assert len(stamps) >= 0.5 * len(images)
    by_stamp = {stamp_of(message): message for message in faces}
    for answer in points[::4]:
        assert_points_of_core(core, images[stamp_of(answer)], by_stamp[stamp_of(answer)], answer)
