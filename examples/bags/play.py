# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Play a rosbag2 bag into its topics, as the recorded bytes, at the recorded pace.

    python -m examples.bags.play BAG [--rate 1.0] [--remap image_raw:=camera/image_raw] [--subscribers 1]

Prints one line ``published TOPIC BAG_STAMP_NS MONOTONIC_NS`` a message: the last number is
time.monotonic_ns() just before publishing, which any process of the same host can compare with.
"""
import argparse
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import QoSProfile
from rosbags.rosbag2 import Reader, ReaderError

from face_perception.ros.transport import prepare_transport

from .bag import message_class


class NobodyListens(RuntimeError):
    """A topic of the bag found no subscriber in time."""


def play_bag(node: Node, folder: str | Path, rate: float = 1.0, remap: Mapping[str, str] | None = None,
             topics: Collection[str] | None = None, subscribers: int = 1, listener: str | None = None,
             wait_s: float = 10.0, published: Callable[[str, int, int, int], None] | None = None,
             wait: Callable[[float], None] = time.sleep) -> int:
    """Play a bag once through publishers of `node`; return the number of messages.

    Args:
        node: its context must be initialised.
        folder: path of the bag.
        rate: 2.0 plays twice as fast; 0 plays without pauses.
        remap: {recorded topic: topic to publish}.
        topics: only these recorded topics.
        subscribers: how many each topic must have before the first message leaves; 0 does not wait.
        listener: name of a node that must be among the subscribers of each topic.
        wait_s: seconds to wait for them.
        published: called with (topic, bag stamp_ns, monotonic_ns, message number) after each message.
        wait: called with seconds between messages; whoever spins in it hears the answers meanwhile.

    Raises:
        NobodyListens: the subscribers did not come within wait_s seconds.
        ExternalShutdownException: the context was shut down.
    """
    remap = remap or {}
    count = 0
    with Reader(folder) as reader:
        wanted = [c for c in reader.connections if topics is None or c.topic in topics]
        publishers = {
            c.id: node.create_publisher(message_class(c.msgtype), remap.get(c.topic, c.topic),
                                        QoSProfile(depth=10))
            for c in wanted}
        try:
            _wait_for_subscribers(node, publishers.values(), subscribers, listener, wait_s, wait)
            wait(0.2)              # the subscriber's side of the match may lag behind ours
            first_ns, start = None, time.monotonic()
            for connection, stamp_ns, raw in reader.messages(connections=wanted):
                first_ns = stamp_ns if first_ns is None else first_ns
                if rate > 0:
                    early = (stamp_ns - first_ns) / 1e9 / rate - (time.monotonic() - start)
                    if early > 0:
                        wait(early)
                if not node.context.ok():      # SIGTERM shuts the context down and raises nothing here
                    raise ExternalShutdownException()
                now_ns = time.monotonic_ns()
                publishers[connection.id].publish(bytes(raw))
                count += 1
                if published:
                    published(connection.topic, stamp_ns, now_ns, count)
            wait(0.5)              # let the last ones get out before the writers go
        finally:
            for publisher in publishers.values():
                node.destroy_publisher(publisher)
    return count


def _wait_for_subscribers(node: Node, publishers: Iterable['Publisher[Any]'], wanted: int, listener: str | None,
                          wait_s: float, wait: Callable[[float], None]) -> None:
    deadline = time.monotonic() + wait_s
    for publisher in publishers:
        topic = publisher.topic_name
        while publisher.get_subscription_count() < wanted or (listener is not None and all(
                info.node_name != listener for info in node.get_subscriptions_info_by_topic(topic))):
            if time.monotonic() > deadline:
                also = '' if listener is None else f', {listener} among them'
                raise NobodyListens(
                    f'{topic} has {publisher.get_subscription_count()} subscribers after {wait_s:g} s, expected '
                    f'{wanted}{also}: is the node running, in this ROS_DOMAIN_ID, and on this topic name? Is a '
                    'firewall blocking traffic within this machine?')
            wait(0.05)


def main(arguments: list[str] | None = None) -> int:
    """Play a bag from the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('bag')
    parser.add_argument('--rate', type=float, default=1.0, help='2 is twice as fast, 0 without pauses')
    parser.add_argument('--remap', action='append', default=[], metavar='FROM:=TO')
    parser.add_argument('--topic', action='append', metavar='TOPIC', help='only this recorded topic')
    parser.add_argument('--subscribers', type=int, default=1, help='wait for so many; 0: do not wait')
    parser.add_argument('--wait', type=float, default=10.0, metavar='SECONDS')
    args = parser.parse_args(arguments)
    remap = dict(pair.split(':=', 1) for pair in args.remap)

    prepare_transport()        # before rclpy.init: frames of a camera are larger than Fast DDS expects
    rclpy.init()
    node = rclpy.create_node('play_bag')

    def published(topic: str, stamp_ns: int, monotonic_ns: int, number: int) -> None:
        print(f'published {topic} {stamp_ns} {monotonic_ns}', flush=True)
    try:
        play_bag(node, args.bag, args.rate, remap, args.topic, args.subscribers, wait_s=args.wait, published=published)
        return 0
    except (NobodyListens, ReaderError, FileNotFoundError) as error:
        print(f'play_bag: {error}', file=sys.stderr)
        return 1
    except (KeyboardInterrupt, ExternalShutdownException):
        return 130
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == '__main__':
    sys.exit(main())
