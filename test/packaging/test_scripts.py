# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The scripts say in one sentence what they cannot do, and work inside one another."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from clone_copy import copy_clone

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROS_VARIABLES = ('AMENT_PREFIX_PATH', 'ROS_DISTRO', 'ROS_VERSION', 'LD_LIBRARY_PATH', 'PYTHONPATH', 'PYTHON',
                 '_ROS_WHEELS_BOOTSTRAP_COMPLETE')

needs_bash = pytest.mark.skipif(not shutil.which('bash'), reason='bash is not installed')
in_own_environment = pytest.mark.skipif(
    pathlib.Path(sys.prefix).resolve() != ROOT / '.venv', reason='not run by scripts/test of this clone')
with_wheels = pytest.mark.skipif(
    os.environ.get('AMENT_PREFIX_PATH') != str(ROOT / '.venv'), reason='ROS is not from wheels here')

pytestmark = needs_bash


def start(command, folder, **variables):
    """Run a script in the environment of the tests; return (status, all it wrote)."""
    environment = dict(os.environ, **variables)
    run = subprocess.run([str(part) for part in command], cwd=str(folder), env=environment,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout.decode()


def start_without_ros(command, folder, **variables):
    """Run a script where no ROS is sourced or installed; programs of stand_in() come first."""
    hidden = dict.fromkeys(ROS_VARIABLES, '')
    path = [each for each in os.environ['PATH'].split(os.pathsep)
            if not os.path.exists(each + '/../pyvenv.cfg')]
    hidden['PATH'] = os.pathsep.join([str(folder / 'bin')] + path)
    hidden['FACE_PERCEPTION_ROS_ROOT'] = str(folder / 'no_ros_here')
    return start(command, folder, **dict(hidden, **variables))


def stand_in(folder, name, text):
    """Put a program of that name in front of PATH."""
    path = folder / 'bin' / name
    path.parent.mkdir(exist_ok=True)
    path.write_text('#!/bin/sh\n' + text + '\n', encoding='utf-8')
    path.chmod(0o755)
    return path


@pytest.fixture
def clone(tmp_path):
    """A copy of the clone without an environment; it must get none, as every case ends before that."""
    copy = copy_clone(tmp_path / 'a clone')
    yield copy
    assert not (copy / '.venv').exists()


def test_other_machine_without_ros(tmp_path, clone):
    stand_in(tmp_path, 'uname', 'case $1 in -m) echo aarch64;; *) echo Linux;; esac')
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path)
    assert status == 2
    assert words.count('\n') == 1
    assert 'aarch64' in words and 'install and source ROS 2 Humble or later' in words


def test_old_python_without_ros(tmp_path, clone):
    python = stand_in(tmp_path, 'old_python',
                      'case "$*" in *platform*) echo 3.8.10;; *executable*) echo "$0";; *) exit 1;; esac')
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path, PYTHON=str(python))
    assert status == 2
    assert words.count('\n') == 1
    assert '3.10 to 3.13' in words and '3.8.10' in words and 'PYTHON=' in words


def test_python_that_is_not_there(tmp_path, clone):
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path, PYTHON='/no/such/python')
    assert status == 2
    assert words.count('\n') == 1
    assert '/no/such/python' in words


def test_distribution_that_is_not_there(tmp_path, clone):
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path, ROS_DISTRO='humble')
    assert status == 2
    assert words.count('\n') == 1
    assert 'humble' in words and 'kilted jazzy' in words


# A Python as Debian has it, without ensurepip and headers until apt-get has been called; it makes no
# environment.
BARE_PYTHON = """
case "$*" in
    *_base_executable*) echo "$0"; exit;;
    *ensurepip* | *Python.h*) test -e "{marker}"; exit;;
    "-m venv "*) exit 1;;
esac
exec "{python}" "$@"
"""


def test_missing_system_packages_name_one_command(tmp_path, clone):
    python = stand_in(tmp_path, 'bare_python',
                      BARE_PYTHON.format(marker=tmp_path / 'none', python=sys.executable))
    stand_in(tmp_path, 'id', 'echo 1000')
    stand_in(tmp_path, 'sudo', 'exit 1')
    stand_in(tmp_path, 'apt-get', 'echo "apt-get must not be called"; exit 1')
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path, PYTHON=str(python))
    name = 'python{}.{}'.format(*sys.version_info)
    assert status == 2
    assert words.count('\n') == 1
    assert words.endswith('sudo apt-get install -y {0}-dev {0}-venv\n'.format(name))


@pytest.mark.parametrize('user, sudo', [('0', 'echo "sudo must not be called"; exit 1'),
                                        ('1000', 'test "$1" = -n && shift && exec "$@"')])
