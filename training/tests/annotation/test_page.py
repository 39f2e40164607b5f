# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""docs/collected_pictures.md against the commands."""
import pathlib
import re
import shlex

import pytest

from face_training.__main__ import make_parser
from face_training.annotation.web.provenance import NAMES

TEXT = (pathlib.Path(__file__).parents[3] / 'docs' / 'collected_pictures.md').read_text(encoding='utf-8')
COMMANDS = re.findall(r'^\.\./scripts/run face-training (.*)$', TEXT, re.MULTILINE)


def test_all_commands_are_there():
    assert {command.split()[0] for command in COMMANDS} == {'collect', 'annotate', 'review'}


@pytest.mark.parametrize('command', COMMANDS)
def test_a_command_is_taken(command):
    assert callable(make_parser().parse_args(shlex.split(command)).run_command)


def test_defaults_are_those_of_the_commands():
    words = {'collect': ['a', 'b', '--contact', 'c'], 'annotate': ['a', 'b'], 'review': ['a']}
    usual = {}
    for command, rest in words.items():
        given = vars(make_parser().parse_args([command, *rest]))
        usual.update({name.replace('_', '-'): value for name, value in given.items()})
    # Two options write to a field of another name.
    usual.update(timeout=usual['total'], duplicates=usual['duplicate-bits'])
    said = re.findall(r'`--([a-z-]+) ([0-9.]+)`', TEXT)
    assert len(said) >= 9
    for name, value in said:
        assert usual[name] == float(value), name


def test_the_columns_are_those_of_the_file():
    line = TEXT[TEXT.index('`provenance.csv` has one line'):].split('\n\n')[0]
    assert set(NAMES) == set(re.findall(r'`([a-z_0-9]+)`', line)) - {'saved', 'duplicate', 'refused', 'failed'}
