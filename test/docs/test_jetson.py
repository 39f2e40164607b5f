# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""docs/jetson.md against the code: what somebody copies from it into a terminal is there."""
import json
import pathlib
import re
import shlex
import subprocess

import pytest
import standins

yaml = pytest.importorskip('yaml', reason='needs PyYAML')

from face_perception.cli.main import make_parser  # noqa: E402
from face_perception.parameter_tables import TABLES  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs' / 'jetson.md').read_text(encoding='utf-8')
BLOCKS = re.findall(r'^```\n(.*?)^```', TEXT, re.MULTILINE | re.DOTALL)
COMPOSE_TEXT = (ROOT / 'docker' / 'compose.yaml').read_text(encoding='utf-8')
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SETUP = (ROOT / 'setup.py').read_text(encoding='utf-8')


def commands(beginning):
    """Return what follows `beginning` in each command of the page, in blocks and in backticks, as words."""
    lines = [line for block in BLOCKS for line in block.splitlines()] + re.findall(r'`([^`\n]+)`', TEXT)
    return [shlex.split(line[line.index(beginning) + len(beginning):]) for line in lines if beginning in line]


def sections(title):
    """Return the text below a heading of the second level."""
    return TEXT[TEXT.index('\n## ' + title):].split('\n## ')[1]


def arguments():
    """Return the arguments of nano.launch.py."""
    with standins.installed():
        return set(standins.expand(ROOT / 'launch' / 'nano.launch.py').arguments)


def test_there_are_ten_steps_with_something_to_copy():
    steps = re.split(r'^\*\*(\d+)\. ', sections('Ten steps'), flags=re.MULTILINE)
    assert steps[1::2] == [str(number) for number in range(1, 11)]
    assert all('```' in step for step in steps[2::2])


def test_every_block_is_shell():
    assert len(BLOCKS) > 10
    for block in BLOCKS:
        run = subprocess.run(['bash', '-n', '-c', block], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert run.returncode == 0, block + run.stdout.decode()


def test_the_file_for_docker_is_json():
    content = re.search(r"<<'JSON'\n(.*?)^JSON", TEXT, re.MULTILINE | re.DOTALL).group(1)
    assert json.loads(content)['default-runtime'] == 'nvidia' in json.loads(content)['runtimes']


def test_services_of_compose_are_there():
    found = commands('docker/compose ')
    assert len(found) >= 8
    for words in found:
        names = [word for word in words if word in COMPOSE['services']]
        assert names, words
        assert words[0] in ('build', 'up', 'logs', 'run', 'restart'), words


def test_names_of_container_volume_image_and_unit_are_those_of_the_files():
    assert {words[-1] for words in commands('docker inspect -f ')} == {COMPOSE['services']['nano']['container_name']}
    assert '-p face_perception ' in (ROOT / 'docker' / 'compose').read_text(encoding='utf-8')
    volumes = {'face_perception_' + name for name in COMPOSE['volumes']}
    assert {words[0] for words in commands('docker volume rm ')} == volumes
    assert (ROOT / 'docker' / 'face-perception.service').exists()
    assert all(path.startswith('/opt/face_perception') for path in re.findall(r'/opt/[\w/.-]+', TEXT))


def test_executables_and_their_words_are_there():
    names = {words[0] for words in commands('ros2 run face_perception ')}
    assert names == {'face-perception', 'health_check', 'overlay_node'}
    for name in names:
        assert "'{} = ".format(name) in SETUP, name


def test_the_command_line_takes_what_is_written():
    found = commands('ros2 run face_perception face-perception ')
    assert {words[0] for words in found} == {'build-engine', 'benchmark'}
    for words in found:
        assert callable(make_parser().parse_args(words).run), words


def test_launch_arguments_and_parameters_are_there():
    given = set(re.findall(r'\b([a-z_]+):=', TEXT))
    parameters = {entry.name for table in TABLES.values() for entry in table}
    assert {'camera', 'precision', 'fps', 'model', 'image'} <= given
    assert given <= arguments() | parameters, given - arguments() - parameters
    for content in re.findall(r"FACE_ARGUMENTS='([^']*)'", TEXT):
        for word in content.split():
            assert word.split(':=')[0] in arguments(), word
            assert not word.startswith('model:=') or (ROOT / 'models' / word[len('model:='):]).is_dir()


def test_settings_are_those_of_compose():
    table = {row.split('|')[1].strip(' `'): row.split('|')[2].strip() for row in sections('Settings').splitlines()
             if row.startswith('| `')}
    read = dict(re.findall(r'\$\{(\w+)(?::-([^}]*))?\}', COMPOSE_TEXT))
    assert set(table) == set(read)
    for name, default in read.items():
        assert default in table[name], name
        assert '#   {} '.format(name) in COMPOSE_TEXT


def test_files_are_there():
    for path in set(re.findall(r'`((?:docker|config|docs|models|scripts)/[\w./-]+)`', TEXT)) - {'docker/.env'}:
        assert (ROOT / path).exists(), path
    assert '/docker/.env' in (ROOT / '.gitignore').read_text(encoding='utf-8').splitlines()


@pytest.mark.parametrize('words, file', [
    ('Frames come: ', 'face_perception/nodes/camera_node.py'),
    ('No permission to open ', 'face_perception/cameras/v4l2.py'),
    ('There is no cuda.h', 'docker/nano.Dockerfile'),
    ('The base image lacks something', 'docker/nano.Dockerfile'),
])
def test_messages_are_said_so(words, file):
    assert words in TEXT and words in (ROOT / file).read_text(encoding='utf-8')


def test_no_figure_of_a_board_is_there_as_long_as_nobody_measured_one():
    rows = [row for row in sections('What was measured').splitlines() if row.startswith('| Jetson')]
    assert len(rows) == 3
    for row in rows:
        assert [cell.strip() for cell in row.strip('|').split('|')][2:] == ['', '', '', ''], row
