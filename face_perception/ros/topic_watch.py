# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tells a user why nothing comes out: no message arrives, and what the ROS graph says about it."""
import time
from typing import Any, Callable

from rclpy.clock import Clock, ClockType
from rclpy.qos import QoSCompatibility, qos_check_compatible

from face_perception.ros.qos import Topic
from face_perception.ros.transport import SEGMENT_BYTES


def steady_timer(node: Any, period: float, callback: Callable[[], object]) -> Any:
    """Create a timer that ticks in real time, also while simulated time stands still."""
    return node.create_timer(period, callback, clock=Clock(clock_type=ClockType.STEADY_TIME))


class TopicWatch:
    """Warns once per silence when nothing arrives on a subscription.

    node: rclpy node.  subscription: of the topic.  topic: its row of the table in `qos`.
    timeout: function that returns how many seconds of silence are too long, 0 for never.
    """

    def __init__(self, node: Any, subscription: Any, topic: Topic, timeout: Callable[[], float]) -> None:
        self._node, self._subscription, self._topic, self._timeout = node, subscription, topic, timeout
        self._last = time.monotonic()
        self._warned = False
        self._timer = steady_timer(node, 0.5, self._check)

    def seen(self) -> None:
        """Take note of a message."""
        self._last = time.monotonic()
        self._warned = False

    @property
    def silent(self) -> bool:
        """Whether the silence is longer than allowed."""
        limit = self._timeout()
        return limit > 0 and time.monotonic() - self._last > limit

    def close(self) -> None:
        """Stop watching."""
        self._node.destroy_timer(self._timer)

    def _check(self) -> None:
        if self.silent and not self._warned:
            self._warned = True
            self._node.get_logger().warning('No {} on {} for {:g} s. {}'.format(
                self._topic.type_name.rsplit('/', 1)[-1], self._subscription.topic_name, self._timeout(),
                why_silent(self._node, self._subscription, self._topic)))


def why_silent(node: Any, subscription: Any, topic: Topic) -> str:
    """Return the sentences that say what the graph knows about a silent topic."""
    publishers = node.get_publishers_info_by_topic(subscription.topic_name)
    if not publishers:
        return 'Nobody publishes there. ' + _elsewhere(node, subscription.topic_name, topic)
    return ' '.join(_about(info, subscription.qos_profile, topic.type_name) for info in publishers)


def _about(info: Any, wanted: Any, type_name: str) -> str:
    """Return a sentence about one publisher of the topic."""
    name = '{}/{}'.format(info.node_namespace.rstrip('/'), info.node_name)
    if info.topic_type != type_name:
        return '{} publishes {} there, expected {}.'.format(name, info.topic_type, type_name)
    qos = qos_text(info.qos_profile)
    compatibility, reason = qos_check_compatible(info.qos_profile, wanted)
    if compatibility == QoSCompatibility.ERROR:
        faults = reason.replace('ERROR: ', '').rstrip(';').replace(';', '; ')
        return '{} publishes it {}, but it is subscribed to as {}, which does not fit: {}.'.format(
            name, qos, qos_text(wanted), faults)
    return ('{} publishes it {}, which fits, but sent nothing that arrived. If it runs on another host, '
            'or its messages are larger than the shared memory ({} MB), see "Large images" in the README.'
            ).format(name, qos, SEGMENT_BYTES // 2**20)


def qos_text(qos: Any) -> str:
    """Return the two policies of a profile that most often keep two ends apart, as text."""
    return '{} and {}'.format(qos.reliability.name.lower().replace('_', ' '),
                              qos.durability.name.lower().replace('_', ' '))


def _elsewhere(node: Any, resolved: str, topic: Topic) -> str:
    """Return a sentence that says which topics do carry the type, and how to get at them."""
    found = sorted(other for other, types in node.get_topic_names_and_types()
                   if topic.type_name in types and other != resolved and _others_publish(node, other))
    if not found:
        return 'No other topic carries {} either: is its node running, with the same ROS_DOMAIN_ID?'.format(
            topic.type_name)
    return 'It is published on {}: start this node with --ros-args -r {}:={}'.format(
        ', '.join(found), topic.name, found[0])


def _others_publish(node: Any, topic: str) -> bool:
    """Return whether a node other than this one publishes on a topic."""
    own = (node.get_name(), node.get_namespace())
    return any((info.node_name, info.node_namespace) != own
               for info in node.get_publishers_info_by_topic(topic))
