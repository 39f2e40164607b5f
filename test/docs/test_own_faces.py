# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""docs/own_faces.md against the runtime; training/tests/annotation/test_own_page.py holds it against face-training."""
import pathlib
import re
import shlex
import subprocess

import standins

from face_perception.cli.main import make_parser
from face_perception.parameter_tables import TABLES

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs' / 'own_faces.md').read_text(encoding='utf-8')
BLOCKS = re.findall(r'^```\n(.*?)^```', TEXT, re.MULTILINE | re.DOTALL)


def test_the_steps_follow_each_other_and_the_page_ends_with_pictures_from_the_net():
    titles = re.findall(r'^## (.*)$', TEXT, re.MULTILINE)
    assert [title[:2] for title in titles[:6]] == ['1.', '2.', '3.', '4.', '5.', '6.']
    assert titles[-1] == 'Pictures from the net'


def test_every_block_is_shell():
    assert len(BLOCKS) >= 6
    for block in BLOCKS:
        assert subprocess.run(['bash', '-n', '-c', block]).returncode == 0, block


def test_the_command_line_takes_what_is_written():
    lines = [line for block in BLOCKS for line in block.splitlines() if 'face-perception ' in line]
    assert len(lines) >= 4
    for line in lines:
        assert callable(make_parser().parse_args(shlex.split(line, comments=True)[2:]).run), line


def test_launch_arguments_are_there():
    with standins.installed():
        known = set(standins.expand(ROOT / 'launch' / 'nano.launch.py').arguments)
    given = set(re.findall(r'\b([a-z_]+):=', TEXT))
    assert 'model' in given and given <= known | {entry.name for entry in TABLES['landmark_node']}


def test_what_is_linked_to_a_heading_has_it():
    titles = {re.sub(r'[^\w -]', '', title).lower().replace(' ', '-')
              for title in re.findall('^#+ (.*)$', TEXT, re.MULTILINE)}
    for target in re.findall(r'\]\(#([^)]+)\)', TEXT):
        assert target in titles, target
