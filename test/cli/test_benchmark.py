# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception benchmark: what it measures, says and writes, with real models and backends."""
import argparse
import getpass
import json
import os
import pathlib
import subprocess
import sys

import pytest

from face_perception.cli import benchmark
from face_perception.cli.main import main
from face_perception.models.spec import DETECT, read_spec
from face_perception.models.store import list_models

SHORT = ['--rounds', '1', '--seconds', '0.2']


def cells(line):
    return [cell.strip() for cell in line.strip('|').split('|')]


def test_one_model_on_one_backend(model, capsys, tmp_path):
    out = tmp_path / 'figures.json'
    assert main(['benchmark', '--model', model, '--backend', 'onnxruntime', '--json', str(out)] + SHORT) == 0
    head, _, row, foot = capsys.readouterr().out.splitlines()
    values = dict(zip(cells(head), cells(row)))
    assert values['backend'] == 'onnxruntime (cpu, fp32)' and values['accuracy'] == '-' and values['GPU memory'] == '-'
    assert values['missed'].endswith(' of 6') and float(values['FPS']) > 1
    stages = sum(float(values[name]) for name in ('preprocess', 'copy', 'inference', 'postprocess'))
    assert values['copy'] == '0.00' and 0 < stages < 3 * float(values['p50'])
    assert foot.startswith('640x480 frames, ')
    written = json.loads(out.read_text())
    assert written['frame'] == [640, 480] and written['threads'] == 1 and len(written['rows']) == 1
    assert set(written['rows'][0]['latency_ms']) == set(benchmark.Latency._fields)
    assert os.uname().nodename not in out.read_text()
    assert getpass.getuser() not in json.dumps(written['machine'])


def test_all_backends_that_are_here_and_why_others_are_not(model, capsys, monkeypatch):
    monkeypatch.setitem(__import__('sys').modules, 'tensorrt', None)      # also where there is one
    pytest.importorskip('onnxruntime')
    assert main(['benchmark', '--model', model, '--size', '64x48'] + SHORT) == 0
    output = capsys.readouterr()
    rows = [cells(line)[3].split()[0] for line in output.out.splitlines()[2:-1]]
    assert 'onnxruntime' in rows and 'tensorrt' not in rows
    assert output.err.count('tensorrt is left out: ') == 1


def test_the_installed_command_measures_in_processes_of_its_own(model):
    script = pathlib.Path(sys.executable).with_name('face-perception')
    if not script.exists():
        pytest.skip('face-perception is not installed beside this Python')
    words = [str(script), 'benchmark', '--model', model, '--backend', 'onnxruntime', '--size', '64x48'] + SHORT
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 0 and b'Traceback' not in done.stderr, done.stderr.decode()
    assert done.stdout.count(b'| onnxruntime') == 1


def test_all_models_are_those_that_detect():
    expected = sorted(name for name, folder in list_models().items() if read_spec(folder).task == DETECT)
    found = benchmark._candidates(benchmark.ALL, 'onnxruntime')
    assert [each.spec.name for each in found] == expected and 'landmarks_5' not in expected


def test_a_backend_that_was_asked_for_and_is_absent_ends_it(model, capsys, monkeypatch):
    monkeypatch.setitem(__import__('sys').modules, 'tensorrt', None)
    assert main(['benchmark', '--model', model, '--backend', 'tensorrt'] + SHORT) == 2
    assert 'TensorRT' in capsys.readouterr().err


def test_a_landmark_model_is_refused(capsys):
    assert main(['benchmark', '--model', 'landmarks_5'] + SHORT) == 2
    assert "models of the task 'detect', landmarks_5 is of the task 'landmarks'" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_said_before_the_work(model, capsys, tmp_path):
    assert main(['benchmark', '--model', model, '--json', str(tmp_path / 'absent' / 'out.json')]) == 2
    assert 'absent' in capsys.readouterr().err


@pytest.mark.parametrize('text, expected', [
    ('640x480', (640, 480)),
    ('16x16384', (16, 16384)),      # both ends
    ('640', None),                  # one number
    ('0x480', None),                # no picture
    ('640x480x3', None),
    ('axb', None),
])
def test_sizes(text, expected):
    if expected:
        assert benchmark.size(text) == expected
    else:
        with pytest.raises(argparse.ArgumentTypeError, match='WIDTHxHEIGHT'):
            benchmark.size(text)
