# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""compose.yaml and what starts it, against the code: executables, parameters, files; and the systemd unit."""
import os
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

yaml = pytest.importorskip('yaml', reason='needs PyYAML')

from face_perception.parameter_tables import TABLES  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKER = ROOT / 'docker'
COMPOSE = yaml.safe_load((DOCKER / 'compose.yaml').read_text(encoding='utf-8'))
CSI = yaml.safe_load((DOCKER / 'compose.csi.yaml').read_text(encoding='utf-8'))
BOARDS = ('nano', 'orin', 'desktop')
SETUP = (ROOT / 'setup.py').read_text(encoding='utf-8')
# Stands in for Docker, which no test machine has: prints how it was called. Compose is its plug-in, or is not there.
DOCKER_STANDIN = """#!/bin/bash
if [ "$2" = version ]; then exit {status}; fi
echo "{name} $CAMERA_DEVICE $*"
"""


def executable_of(words):
    """Return the executable that `ros2 run face_perception` is given, and what follows it."""
    words = words.split() if isinstance(words, str) else words
    start = words.index('ros2')
    assert words[start:start + 3] == ['ros2', 'run', 'face_perception']
    return words[start + 3], words[start + 4:]


@pytest.mark.parametrize('name', BOARDS)
def test_a_board_has_camera_memory_health_and_no_root(name):
    service = COMPOSE['services'][name]
    assert (DOCKER.parent / service['build']['dockerfile']).exists()
    assert service['image'] == 'face_perception:' + name
    assert service['user'] == '${FACE_USER:-face}' and service['group_add'] == ['video']
    assert service['devices'] == ['${CAMERA_DEVICE:-/dev/video0}:${CAMERA_DEVICE:-/dev/video0}']
    assert int(service['shm_size'].rstrip('m')) >= 64      # a segment of 8 MB for each node, and room for more
    executable, words = executable_of(service['healthcheck']['test'])
    assert "'{} = ".format(executable) in SETUP
    # docker ends it before it says what is wrong if it waits longer than it may.
    seconds = float(words[words.index('--timeout') + 1])
    assert seconds < 0.5 * float(service['healthcheck']['timeout'].rstrip('s'))


@pytest.mark.parametrize('name', ('nano', 'orin'))
def test_engines_are_kept_where_the_backend_looks_for_them(name):
    volume, folder = COMPOSE['services'][name]['volumes'][0].split(':')
    assert volume in COMPOSE['volumes']
    dockerfile = (DOCKER / '{}.Dockerfile'.format(name)).read_text(encoding='utf-8')
    assert folder == '/home/face/.cache/face_perception' and folder in dockerfile


def test_the_csi_file_adds_the_socket_to_the_boards_that_have_it():
    assert CSI['version'] == COMPOSE['version']
    assert set(CSI['services']) == {'nano', 'orin'} <= set(COMPOSE['services'])
    for service in CSI['services'].values():
        assert service == {'volumes': ['/tmp/argus_socket:/tmp/argus_socket']}


def test_the_viewer_runs_a_node_with_parameters_that_it_has():
    executable, words = executable_of(COMPOSE['services']['overlay']['command'])
    assert executable == 'overlay_node'
    given = [word for before, word in zip(words, words[1:]) if before == '-p']
    table = {entry.name: entry for entry in TABLES[executable]}
    assert given
    for word in given:
        name, value = word.split(':=')
        assert table[name].problem(value) == ''
    assert 'container:' + COMPOSE['services']['overlay']['container_name'] == COMPOSE['services']['foxglove']['ipc']


