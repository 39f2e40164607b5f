# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Camera, detector and rviz2 on a laptop.

ros2 launch face_perception desktop.launch.py camera:=0
"""
import os

from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, LogInfo, OpaqueFunction
from launch.conditions import IfCondition
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from launch import LaunchDescription

SHARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def generate_launch_description():
    """Include nano.launch.py with a picture; all its arguments can be given here too."""
    return LaunchDescription([
        DeclareLaunchArgument(
            'overlay', default_value='true', choices=['true', 'false'],
            description='offer faces/overlay: the images with the faces drawn, only while somebody looks'),
        DeclareLaunchArgument(
            'params_file', default_value=os.path.join(SHARE, 'config', 'desktop.yaml'),
            description='parameter file of the nodes'),
        DeclareLaunchArgument(
            'rviz', default_value='true', choices=['true', 'false'],
            description='show faces/overlay in rviz2 (where it is installed)'),
        IncludeLaunchDescription(
            PythonLaunchDescriptionSource(os.path.join(SHARE, 'launch', 'nano.launch.py'))),
        OpaqueFunction(function=make_rviz, condition=IfCondition(LaunchConfiguration('rviz'))),
    ])


def make_rviz(context):
    """Return rviz2, or a word about its absence: the nodes are of use without it."""
    try:
        get_package_prefix('rviz2')
    except PackageNotFoundError:
        return [LogInfo(msg='rviz2 is not installed; look at faces/overlay with another viewer.')]
    return [Node(
        package='rviz2', executable='rviz2', name='rviz2',
        namespace=LaunchConfiguration('namespace').perform(context),
        arguments=['-d', os.path.join(SHARE, 'config', 'face_perception.rviz')],
        # rviz2 keeps the topics of its displays as absolute names.
        remappings=[('/faces/overlay', 'faces/overlay')])]
