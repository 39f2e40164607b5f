# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the launch files start, against setup.py, the parameter tables and the topics; needs no launch."""
import os
import pathlib
import re

import pytest
import standins  # noqa: E402

from face_perception.parameter_tables import TABLES  # noqa: E402
from face_perception.ros import qos  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / 'launch').glob('*.launch.py'))
REQUIRED = {'demo.launch.py': {'video': 'clip.mp4'}}
EVERYTHING = {'overlay': 'true', 'landmarks': 'true', 'pose': 'true', 'camera': '0',
              'model': 'slim_320', 'fps': '5', 'score_threshold': '0.7'}


def expand(name, packages=(), **given):
    with standins.installed(packages):
        return standins.expand(ROOT / 'launch' / name, **dict(REQUIRED.get(name, {}), **given))


def executables():
    """Return the console scripts of setup.py, read without running it."""
    return set(re.findall(r"'([\w-]+) = face_perception\.", (ROOT / 'setup.py').read_text()))


def names(result):
    return [node.executable for node in result.nodes]


def given(node):
    """Return the parameters that a launch argument sets on a node."""
    return {name: value for part in node.parameters if isinstance(part, dict) for name, value in part.items()}


def plain(value):
    """Return the value of a parameter, which is wrapped where launch would guess its type."""
    if isinstance(value, standins.ParameterValue):
        assert value.value_type is str
        return value.value
    return value


def test_all_launch_files_are_known():
    assert [path.name for path in FILES] == [
        'demo.launch.py', 'desktop.launch.py', 'face_perception.launch.py', 'nano.launch.py']


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_every_argument_is_described(path):
    for argument in expand(path.name).arguments.values():
        assert argument.description and len(argument.description) > 10, argument.name
        assert argument.choices is None or argument.default_value in argument.choices, argument.name


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_executables_files_parameters_and_topics_exist(path):
    nodes = expand(path.name, **EVERYTHING).nodes
    assert sorted(node.executable for node in nodes) == ['camera_node', 'detector_node', 'landmark_node', 'overlay_node']
    for node in nodes:
        assert node.package == 'face_perception' and node.executable in executables()
        assert node.name == node.executable          # the name that the parameter files use
        files = [part for part in node.parameters if not isinstance(part, dict)]
        assert len(files) == 1 and os.path.isfile(files[0])
        table = {entry.name: entry for entry in TABLES[node.executable]}
        for name, value in given(node).items():
            assert table[name].problem(plain(value)) == ''
        topics = {value.name for value in vars(qos).values() if isinstance(value, qos.Topic)}
        assert {source for source, _ in node.remappings} <= topics


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_arguments_named_by_the_robot_builder_are_there(path):
    arguments = expand(path.name).arguments
    assert {'camera', 'image', 'model', 'backend', 'landmarks', 'overlay', 'namespace', 'log_level',
            'params_file'} <= set(arguments)


def test_nano_alone_leaves_everything_to_the_parameter_file():
    result = expand('nano.launch.py')
    assert names(result) == ['camera_node', 'detector_node']
    assert [given(node) for node in result.nodes] == [{}, {}]


def test_camera_and_detector_meet_on_one_topic():
    for arguments, topic in [({}, 'image_raw'), ({'image': 'front/image'}, 'front/image')]:
        camera, detector, overlay = expand('nano.launch.py', overlay='true', **arguments).nodes
        assert camera.remappings == [(qos.IMAGE_RAW.name, topic)]
        assert detector.remappings == overlay.remappings == [(qos.IMAGE.name, topic)]


def test_numbers_and_yes_or_no_reach_the_nodes_as_such():
    camera, detector = expand('nano.launch.py', fps='15', loop='true', score_threshold='1', frame_id='7',
                              use_sim_time='false').nodes
    assert {name: plain(value) for name, value in given(camera).items()} == {
        'fps': 15.0, 'loop': True, 'frame_id': '7', 'use_sim_time': False}
    assert given(detector) == {'score_threshold': 1.0, 'use_sim_time': False}
    with pytest.raises(RuntimeError, match='fps:=fast: expected a number'):
        expand('nano.launch.py', fps='fast')


def test_arguments_reach_the_nodes_as_text():
    camera, detector = expand('nano.launch.py', camera='0', model='slim_320', backend='fake',
                              namespace='left', log_level='debug').nodes
    assert {name: value.value for name, value in given(camera).items()} == {'camera': '0'}
    assert {name: value.value for name, value in given(detector).items()} == {
        'model': 'slim_320', 'backend': 'fake'}
    for node in (camera, detector):
        assert node.namespace == 'left' and node.ros_arguments == ['--log-level', 'debug']


