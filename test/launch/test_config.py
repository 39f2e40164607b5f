# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The parameter files against the tables, and the rviz2 file against the topics."""
import pathlib

import pytest

yaml = pytest.importorskip('yaml', reason='needs PyYAML')

from face_perception.parameter_tables import TABLES  # noqa: E402
from face_perception.ros import qos  # noqa: E402

CONFIG = pathlib.Path(__file__).resolve().parents[2] / 'config'
FILES = sorted(CONFIG.glob('*.yaml'))


def test_there_is_one_for_each_launch_file():
    launch = {path.name.split('.')[0] for path in (CONFIG.parent / 'launch').glob('*.launch.py')}
    # face_perception.launch.py takes that of nano; webcam is an example for params_file:=
    assert {path.stem for path in FILES} == launch - {'face_perception'} | {'webcam'}


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_every_value_is_allowed_and_differs_from_the_default(path):
    nodes = yaml.safe_load(path.read_text())
    for pattern, content in nodes.items():
        assert pattern.startswith('/**/'), 'holds in every namespace'
        assert list(content) == ['ros__parameters']
        table = {entry.name: entry for entry in TABLES[pattern[len('/**/'):]]}
        assert content['ros__parameters']
        for name, value in content['ros__parameters'].items():
            assert name in table, '{} has no parameter {}'.format(pattern, name)
            assert table[name].problem(value) == ''
            assert value != table[name].default, '{}: {} says what is the default'.format(path.name, name)


def test_rviz_shows_the_overlay():
    content = yaml.safe_load((CONFIG / 'face_perception.rviz').read_text())
    displays = content['Visualization Manager']['Displays']
    shown = {display['Topic']['Value']: display['Enabled'] for display in displays}
    assert shown == {'/' + qos.OVERLAY.name: True, '/' + qos.HEAD_POSES.name: False}
    policies = {display['Topic']['Value']: display['Topic']['Reliability Policy'] for display in displays}
    assert policies['/' + qos.HEAD_POSES.name] == 'Reliable'
