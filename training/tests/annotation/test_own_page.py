# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""docs/own_faces.md against face-training: its commands, its options and its defaults."""
import pathlib
import re
import shlex

from face_training.__main__ import make_parser
from face_training.annotation.own import Options
from face_training.annotation.start import NETWORKS

TEXT = (pathlib.Path(__file__).parents[3] / 'docs' / 'own_faces.md').read_text(encoding='utf-8')


def test_every_command_is_taken():
    lines = [line for line in TEXT.splitlines() if line.startswith('scripts/run face-training ')]
    assert {line.split()[2] for line in lines} >= {'check', 'own'}
    for line in lines:
        make_parser().parse_args(shlex.split(line, comments=True)[2:])


def test_every_option_of_the_table_is_taken():
    rows = [line for line in TEXT.splitlines() if line.startswith('| `--')]
    said = re.findall(r'--[a-z-]+', ' '.join(row.split('|')[1] for row in rows))
    parser = make_parser()._subparsers._group_actions[0].choices['own']
    known = {text for action in parser._actions for text in action.option_strings}
    assert parser.get_default('val') == Options().share
    assert set(said) | {'-h', '--help', '--out'} == known


def test_networks_that_are_named_can_be_started_from():
    named = set(re.findall(r'`((?:slim|rfb|mobilenet)_\w+)`', TEXT))
    assert named <= set(NETWORKS) and len(named) >= 4
