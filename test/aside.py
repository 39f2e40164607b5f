# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Packages that scripts/test installs beside all else, each in a folder of its own, where there are wheels of them."""
import os
import pathlib
import subprocess
import sys

import pytest

FOLDER = pathlib.Path(sys.prefix) / 'aside'


def run_with(name, program, *arguments, libraries=''):
    """Run a Python program that sees the packages of a folder; return what it prints, or skip the calling test.

    libraries: a folder of shared libraries that they load.
    """
    if not (FOLDER / name).is_dir():
        pytest.skip('{} is not installed in {} (scripts/test does that where there is a wheel)'.format(name, FOLDER))
    environ = dict(os.environ, PYTHONPATH=str(FOLDER / name), LD_LIBRARY_PATH=str(libraries), PYTHONWARNINGS='ignore')
    done = subprocess.run([sys.executable, '-c', program] + [str(argument) for argument in arguments], env=environ,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
