# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table of topics."""
import pytest

from face_perception.ros import qos

TOPICS = [value for value in vars(qos).values() if isinstance(value, qos.Topic)]


def test_names_follow_the_namespace():
    assert len(TOPICS) == 11
    assert [topic.name for topic in TOPICS if topic.name.startswith('/')] == ['/diagnostics']


def test_profiles_say_what_the_table_says():
    rclpy_qos = pytest.importorskip('rclpy.qos', reason='needs ROS 2')
    image, faces = qos.profile(qos.IMAGE), qos.profile(qos.FACES)
    assert (image.depth, image.reliability) == (1, rclpy_qos.QoSReliabilityPolicy.BEST_EFFORT)
    assert (faces.depth, faces.reliability) == (5, rclpy_qos.QoSReliabilityPolicy.RELIABLE)
    for topic in TOPICS:
        assert qos.profile(topic).durability == rclpy_qos.QoSDurabilityPolicy.VOLATILE


def test_image_subscription_accepts_every_publisher():
    rclpy_qos = pytest.importorskip('rclpy.qos', reason='needs ROS 2')
    for offered in (rclpy_qos.qos_profile_sensor_data, rclpy_qos.qos_profile_system_default,
                    rclpy_qos.QoSProfile(depth=1, durability=rclpy_qos.QoSDurabilityPolicy.TRANSIENT_LOCAL),
                    qos.profile(qos.IMAGE_RAW)):
        fits, reason = rclpy_qos.qos_check_compatible(offered, qos.profile(qos.IMAGE))
        assert fits != rclpy_qos.QoSCompatibility.ERROR, reason


@pytest.mark.parametrize('topic', TOPICS, ids=lambda topic: topic.name)
def test_types_exist(topic):
    pytest.importorskip('rclpy', reason='needs ROS 2')
    package, kind, name = topic.type_name.split('/')
    assert hasattr(pytest.importorskip(package + '.' + kind), name)
