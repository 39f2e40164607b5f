# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The rooms: who may import whom, no cycles, nothing newer than Python 3.6 in the runtime, no long files."""
import ast
import os
import pathlib
import shutil
import subprocess

import pytest
import room_rules

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = ROOT / room_rules.PACKAGE
FILES = sorted(PACKAGE.rglob('*.py'))
RUNTIME = FILES + sorted((ROOT / 'launch').glob('*.py')) + [ROOT / 'setup.py']


def find_python36():
    """Return a Python 3.6 that starts, or None; a version manager may put one on PATH that does not."""
    python = os.environ.get('PYTHON36') or shutil.which('python3.6')
    works = python and subprocess.call([python, '-c', ''], stderr=subprocess.DEVNULL) == 0
    return python if works else None


PYTHON36 = find_python36()


def module_of(path):
    parts = list(path.relative_to(ROOT).with_suffix('').parts)
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


def trees():
    return [(path, module_of(path), room_rules.parse(path.read_text(encoding='utf-8'), str(path)))
            for path in FILES]


def test_no_forbidden_import():
    faults = []
    for path, module, tree in trees():
        faults += room_rules.import_faults(tree, module, path.name == '__init__.py')
    assert not faults, '\n'.join(faults)


def test_no_import_cycle():
    modules = {module for _, module, _ in trees()}
    graph = {}
    for path, module, tree in trees():
        names = {name for name, _ in room_rules.imports(tree, module, path.name == '__init__.py')}
        names |= {name.rpartition('.')[0] for name in names}
        graph[module] = names & modules - {module}
    assert room_rules.cycles(graph) == []


def test_package_itself_imports_nothing():
    tree = room_rules.parse((PACKAGE / '__init__.py').read_text(encoding='utf-8'), '__init__.py')
    assert room_rules.imports(tree, room_rules.PACKAGE, True) == []


def test_runtime_is_python36():
    faults = []
    for path in RUNTIME:
        name = str(path.relative_to(ROOT))
        faults += room_rules.newer_than_36(room_rules.parse(path.read_text(encoding='utf-8'), name), name)
    assert not faults, '\n'.join(faults)


@pytest.mark.skipif(not PYTHON36, reason='no python3.6 on PATH, none named by PYTHON36')
def test_python36_compiles_runtime():
    program = ('import sys\n'
               'for path in sys.argv[1:]:\n'
               '    compile(open(path, encoding="utf-8").read(), path, "exec")\n')
    subprocess.run([PYTHON36, '-c', program] + [str(path) for path in RUNTIME], check=True)


def test_files_are_short():
    # The rule of one idea per file, seen from outside.
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding='utf-8').splitlines())
               for folder in ('face_perception', 'training', 'launch', 'scripts', 'test')
               for path in (ROOT / folder).rglob('*.py') if '.venv' not in path.parts}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_every_source_names_its_licence():
    missing = [str(path.relative_to(ROOT)) for path in RUNTIME
               if 'SPDX-License-Identifier: Apache-2.0' not in path.read_text(encoding='utf-8')[:300]]
    assert missing == []


# The rules themselves: each must find what it is there for.

@pytest.mark.parametrize('module, source, count', [
    ('face_perception.core.boxes', '', 0),
    ('face_perception.core.boxes', 'import math\nimport numpy as np\nfrom .frame import Frame', 0),
    ('face_perception.core.boxes', 'import yaml', 1),
    ('face_perception.core.boxes', 'from ..ros import images', 1),
    ('face_perception.core.boxes', 'def f():\n    import rclpy', 1),
    ('face_perception.cameras.files', 'from face_perception.core.frame import Frame\nimport cv2', 0),
    ('face_perception.cameras.files', 'from face_perception import backends', 1),
    ('face_perception.backends.fake', 'from face_perception import cameras', 1),
    ('face_perception.backends.two', 'import cv2\nimport onnxruntime', 1),
    ('face_perception.backends.tensorrt', 'import tensorrt\nimport pycuda.driver', 0),
    ('face_perception.ros.images', 'from sensor_msgs.msg import Image\nimport cv_bridge', 0),
    ('face_perception.ros.images', 'from face_perception.backends import open_backend', 1),
    ('face_perception.nodes.detector_node', 'import rclpy\nfrom face_perception.api import open_detector', 0),
    ('face_perception.nodes.detector_node', 'from face_perception.nodes.camera_node import CameraNode', 1),
    ('face_perception.nodes.detector_node', 'from . import camera_node', 1),
    ('face_perception.nodes.pipeline', 'from . import camera_node', 0),
    ('face_perception.cli.main', 'from face_perception import __version__\nimport rclpy', 1),
    ('face_perception.api', 'import face_training', 1),
    ('face_perception.attic.old', '', 1),
])
def test_rule_on_imports(module, source, count):
    assert len(room_rules.import_faults(ast.parse(source), module)) == count


@pytest.mark.parametrize('graph, cycle', [
    ({}, []),
    ({'a': {'b'}, 'b': {'c'}, 'c': set()}, []),
    ({'a': {'b'}, 'b': {'c'}, 'c': {'b'}}, ['b', 'c', 'b']),
])
def test_rule_on_cycles(graph, cycle):
    assert room_rules.cycles(graph) == cycle


@pytest.mark.parametrize('source, count', [
    ('', 0),
    ('from typing import List, NamedTuple\nclass A(NamedTuple):\n    x: List[int]\n', 0),
    ('import subprocess\nsubprocess.run([], capture_output=True)', 1),
    ('from __future__ import annotations', 1),
    ('import dataclasses', 1),
    ('from importlib import metadata', 1),
    ('from typing import Protocol', 1),
    ('import time\ntime.monotonic_ns()', 1),
    ('def f(x: list[int]) -> int:\n    return 1', 1),
    ('def f(x: "int") -> int | None:\n    return 1', 1),
    ('if (n := 3):\n    pass', 1),
    ('def f(x, /):\n    pass', 1),
])
def test_rule_on_python36(source, count):
    try:
        found = len(room_rules.newer_than_36(room_rules.parse(source, 'case'), 'case'))
    except SyntaxError:
        found = 1
    assert found == count
