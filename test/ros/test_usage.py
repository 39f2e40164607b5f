# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What an executable answers to --help and to what it does not know."""
import pytest

from face_perception.parameter_tables import TABLES
from face_perception.ros.usage import answer, help_text, not_for_ros


@pytest.mark.parametrize('words, expected, why', [
    ([], [], 'nothing'), (['--ros-args', '-p', 'a:=1'], [], 'all for ROS'), (['--help'], ['--help'], 'none for ROS'),
    (['--ros-args', '-r', 'a:=b', '--', '--loud'], ['--loud'], 'behind the end'),
    (['x', '--ros-args', '-p', 'a:=1', '--', 'y', '--ros-args', '-p', 'b:=1'], ['x', 'y'], 'twice')])
def test_words_outside_ros_args(words, expected, why):
    assert not_for_ros(words) == expected, why


def test_a_node_starts_with_words_for_ros_alone():
    assert answer('camera_node', ['camera_node']) is None
    assert answer('camera_node', ['camera_node', '--ros-args', '-p', 'camera:=0']) is None


@pytest.mark.parametrize('executable', sorted(TABLES))
def test_help_lists_every_parameter(executable, capsys):
    assert answer(executable, [executable, '--help']) == 0
    said = capsys.readouterr().out
    assert said.strip() == help_text(executable)
    for entry in TABLES[executable]:
        assert '  {}{} := {!r}'.format(entry.name, '*' if entry.live else '', entry.default) in said


def test_an_unknown_word_is_named_with_the_way_out(capsys):
    assert answer('camera_node', ['camera_node', '--camera', '0']) == 2
    said = capsys.readouterr().err
    assert "'--camera'" in said and '--ros-args -p NAME:=VALUE' in said and said.count('\n') == 1
