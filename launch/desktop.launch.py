# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Camera, detector, overlay and rviz2 on a laptop.

ros2 launch face_perception desktop.launch.py
"""
import os

from launch.actions import DeclareLaunchArgument, GroupAction, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration

from launch import LaunchDescription

SHARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def generate_launch_description() -> LaunchDescription:
    """Include face_perception.launch.py with other defaults; all its arguments can be given here too."""
    own = {'overlay': 'true', 'rviz': 'true', 'params_file': os.path.join(SHARE, 'config', 'desktop.yaml')}
    include = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(os.path.join(SHARE, 'launch', 'face_perception.launch.py')),
        launch_arguments=[(name, LaunchConfiguration(name)) for name in own])
    declared = [DeclareLaunchArgument(name, default_value=value, description='as there, with this default')
                for name, value in own.items()]
    # In a scope: what is set here does not reach what a launch file of your own includes after it.
    return LaunchDescription([GroupAction([*declared, include], scoped=True)])
