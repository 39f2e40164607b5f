# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Two clocks that do not belong together are said once, with the cure."""
import time

import pytest

rclpy = pytest.importorskip('rclpy', reason='needs ROS 2')

from rclpy.parameter import Parameter  # noqa: E402
from ros_client import Client  # noqa: E402
from rosgraph_msgs.msg import Clock  # noqa: E402

from face_perception.ros import time_watch  # noqa: E402
from face_perception.ros.time_watch import TimeWatch  # noqa: E402


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(time_watch, 'PATIENCE_S', 0.3)
    with Client() as client:
        client.told = []
        client.node.get_logger = lambda: type('Logger', (), {'warning': staticmethod(client.told.append)})
        yield client


def simulate(client):
    client.node.set_parameters([Parameter('use_sim_time', value=True)])


def test_nothing_seen_nothing_said(client):
    watch = TimeWatch(client.node)
    client.spin(0.6)
    watch.close()
    watch.close()
    assert client.told == []


def test_simulated_time_without_a_clock_is_said_once(client):
    simulate(client)
    TimeWatch(client.node)
    client.spin(1.0)
    assert len(client.told) == 1 and '--clock' in client.told[0] and 'use_sim_time' in client.told[0]


def test_simulated_time_with_a_clock_is_fine(client):
    simulate(client)
    publisher = client.node.create_publisher(Clock, '/clock', 10)
    watch = TimeWatch(client.node)
    message = Clock()
    message.clock.sec = 1000
    client.node.create_timer(0.05, lambda: publisher.publish(message),
                             clock=rclpy.clock.Clock(clock_type=rclpy.clock.ClockType.STEADY_TIME))
    client.spin(1.0)
    watch.seen(999 * 10**9)
    assert client.told == []
    TimeWatch(client.node).seen(10**18)
    assert len(client.told) == 1 and 'another bag' in client.told[0]


@pytest.mark.parametrize('age, said, why', [
    (0.5, None, 'a live camera'), (3600, 'behind', 'a bag of an hour ago'), (-3600, 'ahead of', 'a clock that runs ahead')])
def test_stamps_of_another_day_are_said_once(client, age, said, why):
    watch = TimeWatch(client.node)
    watch.seen(0)           # no time at all
    for _ in range(3):
        watch.seen(int((time.time() - age) * 1e9))
    assert len(client.told) == (said is not None), why
    assert said is None or said in client.told[0] and '--clock' in client.told[0]
