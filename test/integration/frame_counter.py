# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A user's subscriber: rclpy and nothing else. Counts the frames of the fake camera and says what arrived.

    python frame_counter.py reliable|sensor_data FRAMES

Prints one JSON line: the numbers of the first and last frame received and how many of those between arrived.
"""
import json
import sys
import time

import numpy as np
import rclpy
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image

BITS = 24


def number_of(message):
    """Read the number in the squares along the upper border, from a bgr8 image (see cameras/fake.py)."""
    side = message.width // BITS
    row = np.frombuffer(message.data, np.uint8, message.step, side // 2 * message.step)
    return sum(1 << bit for bit in range(BITS) if row[3 * (bit * side + side // 2)] > 127)


def main():
    reliability, wanted = sys.argv[1], int(sys.argv[2])
    rclpy.init()
    node = rclpy.create_node('users_subscriber_' + reliability)
    numbers, latencies = set(), []

    def on_image(message):
        numbers.add(number_of(message))
        stamp = message.header.stamp
        latencies.append(time.time() - stamp.sec - stamp.nanosec * 1e-9)

    node.create_subscription(
        Image, 'image_raw', on_image, qos_profile_sensor_data if reliability == 'sensor_data' else 10)
    limit = time.monotonic() + 20 + wanted / 10
    while time.monotonic() < limit and not (numbers and max(numbers) - min(numbers) + 1 >= wanted):
        rclpy.spin_once(node, timeout_sec=0.1)
    print(json.dumps({
        'first': min(numbers, default=None), 'last': max(numbers, default=None), 'received': len(numbers),
        'latency_ms': round(1e3 * sorted(latencies)[len(latencies) // 2], 1) if latencies else None}), flush=True)
    node.destroy_node()
    rclpy.try_shutdown()


if __name__ == '__main__':
    main()
