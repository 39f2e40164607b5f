# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tells a user why nothing comes out: no message arrives, and what the ROS graph says about it."""
import time
from typing import Any, Callable, List

from rclpy.clock import Clock, ClockType
from rclpy.qos import QoSCompatibility, qos_check_compatible

from face_perception.ros.qos import IMAGE, IMAGE_COMPRESSED, OVERLAY, Topic
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
        self._warned = self._came = False
        self._timer = steady_timer(node, 0.5, self._check)

    def seen(self) -> None:
        """Take note of a message."""
        self._last = time.monotonic()
        self._warned, self._came = False, True

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
                why_silent(self._node, self._subscription, self._topic, self._came)))


def why_silent(node: Any, subscription: Any, topic: Topic, came: bool = False) -> str:
    """Return the sentences that say what the graph knows about a silent topic.

    came: messages did arrive before.
    """
    publishers = node.get_publishers_info_by_topic(subscription.topic_name)
    if not publishers:
        return 'Nobody publishes there. ' + _elsewhere(node, subscription.topic_name, topic)
    return ' '.join(_about(info, subscription.qos_profile, topic.type_name, came) for info in publishers)


def _about(info: Any, wanted: Any, type_name: str, came: bool) -> str:
    """Return a sentence about one publisher of the topic."""
    name = '{}/{}'.format(info.node_namespace.rstrip('/'), info.node_name)
    if info.topic_type != type_name:
        cure = ''
        if info.topic_type == IMAGE_COMPRESSED.type_name:
            cure = ' Set image_transport:=compressed, and give the topic without /compressed.'
        return '{} publishes {} there, expected {}.{}'.format(name, info.topic_type, type_name, cure)
    qos = qos_text(info.qos_profile)
    compatibility, reason = qos_check_compatible(info.qos_profile, wanted)
    if compatibility == QoSCompatibility.ERROR:
        faults = reason.replace('ERROR: ', '').rstrip(';').replace(';', '; ')
        return '{} publishes it {}, but it is subscribed to as {}, which does not fit: {}.'.format(
            name, qos, qos_text(wanted), faults)
    if came:
        return ('{} publishes it, but has sent nothing since: has its video ended, or its camera gone, or was it killed? '
                'Its log and /diagnostics say more.').format(name)
    return ('{} publishes it {}, which fits, but nothing has arrived yet. Its log says whether it has a camera that gives '
            'images. If it does, and runs on another host, or its messages are larger than the shared memory ({} MB), see '
            '"Large images" in the README.').format(name, qos, SEGMENT_BYTES // 2**20)


def qos_text(qos: Any) -> str:
    """Return the two policies of a profile that most often keep two ends apart, as text."""
    return '{} and {}'.format(qos.reliability.name.lower().replace('_', ' '),
                              qos.durability.name.lower().replace('_', ' '))


def _elsewhere(node: Any, resolved: str, topic: Topic) -> str:
    """Return a sentence that says which topics do carry the type, and how to get at them."""
    other_form = _other_form(node, resolved)
    if other_form:
        return other_form
    found = _topics_of(node, topic.type_name, resolved)
    compressed = _topics_of(node, IMAGE_COMPRESSED.type_name, resolved) if topic.name == IMAGE.name else []
    if not found and compressed:
        return ('Compressed images are on {}: start this node with --ros-args -r {}:={} -p '
                'image_transport:=compressed').format(', '.join(compressed), topic.name, _base(compressed[0]))
    if not found:
        return 'No other topic carries {} either: is its node running, with the same ROS_DOMAIN_ID?'.format(
            topic.type_name)
    return 'It is published on {}: start this node with --ros-args -r {}:={}'.format(
        ', '.join(found), _base(topic.name), _base(found[0]))


def _topics_of(node: Any, type_name: str, resolved: str) -> List[str]:
    """Return the topics, but for one, that carry a type and that somebody else publishes.

    Our own drawings are no input: they come only while somebody looks, and of what arrives here.
    """
    return sorted(other for other, types in node.get_topic_names_and_types()
                  if type_name in types and other != resolved and not other.endswith('/' + OVERLAY.name)
                  and _others_publish(node, other))


def _base(topic: str) -> str:
    """Return the topic that is remapped: that of the raw images, in either form."""
    return topic[:-len('/compressed')] if topic.endswith('/compressed') else topic


def _other_form(node: Any, resolved: str) -> str:
    """Return a sentence if the same images come in the other form only, compressed or raw; else ''."""
    compressed = not resolved.endswith('/compressed')
    other = resolved + '/compressed' if compressed else _base(resolved)
    if not _others_publish(node, other):
        return ''
    return 'They come {} only, on {}: start this node with image_transport:={}.'.format(
        *(('compressed', other, 'compressed') if compressed else ('raw', other, 'raw')))


def _others_publish(node: Any, topic: str) -> bool:
    """Return whether a node other than this one publishes on a topic."""
    own = (node.get_name(), node.get_namespace())
    return any((info.node_name, info.node_namespace) != own
               for info in node.get_publishers_info_by_topic(topic))
