# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Recordings without rosbag2: write and read rosbag2 bags of rclpy messages, and play them."""
from .bag import bag_topics, read_bag, write_bag

__all__ = ['bag_topics', 'read_bag', 'write_bag']
