# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Plays a video or a folder of images, again and again, through the nodes.

ros2 launch face_perception demo.launch.py video:=my_clip.mp4
"""
import os

from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration

from launch import LaunchDescription

SHARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def generate_launch_description():
    """Include desktop.launch.py with a video for a camera; its other arguments can be given here too."""
    return LaunchDescription([
        DeclareLaunchArgument('video', description='video file or folder of images to play'),
        DeclareLaunchArgument(
            'rviz', default_value='false', choices=['true', 'false'],
            description='show faces/overlay in rviz2 (where it is installed)'),
        DeclareLaunchArgument(
            'params_file', default_value=os.path.join(SHARE, 'config', 'demo.yaml'),
            description='parameter file of the nodes'),
        IncludeLaunchDescription(
            PythonLaunchDescriptionSource(os.path.join(SHARE, 'launch', 'desktop.launch.py')),
            launch_arguments=[('camera', LaunchConfiguration('video'))]),
    ])
