# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""All nodes and all arguments; nano, desktop and demo set some of them and include this file.

    ros2 launch face_perception face_perception.launch.py camera:=/dev/video0 overlay:=true

An argument that is left empty keeps what the parameter file says, or else the node's own default.
"""
import os
from typing import Any, Dict, List

from ament_index_python.packages import PackageNotFoundError, get_package_prefix
from launch.actions import DeclareLaunchArgument, LogInfo, OpaqueFunction, Shutdown, TimerAction
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

from launch import LaunchDescription

# share/face_perception, or the source tree: both hold launch/ beside config/.
SHARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
YES_NO = ['true', 'false']

# name, default, choices or None, description.
ARGUMENTS = (
    ('camera', '', None, 'auto (a USB camera, else CSI), V4L2 index or device, video file, folder of images, csi://0, '
                         'rtsp://..., fake://; "none" where a driver of your own publishes the images'),
    ('image', 'image_raw', None, 'topic of the images: that of your own driver, or what the camera node is to use'),
    ('frame_id', '', None, 'frame that the camera node writes into its headers'),
    ('fps', '', None, 'frames per second asked of the camera, or at which a folder is shown'),
    ('loop', '', ['', *YES_NO], 'start a video or folder again when it has ended'),
    ('model', '', None, 'name of an installed model, or a folder with model.json'),
    ('backend', '', None, 'backend that runs the model: auto, tensorrt, onnxruntime, opencv_dnn or fake'),
    ('precision', '', ['', 'fp32', 'fp16', 'int8'], 'of the network; less than fp32 needs the backend tensorrt'),
    ('score_threshold', '', None, 'minimum score of a face, 0 to 1'),
    ('image_transport', '', ['', 'raw', 'compressed'], 'compressed: take the JPEG pictures on <image>/compressed'),
    ('image_reliability', '', ['', 'best_effort', 'reliable'], 'of the image subscriptions'),
    ('landmarks', 'false', YES_NO, 'also find the points of each face: faces/landmarks, only while somebody listens'),
    ('pose', '', ['', *YES_NO], 'with landmarks: also where each head is turned, and who looks at the camera'),
    ('overlay', 'false', YES_NO, 'offer faces/overlay: the images with the faces drawn, only while somebody looks'),
    ('rviz', 'false', YES_NO, 'show faces/overlay in rviz2 (where it is installed)'),
    ('namespace', '', None, 'namespace of all nodes, such as left'),
    ('use_sim_time', '', ['', *YES_NO], 'take the time from /clock, as a replayed bag may publish it'),
    ('respawn', 'false', YES_NO, 'start a node again that died; one that cannot start ends the launch in either case'),
    ('respawn_delay', '2.0', None, 'seconds until then'),
    ('log_level', 'info', ['debug', 'info', 'warn', 'error', 'fatal'], 'least severe messages that are shown'),
    ('params_file', os.path.join(SHARE, 'config', 'nano.yaml'), None, 'parameter file of the nodes'),
)

# Launch arguments that set a parameter: node -> {name: type}.
GIVEN = {
    'camera_node': {'camera': str, 'frame_id': str, 'fps': float, 'loop': bool, 'use_sim_time': bool},
    'detector_node': {'model': str, 'backend': str, 'precision': str, 'score_threshold': float,
                      'image_transport': str, 'image_reliability': str, 'use_sim_time': bool},
    'landmark_node': {'backend': str, 'pose': bool, 'image_transport': str, 'image_reliability': str, 'use_sim_time': bool},
    'overlay_node': {'image_transport': str, 'image_reliability': str, 'use_sim_time': bool},
}
# Exit statuses of a node that ended as it was asked to, and of one that cannot start.
AS_ASKED, CANNOT_START = 0, (1, 2)


def generate_launch_description() -> LaunchDescription:
    """Declare the arguments; `make_nodes` reads them."""
    declared = [DeclareLaunchArgument(name, default_value=default, description=description,
                                      **({} if choices is None else {'choices': choices}))
                for name, default, choices, description in ARGUMENTS]
    return LaunchDescription(declared + [OpaqueFunction(function=make_nodes)])


def make_nodes(context: Any) -> List[Any]:
    """Return the nodes that the arguments ask for."""
    values = {name: LaunchConfiguration(name).perform(context) for name, _, _, _ in ARGUMENTS}
    nodes = [make_node('detector_node', 'image', values)]
    if values['camera'] != 'none':
        nodes.insert(0, make_node('camera_node', 'image_raw', values))
    if values['landmarks'] == 'true':
        nodes.append(make_node('landmark_node', 'image', values))
    if values['overlay'] == 'true':
        nodes.append(make_node('overlay_node', 'image', values))
    if values['rviz'] == 'true':
        nodes.append(make_rviz(values))
    return nodes


def make_node(executable: str, topic: str, values: Dict[str, str]) -> Any:
    """Return a node of ours, whose `topic` becomes that of the argument `image`."""
    given = {name: parameter(name, kind, values[name]) for name, kind in GIVEN[executable].items() if values[name]}
    return Node(
        package='face_perception', executable=executable, name=executable, namespace=values['namespace'],
        parameters=[values['params_file']] + ([given] if given else []),
        remappings=[(topic, values['image'])], ros_arguments=['--log-level', values['log_level']], output='screen',
        on_exit=lambda event, context: after_exit(event.returncode, context.is_shutdown, executable, topic, values))


def after_exit(status: int, ending: bool, executable: str, topic: str, values: Dict[str, str]) -> List[Any]:
    """Return what follows the end of a node's process: nothing, the end of the launch, or the node once more.

    Not launch's own respawn: it would start a node again and again that cannot start, or whose video has ended.
    """
    if ending or status == AS_ASKED:
        return []
    if status in CANNOT_START:
        reason = '{} cannot start; its last message says why. The launch ends.'.format(executable)
        return [LogInfo(msg=reason), Shutdown(reason=reason)]
    delay = parameter('respawn_delay', float, values['respawn_delay'])
    if values['respawn'] != 'true':
        return [LogInfo(msg='{} died with status {}. respawn:=true would start it again.'.format(executable, status))]
    return [LogInfo(msg='{} died with status {} and is started again in {:g} s.'.format(executable, status, delay)),
            TimerAction(period=delay, actions=[make_node(executable, topic, values)])]


def parameter(name: str, kind: type, text: str) -> Any:
    """Return the value of a parameter from the text of its argument."""
    if kind is bool:
        return text == 'true'
    if kind is float:
        try:
            return float(text)
        except ValueError:
            raise RuntimeError('{}:={}: expected a number.'.format(name, text))
    # As text: launch would take camera:=0 for a number and model:=1e3 too.
    return ParameterValue(text, value_type=str)


def make_rviz(values: Dict[str, str]) -> Any:
    """Return rviz2, or a word about its absence: the nodes are of use without it."""
    try:
        get_package_prefix('rviz2')
    except PackageNotFoundError:
        return LogInfo(msg='rviz2 is not installed; look at faces/overlay with another viewer.')
    return Node(
        package='rviz2', executable='rviz2', name='rviz2', namespace=values['namespace'],
        arguments=['-d', os.path.join(SHARE, 'config', 'face_perception.rviz')],
        # rviz2 keeps the topics of its displays as absolute names.
        remappings=[('/' + topic, topic) for topic in ('faces/overlay', 'faces/head_poses')])