def test_a_driver_of_the_user_takes_the_place_of_the_camera():
    assert names(expand('nano.launch.py', camera='none')) == ['detector_node']


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_landmarks_are_an_argument_of_every_file(path):
    assert 'landmark_node' not in names(expand(path.name))
    node, = [node for node in expand(path.name, landmarks='true', image='front/image', backend='fake').nodes
             if node.executable == 'landmark_node']
    assert node.remappings == [(qos.IMAGE.name, 'front/image')]
    assert {name: plain(value) for name, value in given(node).items()} == {'backend': 'fake'}
    node, = [node for node in expand(path.name, landmarks='true', pose='true').nodes if node.executable == 'landmark_node']
    assert given(node) == {'pose': True}


@pytest.mark.parametrize('wrong', [{'overlay': 'maybe'}, {'landmarks': 'on'}, {'log_level': 'loud'}])
def test_other_choices_are_refused(wrong):
    with pytest.raises(ValueError):
        expand('nano.launch.py', **wrong)


def test_demo_needs_a_video_and_plays_it():
    with pytest.raises(LookupError, match='video'), standins.installed():
        standins.expand(ROOT / 'launch' / 'demo.launch.py')
    camera = expand('demo.launch.py').nodes[0]
    assert given(camera)['camera'].value == 'clip.mp4'
    assert camera.parameters[0].endswith('demo.yaml')


def test_rviz_is_started_where_it_is_installed_and_missed_in_words():
    with_rviz = expand('desktop.launch.py', packages=['rviz2'], namespace='left')
    rviz = with_rviz.nodes[-1]
    assert (rviz.package, rviz.namespace) == ('rviz2', 'left')
    assert rviz.remappings == [('/' + topic.name, topic.name) for topic in (qos.OVERLAY, qos.HEAD_POSES)]
    assert os.path.isfile(rviz.arguments[1])
    without = expand('desktop.launch.py')
    assert 'rviz2' not in names(without) and 'not installed' in without.said[0]
    assert 'rviz2' not in names(expand('desktop.launch.py', packages=['rviz2'], rviz='false'))
    assert 'rviz2' not in names(expand('demo.launch.py', packages=['rviz2']))


def after(status, ending=False, **arguments):
    """Return what a launch does when its detector's process has ended."""
    with standins.installed():
        detector = standins.expand(ROOT / 'launch' / 'nano.launch.py', **arguments).nodes[1]
        event = type('ProcessExited', (), {'returncode': status})
        return detector, detector.on_exit(event, type('Context', (), {'is_shutdown': ending}))


@pytest.mark.parametrize('status, ending, why', [
    (0, False, 'it ended as it was asked to'), (-9, True, 'the launch ends anyway'), (1, True, 'here too')])
def test_nothing_follows_an_end_that_was_asked_for(status, ending, why):
    assert after(status, ending)[1] == [], why


@pytest.mark.parametrize('status', [1, 2])
@pytest.mark.parametrize('respawn', ['true', 'false'])
def test_a_node_that_cannot_start_ends_the_launch(status, respawn):
    _, (said, shutdown) = after(status, respawn=respawn)
    assert isinstance(shutdown, standins.Shutdown)
    assert 'detector_node cannot start' in said.msg == shutdown.reason


def test_a_node_that_died_is_started_again_where_that_is_wanted():
    detector, (said, timer) = after(-11, model='slim_320', respawn_delay='0.5')
    assert 'status -11 and is started again in 0.5 s' in said.msg and timer.period == 0.5
    again, = timer.actions
    assert (again.executable, given(again)['model'].value) == ('detector_node', 'slim_320')
    assert again.remappings == detector.remappings and again.on_exit is not None
    _, (said,) = after(-11, respawn='false')
    assert 'respawn:=true' in said.msg


def test_transport_and_reliability_reach_who_takes_images():
    camera, detector, overlay = expand('nano.launch.py', overlay='true', image_transport='compressed',
                                       image_reliability='reliable').nodes
    assert given(camera) == {}
    for node in (detector, overlay):
        assert {name: value.value for name, value in given(node).items()} == {
            'image_transport': 'compressed', 'image_reliability': 'reliable'}


def test_document_has_the_arguments_there_are():
    text = (ROOT / 'docs' / 'launch.md').read_text()
    table = text[text.index('| argument |'):].split('\n\n')[0]
    assert set(re.findall(r'^\| `(\w+)`', table, re.MULTILINE)) == {
        name for path in FILES for name in expand(path.name).arguments}


def test_nothing_set_in_one_include_reaches_the_next(tmp_path):
    """A launch file of a user that includes two of ours."""
    (tmp_path / 'two.launch.py').write_text("""
from launch import LaunchDescription
from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource

def generate_launch_description():
    return LaunchDescription([IncludeLaunchDescription(PythonLaunchDescriptionSource(path))
                              for path in {!r}])
""".format([str(ROOT / 'launch' / name) for name in ('desktop.launch.py', 'face_perception.launch.py')]))
    with standins.installed(['rviz2']):
        result = standins.expand(tmp_path / 'two.launch.py')
    assert [node.executable for node in result.nodes] == [
        'camera_node', 'detector_node', 'overlay_node', 'rviz2', 'camera_node', 'detector_node']
