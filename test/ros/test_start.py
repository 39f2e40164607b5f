# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What keeps ROS from starting is one sentence with the cure, and status 1."""
import os
import shutil
import subprocess
import sys

import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')

from node_processes import start_node  # noqa: E402

from face_perception.ros.start import StartError, check_domain, choose_log_folder, sentence_of  # noqa: E402


@pytest.mark.parametrize('text, good', [
    ('', True), ('0', True), ('232', True), ('233', False), ('-1', False), ('mine', False)])
def test_a_domain_has_ports(text, good):
    if good:
        check_domain(text)
    else:
        with pytest.raises(StartError, match='0 to 232'):
            check_domain(text)


def test_the_log_goes_elsewhere_only_where_home_cannot_take_it(tmp_path):
    def chosen(**environ):
        choose_log_folder(environ)
        return environ.get('ROS_LOG_DIR')

    assert chosen(HOME=str(tmp_path)) is None
    assert chosen(HOME=str(tmp_path / 'absent' / 'home')) is not None
    assert 'face_perception_log_{}'.format(os.getuid()) in chosen()
    assert chosen(HOME='/proc/none', ROS_LOG_DIR='/mine') == '/mine'
    assert chosen(ROS_HOME='/mine') is None
    (tmp_path / '.ros').write_text('a file in the way')
    assert chosen(HOME=str(tmp_path)) is not None


@pytest.mark.parametrize('text, words', [
    ("failed to initialize rcl: Couldn't parse params file: '--params-file /x.yaml'. Error: Error opening YAML file, "
     'at /a.c:1',
     ["Couldn't parse params file", 'Error opening YAML file. Correct the parameter file']),
    ('failed to initialize logging: no way, at /b.cpp:2', ['no way. Set ROS_LOG_DIR']),
    ('something new', ['something new. See'])])
def test_sentence_of_an_error_end_with_a_cure(text, words):
    said = sentence_of(RuntimeError(text))
    assert all(word in said for word in words) and '.c' not in said and '\n' not in said


def status_and_lines(process):
    status = process.wait()
    return status, [line for line in process.output().splitlines() if '[rcl]' not in line and line.strip()]


@pytest.mark.integration
@pytest.mark.parametrize('environ, remap, parameters, words, why', [
    ({'ROS_DOMAIN_ID': '999'}, None, None, 'from 0 to 232', 'Fast DDS would end the process'),
    ({'ROS_LOG_DIR': '/proc/none'}, None, None, 'Set ROS_LOG_DIR', 'chosen by the user'),
    ({}, {'__ns': 'bad-name'}, None, 'a namespace begins with /', 'a namespace'),
    ({}, {'__ns': '/left/'}, None, 'does not end with it', 'a namespace that rcl itself lets pass'),
    ({}, None, {'threads': '[1'}, 'NAME:=VALUE', 'a value that is no yaml'),
], ids=lambda value: None)
def test_errors_of_the_start_are_one_sentence(tmp_path, environ, remap, parameters, words, why):
    with start_node('overlay_node', tmp_path / 'log', parameters, remap, environ) as process:
        status, lines = status_and_lines(process)
        assert status == 1 and len(lines) == 1 and words in lines[0], why


@pytest.mark.integration
@pytest.mark.parametrize('content', [
    None, 'a: [b', 'threads: 1', 'overlay_node:\n  ros__parameters:\n    history: [1, a]\n'])
def test_a_missing_or_malformed_parameter_file(tmp_path, content):
    path = tmp_path / 'params.yaml'
    if content is not None:
        path.write_text(content)
    entry = ('import sys; from face_perception.start import {0}; sys.argv = [{0!r}, "--ros-args", "--params-file", "%s"]; '
             'sys.exit({0}())' % path)
    with start_node('overlay_node', tmp_path / 'log', entry=entry) as process:
        status, lines = status_and_lines(process)
        assert status == 1 and len(lines) == 1 and 'Correct the parameter file' in lines[0], content


@pytest.mark.integration
@pytest.mark.parametrize('home', ['/proc/no_home', ''])
def test_a_node_needs_no_home(tmp_path, home):
    with start_node('camera_node', tmp_path / 'log', {'camera': 'fake://'}, environ={'HOME': home}) as process:
        process.wait_for('Frames come')
        assert process.stop() == 0


@pytest.mark.integration
@pytest.mark.parametrize('size', ['4k', '4m'])
def test_too_little_shared_memory_is_said_before_it_kills(tmp_path, size):
    unshare = shutil.which('unshare')
    mount = [unshare, '-m', 'mount', '-t', 'tmpfs', 'none', '/dev/shm']
    if not unshare or subprocess.call(mount, stderr=subprocess.DEVNULL):
        pytest.skip('needs the right to mount in a namespace of its own')
    mount_and_run = 'mount -t tmpfs -o size={} none /dev/shm && exec "$0" -c "$1"'.format(size)
    done = subprocess.run(
        [unshare, '-m', 'sh', '-c', mount_and_run, sys.executable,
         'import sys; from face_perception.start import camera_node; sys.argv[1:] = []; sys.exit(camera_node())'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
        env={name: value for name, value in os.environ.items() if not name.startswith('FAST')})
    said = done.stdout.decode()
    assert done.returncode == 1 and said.count('\n') == 1 and '--shm-size' in said, said
