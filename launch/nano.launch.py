# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Camera and detector for a small robot; the other launch files include this one.

    ros2 launch face_perception nano.launch.py camera:=/dev/video0 overlay:=true

An argument that is left empty keeps what the parameter file says, or else the node's own default.
"""
import os

from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from launch import LaunchDescription

# share/face_perception, or the source tree: both hold launch/ beside config/.
SHARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Launch arguments that set a parameter: node -> names.
GIVEN = {'camera_node': ('camera',), 'detector_node': ('model', 'backend'), 'overlay_node': ()}


def generate_launch_description():
    """Declare the arguments; `make_nodes` reads them."""
    yes_no = ['true', 'false']
    return LaunchDescription([
        DeclareLaunchArgument(
            'camera', default_value='',
            description='V4L2 index or device, video file, folder of images, csi://0, rtsp://..., fake://; '
                        '"none" where a driver of your own publishes the images'),
        DeclareLaunchArgument(
            'image', default_value='image_raw',
            description='topic of the images: that of your own driver, or what the camera node is to use'),
        DeclareLaunchArgument(
            'model', default_value='', description='name of an installed model, or a folder with model.json'),
        DeclareLaunchArgument(
            'backend', default_value='', description='engine that runs the model, such as onnxruntime'),
        DeclareLaunchArgument(
            'landmarks', default_value='false', choices=yes_no,
            description='also find the points of each face (not in this version)'),
        DeclareLaunchArgument(
            'overlay', default_value='false', choices=yes_no,
            description='offer faces/overlay: the images with the faces drawn, only while somebody looks'),
        DeclareLaunchArgument(
            'namespace', default_value='', description='namespace of all nodes, such as left'),
        DeclareLaunchArgument(
            'log_level', default_value='info', choices=['debug', 'info', 'warn', 'error', 'fatal'],
            description='least severe messages that are shown'),
        DeclareLaunchArgument(
            'params_file', default_value=os.path.join(SHARE, 'config', 'nano.yaml'),
            description='parameter file of the nodes'),
        OpaqueFunction(function=make_nodes),
    ])


def make_nodes(context):
    """Return the nodes that the arguments ask for."""
    def argument(name):
        return LaunchConfiguration(name).perform(context)

    if argument('landmarks') == 'true':
        raise RuntimeError('landmarks:=true: this version of face_perception has no landmark node; '
                           'leave the argument out.')

    def node(executable, topic):
        # As text: launch would take camera:=0 for a number and model:=1e3 too.
        given = {name: ParameterValue(argument(name), value_type=str)
                 for name in GIVEN[executable] if argument(name)}
        return Node(
            package='face_perception', executable=executable, name=executable,
            namespace=argument('namespace'),
            parameters=[argument('params_file')] + ([given] if given else []),
            remappings=[(topic, argument('image'))],
            ros_arguments=['--log-level', argument('log_level')], output='screen')

    nodes = [node('detector_node', 'image')]
    if argument('camera') != 'none':
        nodes.insert(0, node('camera_node', 'image_raw'))
    if argument('overlay') == 'true':
        nodes.append(node('overlay_node', 'image'))
    return nodes
