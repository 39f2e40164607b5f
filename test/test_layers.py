# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The layers: who may import whom, nothing newer than Python 3.6 in the runtime, no long files.

The rules stand in pyproject.toml and scripts/test, which runs the linters too; here they have to find what they are for.
"""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest
from pythons import find_python

ROOT = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = ROOT / 'face_perception'
FILES = sorted(PACKAGE.rglob('*.py'))
RUNTIME = FILES + sorted((ROOT / 'launch').glob('*.py')) + [ROOT / 'setup.py']
LAYERS = ('core', 'models', 'backends', 'media', 'cameras', 'pipeline', 'ros', 'nodes', 'cli')
BIN = pathlib.Path(sys.executable).parent


PYTHON36 = find_python('3.6')


def run_tool(name, *arguments, cwd=ROOT):
    """Run a linter; return (exit status, what it says)."""
    tool = BIN / name
    if not tool.exists():
        pytest.skip('{} is not installed (scripts/test does that)'.format(name))
    done = subprocess.run([str(tool)] + list(arguments), cwd=str(cwd), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, PYTHONPATH=str(cwd)))
    return done.returncode, done.stdout.decode('utf-8')


def lint_imports(folder):
    return run_tool('lint-imports', '--no-cache', cwd=folder)


def vermin(*paths):
    return run_tool('vermin', '--quiet', '--no-tips', '--violations', '-t=3.6-', *map(str, paths))


def test_the_layers_are_those_of_the_folder_listing():
    assert {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != '__pycache__'} == set(LAYERS)


def test_imports_go_one_way():
    status, said = lint_imports(ROOT)
    assert status == 0, said


@pytest.fixture
def tree(tmp_path):
    """A copy of the rules and of a package with the layers and nothing in them."""
    shutil.copy(str(ROOT / 'pyproject.toml'), str(tmp_path))
    for layer in LAYERS:
        (tmp_path / 'face_perception' / layer).mkdir(parents=True)
        (tmp_path / 'face_perception' / layer / '__init__.py').touch()
    for name in ('__init__', 'api', 'parameter_tables', 'nodes/camera_node', 'nodes/detector_node', 'nodes/landmark_node',
                 'nodes/overlay_node'):
        (tmp_path / 'face_perception' / (name + '.py')).touch()
    return tmp_path


def test_layers_without_any_import_are_kept(tree):
    status, said = lint_imports(tree)
    assert status == 0, said


@pytest.mark.parametrize('path, source, why', [
    ('core/boxes.py', 'from face_perception.models import spec', 'core imports nothing of ours'),
    ('models/spec.py', 'import face_perception.backends', 'models are below backends'),
    ('backends/fake.py', 'from face_perception import cameras', 'backends and cameras do not know each other'),
    ('media/video.py', 'from face_perception.cameras import uri', 'media is below cameras'),
    ('pipeline/pipeline.py', 'def late():\n    from face_perception.ros import qos', 'also inside a function'),
    ('ros/images.py', 'from face_perception import backends', 'ros translates, it runs nothing'),
    ('api.py', 'from face_perception import pipeline', 'the API needs no threads'),
    ('nodes/detector_node.py', 'from face_perception.nodes import camera_node', 'nodes meet over topics only'),
])
def test_a_forbidden_import_is_found(tree, path, source, why):
    for module in ('models/spec', 'backends/fake', 'media/video', 'cameras/uri', 'pipeline/pipeline', 'ros/qos'):
        (tree / 'face_perception' / (module + '.py')).touch()
    (tree / 'face_perception' / path).write_text(source + '\n')
    status, said = lint_imports(tree)
    assert status == 1 and 'BROKEN' in said, why


def test_runtime_is_python36():
    status, said = vermin(*RUNTIME)
    assert status == 0, said


@pytest.mark.parametrize('source, why', [
    ('import dataclasses', 'a module of 3.7'), ('from functools import cache', 'a name of 3.9'),
    ('if (n := 3):\n    pass', 'syntax of 3.8'), ("print(f'{1=}')", 'an f-string of 3.8'),
    ('import subprocess\nsubprocess.run([], capture_output=True)', 'an argument of 3.7')])
def test_what_is_newer_than_python36_is_found(tmp_path, source, why):
    (tmp_path / 'new.py').write_text(source + '\n')
    assert vermin(tmp_path / 'new.py')[0] != 0, why


@pytest.mark.skipif(not PYTHON36, reason='no Python 3.6 named by PYTHON36, on PATH or of pyenv')
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
