# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds other Pythons on this machine and makes an environment with pinned packages for each, once.

The environments lie in .cache/pythons of the clone; their name has a digest of the pins, so that others make a new one.
"""
import glob
import hashlib
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
CACHE = ROOT / '.cache' / 'pythons'
# Newer pips refuse Python 3.6, the one in it does not know today's wheels.
PIP = {'3.6': 'pip==21.3.1'}


def find_python(version):
    """Return the path of a Python '3.x' that starts, or None: named by PYTHON3x, on PATH, or one of pyenv's."""
    pyenv = os.environ.get('PYENV_ROOT') or os.path.expanduser('~/.pyenv')
    places = [os.environ.get('PYTHON' + version.replace('.', '')), shutil.which('python' + version)]
    places += sorted(glob.glob('{}/versions/{}.*/bin/python'.format(pyenv, version)), reverse=True)
    for place in places:
        # A version manager may put one on PATH that does not start.
        if place and _ends_well([place, '-c', 'import sys; sys.exit(sys.version_info[:2] != {})'.format(
                tuple(map(int, version.split('.'))))]):
            return place
    return None


def environment(version, pins):
    """Return the Python of an environment with the packages `pins`; skip the test where it cannot be made."""
    python = find_python(version)
    if python is None:
        pytest.skip('no Python {} here: looked at PYTHON{}, PATH and pyenv'.format(version, version.replace('.', '')))
    digest = hashlib.sha256(' '.join((python,) + tuple(pins)).encode()).hexdigest()[:12]
    folder = CACHE / '{}-{}'.format(version, digest)
    if not (folder / 'complete').exists():
        shutil.rmtree(str(folder), ignore_errors=True)
        made = str(folder / 'bin' / 'python')
        _or_skip([python, '-m', 'venv', str(folder)])
        pip = [made, '-m', 'pip', 'install', '-q', '--no-compile', '--disable-pip-version-check']
        if version in PIP:
            # The pip that comes with 3.6 fails over PIP_NO_CACHE_DIR; its option does the same.
            _or_skip(pip + ['--no-cache-dir', PIP[version]], PIP_NO_CACHE_DIR=None)
        _or_skip(pip + ['--only-binary', ':all:'] + list(pins))
        (folder / 'complete').touch()
    return str(folder / 'bin' / 'python')


def clean_environ():
    """Return the environment variables for such a Python: nothing of ROS or of the Python that runs the tests."""
    ours = ('PYTHONPATH', 'PYTHONHOME', 'LD_LIBRARY_PATH', 'AMENT_PREFIX_PATH', 'VIRTUAL_ENV',
            '_ROS_WHEELS_BOOTSTRAP_COMPLETE')
    return dict({name: value for name, value in os.environ.items() if name not in ours}, PYTHONPATH=str(ROOT))


def _ends_well(command):
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environ()) == 0
    except OSError:
        return False


def _or_skip(command, **changes):
    environ = {name: value for name, value in dict(clean_environ(), **changes).items() if value is not None}
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ)
    if run.returncode:
        words = run.stdout.decode('utf-8', 'replace').strip().splitlines()[-1:]
        pytest.skip('cannot make an environment: {}: {}'.format(' '.join(command[1:]), ''.join(words)))
