# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Copies what makes this clone a package, for tests that build it and must leave the clone alone."""
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[1]
PARTS = ('package.xml', 'setup.py', 'setup.cfg', 'colcon_defaults.yaml', 'resource', 'face_perception',
         'face_perception_msgs', 'launch', 'config', 'models', 'scripts')


def copy_clone(target):
    """Copy the package and its scripts into the folder `target`; return it."""
    target.mkdir(parents=True)
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(str(source), str(target / name), ignore=shutil.ignore_patterns('__pycache__'))
        elif source.exists():
            shutil.copy2(str(source), str(target / name))
    return target
