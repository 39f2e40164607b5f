# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A detection writes nothing into the home folder and speaks to nobody: seen from outside, with a real process."""
import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HELPER = ROOT / 'face_perception' / 'backends' / 'onnxruntime.py'
# Families of sockets that stay on this machine.
LOCAL = {'AF_UNIX', 'AF_LOCAL', 'AF_NETLINK'}


def has_strace():
    """Tell whether strace is installed and may look into a process."""
    strace = shutil.which('strace')
    return bool(strace) and subprocess.call([strace, '-o', os.devnull, 'true'], stderr=subprocess.DEVNULL) == 0


needs_strace = pytest.mark.skipif(not has_strace(), reason='strace is not installed, or may not look into processes')


def run(home, words, trace=None):
    """Run Python with an empty home folder; return what it prints. Trace: file for its sockets."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith('XDG_') and name != 'ORT_DISABLE_TELEMETRY'}
    home.mkdir()
    watcher = ['strace', '-f', '-e', 'trace=socket', '-o', str(trace)] if trace else []
    done = subprocess.run(watcher + [sys.executable] + [str(word) for word in words], cwd=str(ROOT),
                          env=dict(environment, HOME=str(home)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def written(home):
    return sorted(str(path.relative_to(home)) for path in home.rglob('*'))


def families(trace):
    """Return the families of the sockets that a trace tells of, without the local ones."""
    return set(re.findall(r'socket\((\w+)', trace.read_text(encoding='utf-8', errors='replace'))) - LOCAL


DETECT = ['-m', 'face_perception.cli.main', 'detect', '--model', 'slim_320', ROOT / 'models' / 'slim_320' / 'reference.png',
          '--json', '/dev/stdout']


def test_a_detection_leaves_the_home_folder_empty(tmp_path):
    pytest.importorskip('onnxruntime')
    found = json.loads(run(tmp_path / 'home', DETECT))
    assert found[0]['detections']                   # it looked at the picture
    assert written(tmp_path / 'home') == []


@needs_strace
def test_a_detection_opens_no_socket(tmp_path):
    pytest.importorskip('onnxruntime')
    found = json.loads(run(tmp_path / 'home', DETECT, tmp_path / 'trace'))
    assert found[0]['detections']
    assert families(tmp_path / 'trace') == set()


@needs_strace
def test_a_socket_and_a_file_of_a_library_would_be_seen(tmp_path):
    # In a thread, as telemetry does it.
    program = ('import os, socket, threading\n'
               'def speak():\n'
               '    socket.socket(socket.AF_UNIX); socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n'
               '    os.makedirs(os.path.expanduser("~/.cache/vendor"))\n'
               'thread = threading.Thread(target=speak); thread.start(); thread.join()\n')
    run(tmp_path / 'home', ['-c', program], tmp_path / 'trace')
    assert families(tmp_path / 'trace') == {'AF_INET'}
    assert written(tmp_path / 'home') == ['.cache', '.cache/vendor']


def imports_it(path):
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        names = ([name.name for name in node.names] if isinstance(node, ast.Import)
                 else [node.module or ''] if isinstance(node, ast.ImportFrom) and not node.level else [])
        if any(name.split('.')[0] == 'onnxruntime' for name in names):
            return True
    return False


def test_the_library_is_imported_in_one_place():
    # The one that switches its telemetry off before.
    files = [path for folder in ('face_perception', 'benchmarks', 'examples', 'scripts', 'launch', 'training/face_training')
             for path in (ROOT / folder).rglob('*.py')]
    assert len(files) > 100
    assert [path for path in files if imports_it(path)] == [HELPER]


@pytest.mark.parametrize('given, kept', [(None, '1'), ('0', '0')])
def test_the_user_decides(monkeypatch, given, kept):
    pytest.importorskip('onnxruntime')
    from face_perception.backends.onnxruntime import import_library
    monkeypatch.delenv('ORT_DISABLE_TELEMETRY', raising=False)
    if given is not None:
        monkeypatch.setenv('ORT_DISABLE_TELEMETRY', given)
    import_library()
    assert os.environ['ORT_DISABLE_TELEMETRY'] == kept
