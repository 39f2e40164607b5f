# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Bootstrap uses a ROS 2 that is installed or sourced, if it is new enough."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from clone_copy import copy_clone

ROOT = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not shutil.which('bash'), reason='bash is not installed')

SETUP = """# What a setup.bash of ROS does: it also reads variables that may not be set.
if [ -n "$AMENT_TRACE_SETUP_FILES" ]; then echo trace; fi
export ROS_DISTRO={name} ROS_VERSION=2 ROS_PYTHON_VERSION=3
export AMENT_PREFIX_PATH='{prefix}'${{AMENT_PREFIX_PATH:+:$AMENT_PREFIX_PATH}}
export PYTHONPATH='{site}'${{PYTHONPATH:+:$PYTHONPATH}}
export LD_LIBRARY_PATH='{libraries}'${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}
"""


def start(command, **variables):
    """Run a command without ROS and without the environment of the tests; return (status, words)."""
    environment = {name: value for name, value in os.environ.items() if name not in (
        'AMENT_PREFIX_PATH', 'ROS_DISTRO', 'ROS_VERSION', 'LD_LIBRARY_PATH', 'PYTHONPATH', 'PYTHON',
        'VIRTUAL_ENV', '_ROS_WHEELS_BOOTSTRAP_COMPLETE')}
    path = [each for each in environment['PATH'].split(os.pathsep)
            if not os.path.exists(each + '/../pyvenv.cfg')]
    environment.update(PATH=os.pathsep.join(path))
    environment.update(variables)
    run = subprocess.run([str(part) for part in command], env=environment, cwd='/', stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    return run.returncode, run.stdout.decode()


@pytest.fixture
def clone(tmp_path):
    """A copy of the clone, without an environment."""
    return copy_clone(tmp_path / 'clone')


@pytest.fixture
def no_wheels(tmp_path):
    """A folder for PATH with which this seems to be a machine that ROS must be installed on."""
    folder = tmp_path / 'bin'
    folder.mkdir()
    (folder / 'uname').write_text('#!/bin/sh\ncase $1 in -m) echo aarch64;; *) echo Linux;; esac\n')
    (folder / 'uname').chmod(0o755)
    return str(folder) + os.pathsep + os.environ['PATH']


def install_ros(root, name):
    """Make what looks like an installed ROS out of the ROS that runs the tests; return its prefix."""
    rclpy = pytest.importorskip('rclpy')
    pytest.importorskip('vision_msgs.msg')
    pytest.importorskip('onnxruntime')
    source = pathlib.Path(rclpy.__file__).resolve().parents[1]
    if not source.match(sys.prefix + '/lib/python*/site-packages'):
        pytest.skip('ROS is not from wheels here')
    prefix = root / name
    site = prefix / 'lib' / 'site-packages'
    site.mkdir(parents=True)
    for path in source.iterdir():
        if path.suffix != '.pth' and not path.name.startswith(('face_perception', '_', 'pip', 'ros_wheels')):
            (site / path.name).symlink_to(path)
    (prefix / 'share').symlink_to(pathlib.Path(sys.prefix) / 'share')
    libraries = list(pathlib.Path(sys.prefix).glob('lib/*.so*')) + list(source.glob('ros_*.libs/*.so*'))
    for path in libraries:
        if not (prefix / 'lib' / path.name).exists():
            (prefix / 'lib' / path.name).symlink_to(path)
    (prefix / 'setup.bash').write_text(SETUP.format(
        name=name, prefix=prefix, site=site, libraries=prefix / 'lib'))
    return prefix


# The environment of one distribution is enough to see all of it: found, used, linked, kept, sourced.
def test_installed_ros_is_used(tmp_path, clone, no_wheels):
    prefix = install_ros(tmp_path / 'opt', 'humble')
    # Newer by name and useless, as half an uninstall leaves it.
    broken = tmp_path / 'opt' / 'jazzy'
    broken.mkdir()
    (broken / 'setup.bash').write_text('export ROS_DISTRO=jazzy ROS_VERSION=2\n')
    variables = {'FACE_PERCEPTION_ROS_ROOT': str(tmp_path / 'opt'), 'PATH': no_wheels, 'PIP_NO_INDEX': '1',
                 'PYTHON': os.path.realpath(getattr(sys, '_base_executable', sys.executable))}

    status, words = start([clone / 'scripts' / 'bootstrap'], **variables)
    assert status == 0, words
    assert 'Using the installed ROS 2 humble' in words

    program = ('import os, rclpy, face_perception; rclpy.init(); '
               'print(os.environ["ROS_DISTRO"]); print(rclpy.__file__); '
               'print(os.path.realpath(face_perception.__path__[0])); print(os.environ["AMENT_PREFIX_PATH"])')
    status, words = start([clone / 'scripts' / 'run', 'python', '-c', program], **variables)
    # All there is: a second bootstrap has nothing to do and nothing to say.
    assert words.splitlines() == [
        'humble', str(prefix / 'lib' / 'site-packages' / 'rclpy' / '__init__.py'),
        str(clone / 'face_perception'), '{}:{}'.format(clone / '.venv', prefix)]
    assert status == 0

    sourced = 'source "$1/setup.bash" && "$2/scripts/bootstrap" && "$2/scripts/run" face-perception --help'
    status, words = start(['bash', '-c', sourced, 'bash', prefix, clone],
                          **dict(variables, FACE_PERCEPTION_ROS_ROOT='/none'))
    assert status == 0, words
    assert 'Making .venv' not in words
    assert 'usage: face-perception' in words


def test_too_old_installed_ros_is_passed_by(tmp_path, clone, no_wheels):
    folder = tmp_path / 'opt' / 'foxy'
    folder.mkdir(parents=True)
    (folder / 'setup.bash').write_text('export ROS_DISTRO=foxy ROS_VERSION=2\n')
    status, words = start([clone / 'scripts' / 'bootstrap'], FACE_PERCEPTION_ROS_ROOT=str(tmp_path / 'opt'),
                          PATH=no_wheels)
    assert status == 2
    assert 'install and source ROS 2 Humble or later' in words


@pytest.mark.parametrize('name, version', [('noetic', '1'), ('foxy', '2')])
def test_too_old_sourced_ros_is_left_aside(tmp_path, clone, no_wheels, name, version):
    status, words = start([clone / 'scripts' / 'bootstrap'], FACE_PERCEPTION_ROS_ROOT=str(tmp_path / 'none'),
                          PATH=no_wheels, ROS_DISTRO=name, ROS_VERSION=version, AMENT_PREFIX_PATH='/none')
    assert status == 2
    assert 'ROS {} is too old'.format(name) in words
    assert 'install and source ROS 2 Humble or later' in words