def test_missing_system_packages_are_installed_by_who_may(tmp_path, clone, user, sudo):
    marker = tmp_path / 'installed'
    python = stand_in(tmp_path, 'bare_python', BARE_PYTHON.format(marker=marker, python=sys.executable))
    stand_in(tmp_path, 'id', 'echo ' + user)
    stand_in(tmp_path, 'sudo', sudo)
    stand_in(tmp_path, 'apt-get', 'echo "$*" >> "{}"'.format(marker))
    status, words = start_without_ros([clone / 'scripts' / 'bootstrap'], tmp_path, PYTHON=str(python))
    name = 'python{}.{}'.format(*sys.version_info)
    assert marker.read_text() == 'install -y --no-install-recommends {0}-dev {0}-venv\n'.format(name)
    assert '==> Installing system packages' in words
    assert status == 1 and 'could not make a virtual environment' in words


@pytest.mark.parametrize('command', [['bootstrap', '--tests'], ['run']])
def test_wrong_use_is_explained(tmp_path, clone, command):
    status, words = start_without_ros([clone / 'scripts' / command[0]] + command[1:], tmp_path)
    assert status == 2
    assert '--help' in words or 'COMMAND' in words


@pytest.mark.parametrize('script', ['bootstrap', 'test'])
def test_help(tmp_path, clone, script):
    status, words = start_without_ros([clone / 'scripts' / script, '--help'], tmp_path)
    assert status == 0
    assert words.startswith('scripts/' + script) or 'scripts/' + script in words


@pytest.mark.skipif(sys.version_info < (3, 10), reason='the demo needs Python 3.10')
def test_help_of_the_demo_makes_no_environment(tmp_path, clone):
    for name in ('examples', 'face_perception'):
        shutil.copytree(str(ROOT / name), str(tmp_path / 'clone' / name))
    shutil.copytree(str(clone / 'scripts'), str(tmp_path / 'clone' / 'scripts'))
    status, words = start_without_ros([tmp_path / 'clone' / 'scripts' / 'demo', '--help'], tmp_path)
    assert status == 0 and words.startswith('usage: scripts/demo')
    assert not (tmp_path / 'clone' / '.venv').exists()


@in_own_environment
def test_run_passes_words_and_status_on(tmp_path):
    program = 'import sys; print(sys.argv[1:]); sys.exit(7)'
    status, words = start([ROOT / 'scripts' / 'run', 'python', '-c', program, 'two words', ''], tmp_path)
    assert (status, words) == (7, "['two words', '']\n")


@in_own_environment
@with_wheels
def test_run_inside_run(tmp_path):
    program = ('import os, rclpy, face_perception; '
               'print(os.environ["AMENT_PREFIX_PATH"]); print(os.path.realpath(face_perception.__path__[0]))')
    inner = [str(ROOT / 'scripts' / 'run'), 'python', '-c', program]
    # The outer Python has loaded the wheels' libraries; what it hands on must not reach the inner one by
    # halves.
    outer = ('import os, subprocess, sys; os.environ.pop("LD_LIBRARY_PATH", None); '
             'subprocess.check_call(sys.argv[1:])')
    status, words = start([ROOT / 'scripts' / 'run', 'python', '-c', outer] + inner, tmp_path)
    assert status == 0, words
    assert words == '{}\n{}\n'.format(ROOT / '.venv', ROOT / 'face_perception')


@in_own_environment
@with_wheels
def test_run_cleans_what_a_user_has_set(tmp_path):
    old = tmp_path / 'old_ros'
    (old / 'rclpy').mkdir(parents=True)
    (old / 'rclpy' / '__init__.py').write_text('raise RuntimeError("the wrong one")', encoding='utf-8')
    program = 'import os, rclpy; rclpy.init(); print(os.environ["RMW_IMPLEMENTATION"])'
    status, words = start([ROOT / 'scripts' / 'run', 'python', '-c', program], tmp_path,
                          PYTHONPATH=str(old), RMW_IMPLEMENTATION='rmw_cyclonedds_cpp')
    assert (status, words) == (0, 'rmw_fastrtps_cpp\n')


@in_own_environment
def test_executables_lie_where_launch_looks():
    from ament_index_python.packages import get_package_prefix, get_package_share_directory
    folder = pathlib.Path(get_package_prefix('face_perception')) / 'lib' / 'face_perception'
    assert {path.name for path in folder.iterdir() if os.access(str(path), os.X_OK)} == {
        'camera_node', 'detector_node', 'landmark_node', 'overlay_node', 'health_check', 'face-perception'}
    share = pathlib.Path(get_package_share_directory('face_perception'))
    assert (share / 'launch').resolve() == ROOT / 'launch'
    assert (share / 'models').resolve() == ROOT / 'models'