@pytest.mark.skipif(not shutil.which('docker-compose'), reason='docker-compose is not installed')
def test_docker_compose_reads_it():
    files = ['-f', str(DOCKER / 'compose.yaml'), '-f', str(DOCKER / 'compose.csi.yaml')]
    run = subprocess.run(['docker-compose'] + files + ['config', '-q'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert run.returncode == 0, run.stdout.decode()


def start(folder, plugin, standalone, *words, script=DOCKER / 'compose', **environ):
    """Run docker/compose where only stand-ins for Docker are found."""
    tools = folder / 'bin'
    tools.mkdir(exist_ok=True)
    for name, there, status in (('docker', True, 0 if plugin else 1), ('docker-compose', standalone, 0)):
        path = tools / name
        if there:
            path.write_text(DOCKER_STANDIN.format(status=status, name=name))
            path.chmod(0o755)
        elif path.exists():
            path.unlink()
    for name in ('bash', 'dirname', 'readlink', 'env'):
        if not (tools / name).exists():
            os.symlink(shutil.which(name), str(tools / name))
    return subprocess.run([str(script)] + list(words), env=dict(environ, PATH=str(tools)),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize('plugin, standalone, expected', [
    (True, False, 'docker'), (False, True, 'docker-compose'), (True, True, 'docker')])
def test_either_compose_is_used_with_our_files_and_words(tmp_path, plugin, standalone, expected):
    run = start(tmp_path, plugin, standalone, 'up', '-d', 'nano', CAMERA_DEVICE='/dev/video3')
    assert run.returncode == 0, run.stderr
    words = run.stdout.split()
    assert words[:2] == [expected, '/dev/video3'] and words[-3:] == ['up', '-d', 'nano']
    assert str(DOCKER / 'compose.yaml') in words


def test_settings_come_from_a_file_and_the_shell_holds_over_it(tmp_path):
    clone = tmp_path / 'clone'
    shutil.copytree(str(DOCKER), str(clone))
    (clone / '.env').write_text("FACE_ARGUMENTS='precision:=fp16 fps:=30'\nCAMERA_DEVICE=/dev/video5\n")
    assert start(tmp_path, True, False, 'config', script=clone / 'compose').stdout.split()[1] == '/dev/video5'
    run = start(tmp_path, True, False, 'config', script=clone / 'compose', CAMERA_DEVICE='/dev/video6')
    assert run.stdout.split()[1] == '/dev/video6', run.stderr


def test_without_compose_it_says_what_to_install(tmp_path):
    run = start(tmp_path, False, False, 'up', 'nano')
    assert run.returncode == 1 and 'apt-get install' in run.stderr


@pytest.mark.skipif(os.path.exists('/tmp/argus_socket'), reason='this machine has a CSI camera')
def test_the_socket_is_mounted_where_it_is_one(tmp_path):
    assert 'compose.csi.yaml' not in start(tmp_path, True, False, 'config').stdout
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind('/tmp/argus_socket')
            assert str(DOCKER / 'compose.csi.yaml') in start(tmp_path, True, False, 'config').stdout
        finally:
            os.unlink('/tmp/argus_socket')


@pytest.mark.skipif(not shutil.which('systemd-analyze'), reason='systemd is not installed')
def test_systemd_takes_the_unit(tmp_path):
    text = (DOCKER / 'face-perception.service').read_text(encoding='utf-8')
    for command in re.findall(r'/opt/face_perception/([\w./-]+)', text):
        assert (ROOT / command).exists() or command == 'docs/jetson.md', command
    for service in re.findall(r'/compose .*?(\w+)$', text, re.MULTILINE):
        assert service in COMPOSE['services']
    (tmp_path / 'face-perception.service').write_text(text.replace('/opt/face_perception', str(ROOT)))
    for name in ('docker', 'nvargus-daemon'):
        (tmp_path / (name + '.service')).write_text('[Service]\nExecStart=/bin/true\n')
    run = subprocess.run(['systemd-analyze', 'verify', str(tmp_path / 'face-perception.service')],
                         env=dict(os.environ, SYSTEMD_UNIT_PATH='{}:'.format(tmp_path)), stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
    assert (run.returncode, run.stdout) == (0, '')
