# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A launch test (launch_testing), run by test_with_launch.py: a recorded bag is replayed into nano.launch.py.

The bag is that of FACE_PERCEPTION_TEST_BAG, whose images are the drawn parts of the film; the model is the shipped one.
Not verified: a camera, rviz2, and how fast the node is.
"""
import os
import sys
import unittest

import launch_testing
import numpy as np
import pytest
import rclpy
from launch.actions import ExecuteProcess, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch_testing.actions import ReadyToTest
from rclpy.qos import QoSProfile
from vision_msgs.msg import Detection2DArray

from examples import bags, film
from face_perception.core.matching import UNMATCHED, match_boxes
from face_perception.ros.images import stamp_of
from face_perception.ros.messages import from_message
from launch import LaunchDescription

BAG = os.environ['FACE_PERCEPTION_TEST_BAG']
NANO = os.path.join(os.path.dirname(__file__), '..', '..', 'launch', 'nano.launch.py')
ARGUMENTS = {'camera': 'none', 'image': 'replayed', 'namespace': 'left'}


@pytest.mark.launch_test
def generate_test_description():
    nano = IncludeLaunchDescription(PythonLaunchDescriptionSource(NANO), launch_arguments=ARGUMENTS.items())
    # Two subscribers of the test: it publishes nothing before the detector subscribes. Slowly: every frame is wanted.
    player = ExecuteProcess(cmd=[sys.executable, '-m', 'examples.bags.play', BAG, '--rate', '0.7', '--wait', '60',
                                 '--remap', '/image_raw:=/left/replayed'], name='player')
    return LaunchDescription([nano, player, ReadyToTest()]), {'player': player}


class TestReplay(unittest.TestCase):

    def setUp(self):
        rclpy.init()
        self.node = rclpy.create_node('launch_test')

    def tearDown(self):
        self.node.destroy_node()
        rclpy.try_shutdown()

    def test_faces_are_those_of_the_film(self, proc_info, player):
        answers = []
        self.node.create_subscription(Detection2DArray, '/left/faces', answers.append, QoSProfile(depth=100))
        for _ in range(900):
            rclpy.spin_once(self.node, timeout_sec=0.1)
            if 'player' in str(proc_info.process_names()) and player.return_code is not None:
                break
        for _ in range(20):
            rclpy.spin_once(self.node, timeout_sec=0.1)
        images = {stamp_of(message.header): message for _, message, _ in bags.read_bag(BAG)}
        truth = dict(zip(sorted(images), (shot.faces for shot in film.compose(film.drawn_parts()))))
        self.assertGreater(len(answers), 0.8 * len(images))
        shown = found = extra = 0
        for answer in answers:
            stamp = stamp_of(answer.header)
            self.assertEqual(answer.header, images[stamp].header)
            faces = from_message(answer)
            boxes = np.array([face.box for face in truth[stamp]], np.float32).reshape(-1, 4)
            same_label = np.array([[face.label == label for label in faces.labels] for face in truth[stamp]], bool)
            matches = match_boxes(boxes, faces.boxes, 0.5, same_label.reshape(len(boxes), len(faces)))
            shown += len(boxes)
            found += int((matches != UNMATCHED).sum())
            extra += int((matches == UNMATCHED).sum())
        self.assertGreaterEqual(found / shown, 0.9)
        self.assertLessEqual(extra / len(answers), 0.1)


@launch_testing.post_shutdown_test()
class TestEnd(unittest.TestCase):

    def test_every_process_ended_with_status_0(self, proc_info):
        self.assertEqual(len(list(proc_info.process_names())), 2)
        launch_testing.asserts.assertExitCodes(proc_info)
