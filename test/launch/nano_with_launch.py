# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A launch test (launch_testing), run by test_with_launch.py: nano.launch.py starts, answers, ends."""
import os
import unittest

import launch_testing
import pytest
import rclpy
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch_testing.actions import ReadyToTest
from rclpy.qos import QoSProfile
from sensor_msgs.msg import Image
from vision_msgs.msg import Detection2DArray

from launch import LaunchDescription

NANO = os.path.join(os.path.dirname(__file__), '..', '..', 'launch', 'nano.launch.py')
ARGUMENTS = {'camera': 'fake://', 'overlay': 'true', 'namespace': 'left', 'backend': 'fake',
             'model': os.environ['FACE_PERCEPTION_TEST_MODEL']}


@pytest.mark.launch_test
def generate_test_description():
    nano = IncludeLaunchDescription(PythonLaunchDescriptionSource(NANO), launch_arguments=ARGUMENTS.items())
    return LaunchDescription([nano, ReadyToTest()])


class TestRunning(unittest.TestCase):

    def setUp(self):
        rclpy.init()
        self.node = rclpy.create_node('launch_test')

    def tearDown(self):
        self.node.destroy_node()
        rclpy.try_shutdown()

    def test_faces_and_overlay_come(self):
        faces, overlays = [], []
        self.node.create_subscription(Detection2DArray, '/left/faces', faces.append, QoSProfile(depth=10))
        self.node.create_subscription(Image, '/left/faces/overlay', overlays.append, QoSProfile(depth=10))
        for _ in range(300):
            rclpy.spin_once(self.node, timeout_sec=0.1)
            if len(faces) >= 5 and len(overlays) >= 5:
                return
        self.fail('{} messages on /left/faces, {} on /left/faces/overlay in 30 s'.format(
            len(faces), len(overlays)))


@launch_testing.post_shutdown_test()
class TestEnd(unittest.TestCase):

    def test_every_process_ended_with_status_0(self, proc_info):
        self.assertEqual(len(list(proc_info.process_names())), 3)
        launch_testing.asserts.assertExitCodes(proc_info)
