# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The other side of a node under test: publishes images, collects answers, calls services."""
import array
import time

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image

from face_perception.ros.transport import prepare_transport

# Images of any size shall leave the test's process.  This is read with the first participant, so it cannot wait;
# node_processes.py keeps it from the nodes under test, which have to see to it themselves.
prepare_transport()


def image_message(bgr, number=0, frame_id='camera'):
    """Wrap a (height, width, 3) uint8 BGR array; its stamp is made of ``number``."""
    height, width = bgr.shape[:2]
    message = Image(height=height, width=width, step=3 * width, encoding='bgr8',
                    data=array.array('B', bgr.tobytes()))
    message.header.frame_id = frame_id
    message.header.stamp.sec, message.header.stamp.nanosec = 1000 + number, number
    return message


def stamp_of(message):
    """Return the stamp of a message as (sec, nanosec)."""
    return message.header.stamp.sec, message.header.stamp.nanosec


class Client:
    """A node in the test's own process; it spins only inside ``until`` and ``spin``."""

    def __init__(self, name='test_client', namespace=''):
        # A context of its own, so that it meets others as another process would.
        self._context = rclpy.Context()
        rclpy.init(context=self._context)
        self.node = rclpy.create_node(name, context=self._context, namespace=namespace)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)

    def close(self):
        """Leave the ROS graph."""
        self._executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def publisher(self, message_type, topic, qos=5):
        """Create a publisher and wait until somebody listens."""
        publisher = self.node.create_publisher(message_type, topic, qos)
        self.until(publisher.get_subscription_count, 'subscriber of ' + publisher.topic_name)
        return publisher

    def collect(self, message_type, topic, qos=None):
        """Subscribe and return the list that messages are added to, once somebody publishes."""
        got = self.collect_here(message_type, topic, qos)
        name = self.node.resolve_topic_name(topic)
        self.until(lambda: self.node.count_publishers(name), 'publisher of ' + name)
        return got

    def collect_here(self, message_type, topic, qos=None):
        """Subscribe and return the list that messages are added to, without waiting."""
        got = []
        self.node.create_subscription(message_type, topic, got.append, qos or QoSProfile(depth=100))
        return got

    def connect(self, publisher, message, got, quiet=0.3):
        """Publish until an answer is in ``got``, wait until no more come, and forget them.

        A match is made on both sides at different times, so the first messages may meet nobody.
        """
        end = time.monotonic() + 20.0
        while not got:
            assert time.monotonic() < end, 'no answer on ' + publisher.topic_name
            publisher.publish(message)
            self.spin(0.1)
        count = 0
        while count != len(got):
            count = len(got)
            self.spin(quiet)
        del got[:]

    def until(self, condition, what, timeout=20.0):
        """Spin until ``condition()`` holds; fail naming ``what`` otherwise.  Returns its value."""
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, 'no {} within {} s'.format(what, timeout)
            self._executor.spin_once(timeout_sec=0.05)
        return condition()

    def spin(self, seconds):
        """Spin for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._executor.spin_once(timeout_sec=max(0.0, end - time.monotonic()))

    def call(self, service_type, name, **fields):
        """Call a service and return its response."""
        client = self.node.create_client(service_type, name)
        assert client.wait_for_service(20.0), 'no service ' + name
        future = client.call_async(service_type.Request(**fields))
        self.until(future.done, 'answer of ' + name)
        self.node.destroy_client(client)
        return future.result()

    def set_parameters(self, node, **values):
        """Set parameters of a node; return one rcl_interfaces SetParametersResult each."""
        from rcl_interfaces.srv import SetParameters
        from rclpy.parameter import Parameter

        parameters = [Parameter(name, value=value).to_parameter_msg() for name, value in values.items()]
        return self.call(SetParameters, node + '/set_parameters', parameters=parameters).results
