# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception build-engine on a fake GPU: what it says, where the engine lies, how it ends."""
import signal
import subprocess
import sys
import time

import blob_model
import numpy as np
import pytest
from fakes import tensorrt as fake_tensorrt
from kernel_on_cpu import needs_gxx
from shared_data import ROOT

from face_perception.cli.main import main

pytestmark = needs_gxx


@pytest.fixture
def machine(monkeypatch, tmp_path):
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    machine = fake_tensorrt.install(monkeypatch, '8.2')
    yield machine
    machine.check()


def write_landmark_model(folder, *batches):
    """Write a model of two points, the mean colour each, with a file for every size of batch."""
    onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')
    folder.mkdir()
    data = blob_model.spec_data(32, 24)
    del data['labels'], data['defaults']
    data.update(task='landmarks', points=['right_eye', 'nose'], crop_margin=0.3, files={})
    for batch in batches:
        shape = onnx.numpy_helper.from_array(np.array([batch, 1, 3], np.int64), 'shape')
        nodes = [onnx.helper.make_node('GlobalAveragePool', ['image'], ['mean']),
                 onnx.helper.make_node('Reshape', ['mean', 'shape'], ['one']),
                 onnx.helper.make_node('Concat', ['one', 'one'], ['points'], axis=1)]
        tensors = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, size)
                   for name, size in (('image', [batch, 3, 24, 32]), ('points', [batch, 2, 3]))]
        graph = onnx.helper.make_graph(nodes, 'points', tensors[:1], tensors[1:], [shape])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid('', 13)], ir_version=7)
        onnx.save(model, str(folder / 'model.onnx'))
        name = 'batch{}.onnx'.format(batch)
        data['files']['fp32' if batch == 1 else 'fp32_batch{}'.format(batch)] = {
            'path': name, 'sha256': blob_model.sha256_of(str(folder)), 'batch': batch}
        (folder / 'model.onnx').rename(folder / name)
    blob_model.write_spec(folder, data)
    return folder


def build(capsys, *arguments):
    status = main(['build-engine'] + [str(argument) for argument in arguments])
    return (status,) + tuple(capsys.readouterr())


def test_the_first_call_builds_and_the_second_finds(machine, capsys, tmp_path):
    folder = blob_model.write_blob_model(tmp_path / 'blobs', width=32, height=24)
    status, out, err = build(capsys, folder)
    assert status == 0 and 'face-perception: Building the TensorRT engine of blobs (fp32)' in err
    assert 'blobs: tensorrt 8.2.1.8 on NVIDIA Tegra X1, fp32, batch 1; a run takes' in out
    path = out.splitlines()[-1].split('  ')[0]
    assert path.startswith(str(tmp_path / 'cache' / 'face_perception' / 'engines' / 'blobs-fp32-'))
    assert build(capsys, folder)[2] == '' and machine.built == 1
    assert 'has to be built: that is asked for' in build(capsys, folder, '--rebuild')[2] and machine.built == 2


def test_precision_workspace_and_cache(machine, capsys, tmp_path):
    status, out, _ = build(capsys, 'slim_320', '--precision', 'fp16', '--workspace', 128, '--cache', tmp_path / 'mine')
    assert status == 0 and 'fp16' in out
    engine, = (tmp_path / 'mine' / 'engines').glob('slim_320-fp16-*.engine')
    assert b'"workspace": 134217728' in engine.read_bytes()[:2000]


def test_an_engine_that_differs_is_refused_in_one_line(machine, capsys):
    machine.spoil = lambda array: array * 0.5
    status, out, err = build(capsys, 'slim_320', '--precision', 'fp16')
    assert (status, out) == (2, '')
    assert err.splitlines()[-1].startswith('face-perception: the fp16 engine of slim_320 is not used: on reference.png')


def test_int8_from_pictures(machine, capsys):
    status, out, _ = build(capsys, 'slim_320', '--precision', 'int8', '--calibrate', ROOT / 'models' / 'slim_320')
    assert status == 0 and 'int8' in out and machine.batches == 1


def test_an_engine_that_cannot_be_kept_is_a_failure(machine, capsys, tmp_path):
    (tmp_path / 'file').write_text('')
    status, out, err = build(capsys, 'slim_320', '--cache', tmp_path / 'file')
    assert status == 1 and 'cannot be kept' in err and 'the engine is not kept' in out


def test_landmarks_in_every_size_of_batch(machine, capsys, tmp_path):
    folder = write_landmark_model(tmp_path / 'points', 1, 4)
    status, out, _ = build(capsys, folder)
    assert status == 0 and 'batch 1;' in out and 'batch 4;' in out and machine.built == 2
    assert build(capsys, folder)[2] == '' and machine.built == 2
    status, _, err = build(capsys, folder, '--precision', 'fp16')
    assert status == 2 and 'has no reference picture to compare it with fp32 on' in err


@pytest.mark.parametrize('arguments, words', [
    ([], 'NAME_OR_FOLDER'), (['slim_320', '--precision', 'fp8'], 'fp8'), (['slim_320', '--workspace', '0'], '1 or more')])
def test_a_wrong_call_is_explained(arguments, words, capsys):
    with pytest.raises(SystemExit) as caught:
        main(['build-engine'] + arguments)
    assert caught.value.code == 2 and words in capsys.readouterr().err


def test_without_a_gpu_it_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, 'tensorrt', None)
    status, out, err = build(capsys, 'slim_320')
    assert (status, out) == (2, '') and 'pip install tensorrt' in err and err.count('\n') == 1


def test_a_model_that_is_not_there(capsys):
    assert build(capsys, 'no_such_model')[0] == 2


def test_ctrl_c_ends_it_while_tensorrt_builds(tmp_path):
    program = ('import sys, time\n'
               'sys.path.insert(0, "test")\n'
               'from fakes import tensorrt\n'
               'class Patch:\n'
               '    def setitem(self, table, name, value): table[name] = value\n'
               'machine = tensorrt.install(Patch(), "8.2")\n'
               'machine.while_building = lambda: time.sleep(60)\n'
               'from face_perception.start import face_perception\n'
               'sys.argv[1:] = ["build-engine", "slim_320", "--cache", sys.argv[1]]\n'
               'sys.exit(face_perception())\n')
    process = subprocess.Popen([sys.executable, '-c', program, str(tmp_path)], cwd=str(ROOT), stderr=subprocess.PIPE)
    line = process.stderr.readline()
    while b'Building the TensorRT engine' not in line:
        assert line
        line = process.stderr.readline()
    time.sleep(0.2)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130 and time.monotonic() - start < 2.5
    process.stderr.close()
    assert not list(tmp_path.glob('engines/*.engine'))
