# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Engines: built once, kept, built again where they do not hold, refused where they are wrong."""
import json
import multiprocessing
import os

import blob_model
import cv2
import numpy as np
import pytest
from fakes import machine as machines
from fakes import tensorrt as fake_tensorrt
from kernel_on_cpu import needs_gxx

from face_perception.backends import BackendError, BackendOptions, open_backend
from face_perception.models.spec import SpecError, read_spec

pytestmark = needs_gxx      # the fake compiles the kernel of preprocess.cu
TENSOR = np.zeros((1, 3, 24, 32), np.float32)
REFERENCE = {'image': 'reference.png', 'tolerance': {'score': 0.01, 'iou': 0.9}, 'detections': [
    {'label': 'human', 'score': 0.9, 'bbox': [8, 6, 12, 9]}]}


@pytest.fixture
def folder(tmp_path):
    """A small model with a reference picture."""
    folder = blob_model.write_blob_model(tmp_path / 'blobs', width=32, height=24)
    cv2.imwrite(folder + '/reference.png', blob_model.blob_image(32, 24, red=(8, 6, 20, 15)))
    change(folder, proof={'reference': REFERENCE})
    return folder


@pytest.fixture
def lines():
    return []


@pytest.fixture
def opened(folder, lines):
    def opened(**options):
        """Open, run and close; return what was reported."""
        del lines[:]
        backend = open_backend('tensorrt', folder, read_spec(folder), BackendOptions(report=lines.append, **options))
        try:
            backend.run(TENSOR)
        finally:
            backend.close()
        return list(lines)
    return opened


def change(folder, **keys):
    with open(folder + '/model.json', encoding='utf-8') as file:
        data = json.load(file)
    blob_model.write_spec(folder, dict(data, **keys))


def engine_files(cache):
    return sorted(str(path) for path in cache.glob('*.engine'))


def head_of(path):
    """Return what the fake wrote at the head of its plan."""
    with open(path, 'rb') as opened:
        opened.readline()
        return json.loads(opened.readline()[len(b'fake plan '):].decode())


def test_the_first_start_builds_and_the_second_does_not(machine, opened, cache):
    said = opened()
    assert 'has to be built: it has no engine yet' in said[0] and 'takes minutes' in said[1]
    assert 'Built the TensorRT engine of blobs (fp32) for NVIDIA Tegra X1 in 0 s.' in said and said[-1].startswith('Kept as')
    assert opened() == [] and machine.built == 1
    assert head_of(engine_files(cache)[0])['workspace'] == 64 << 20 and not head_of(engine_files(cache)[0])['tf32']


def test_the_workspace_is_that_of_the_options(machine, opened, cache):
    opened(workspace_mb=128)
    assert head_of(engine_files(cache)[0])['workspace'] == 128 << 20


def test_the_folder_is_that_of_the_options(machine, opened, tmp_path):
    opened(cache_dir=str(tmp_path / 'mine'))
    assert len(engine_files(tmp_path / 'mine' / 'engines')) == 1


def test_a_new_tensorrt_builds_again_and_says_why(monkeypatch, opened, cache):
    for version, why in (('8.2.1.8', 'it has no engine yet'),
                         ('8.2.3.0', 'the engine of an earlier start does not hold any more: TensorRT was 8.2.1.8')):
        machine = fake_tensorrt.install(monkeypatch, '8.2', version=version)
        assert why in opened()[0] and opened() == []
        machine.check()
    assert len(engine_files(cache)) == 2


def test_another_gpu_builds_its_own(monkeypatch, opened, cache):
    for machine in (machines.Machine(), machines.Machine('Orin', (8, 7))):
        fake_tensorrt.install(monkeypatch, '10', machine)
        assert len(opened()) == 4 and opened() == []
        machine.check()
    assert len(engine_files(cache)) == 2


@pytest.mark.parametrize('spoil', [lambda content: content[:-7], lambda content: b'', lambda content: b'no engine'])
def test_a_damaged_engine_is_built_again(machine, opened, cache, spoil):
    opened()
    path = engine_files(cache)[0]
    with open(path, 'rb') as file:
        content = file.read()
    with open(path, 'wb') as file:
        file.write(spoil(content))
    said = opened()
    assert path in said[0] and 'has to be built' in said[0] and opened() == []


def test_an_engine_that_tensorrt_refuses_is_built_again(machine, opened, cache, monkeypatch):
    """Such as one of a library that was changed under the same version: deserialising returns None."""
    opened()
    import tensorrt
    with monkeypatch.context() as patch:
        patch.setattr(tensorrt.Runtime, 'deserialize_cuda_engine', _refuse_once(tensorrt))
        said = opened()
    assert 'TensorRT refuses {} (Magic tag does not match)'.format(engine_files(cache)[0]) in said[0]
    assert machine.built == 2 and opened() == []


def _refuse_once(tensorrt):
    real, refused = tensorrt.Runtime.deserialize_cuda_engine, []

    def deserialize(self, serialized_engine):
        if len(refused) < 2:        # before the lock and within it
            refused.append(1)
            self.logger.log(tensorrt.ILogger.ERROR, 'Magic tag does not match')
            return None
        return real(self, serialized_engine)
    return deserialize


def test_timings_of_one_build_serve_the_next(machine, opened, cache):
    opened()
    timings = next(cache.glob('timings-*'))
    assert timings.read_bytes().endswith(b'+fp32')
    if machine.generation != '11':
        opened(precision='fp16')
        assert timings.read_bytes().endswith(b'+fp32+fp16')


def test_timings_that_tensorrt_does_not_take_are_left_out(machine, opened, cache):
    opened()
    next(cache.glob('timings-*')).write_bytes(b'garbage')
    os.unlink(engine_files(cache)[0])
    assert 'it has no engine yet' in opened()[0]
    assert next(cache.glob('timings-*')).read_bytes().endswith(b'106+fp32' if machine.generation == '11' else b'+fp32')


def test_half_precision_is_a_flag_or_a_file(machine, folder, opened, cache):
    if machine.generation == '11':
        with pytest.raises(BackendError, match='from the types in the ONNX file, and needs one of fp16 .*leave precision'):
            opened(precision='fp16')
        with open(folder + '/model.json', encoding='utf-8') as file:
            files = json.load(file)['files']
        change(folder, files=dict(files, fp16=files['fp32']))
    opened(precision='fp16')
    assert head_of(engine_files(cache)[0])['precision'] == ('fp32' if machine.generation == '11' else 'fp16')
    assert opened(precision='fp16') == []


@pytest.mark.parametrize('spoil, words', [
    (lambda array: array * 0.8, 'no human at'),             # a box elsewhere
    (lambda array: array * np.nan, 'no human at'),          # NVIDIA/TensorRT#1787
    (lambda array: np.where(array == np.float16(0.9), np.float32(0.85), array), r'score 0.8500 instead of 0.9000')])
def test_an_engine_that_differs_from_fp32_is_refused_and_not_kept(one_machine, opened, cache, spoil, words):
    one_machine.spoil = spoil
    with pytest.raises(BackendError, match='the fp16 engine of blobs is not used: on reference.png it differs .*' + words
                                           + '.*leave precision at fp32'):
        opened(precision='fp16')
    assert engine_files(cache) == []
    one_machine.check()
    assert opened()[-1].startswith('Kept as')       # fp32 is no worse for it


def test_without_a_reference_picture_there_is_fp32_only(one_machine, folder, opened, cache):
    change(folder, proof={})
    with pytest.raises(BackendError, match='no reference picture to compare it with fp32 on'):
        opened(precision='fp16')
    assert engine_files(cache) == [] and opened()


def test_a_reference_picture_that_is_gone(one_machine, folder, opened):
    os.unlink(folder + '/reference.png')
    with pytest.raises(BackendError, match='the reference picture .*reference.png cannot be read'):
        opened(precision='fp16')


def test_an_fp32_engine_that_is_wrong_is_refused_too(one_machine, folder, opened):
    change(folder, proof={'reference': dict(REFERENCE, detections=[])})
    with pytest.raises(BackendError, match='one human too many.*take the backend onnxruntime'):
        opened()


def test_int8_without_pictures_says_how(machine, opened):
    words = 'needs one of int8' if machine.generation == '11' else 'build-engine blobs --precision int8 --calibrate FOLDER'
    with pytest.raises(BackendError, match=words):
        opened(precision='int8')


def test_int8_measures_ranges_from_pictures_and_keeps_them(one_machine, folder, opened, cache, tmp_path):
    pictures = tmp_path / 'pictures'
    pictures.mkdir()
    for name in 'ab':
        cv2.imwrite(str(pictures / (name + '.png')), blob_model.blob_image(64, 48))
    (pictures / 'notes.txt').write_text('no picture')
    assert opened(precision='int8', calibration_dir=str(pictures))[-1].startswith('Kept as')
    assert one_machine.batches == 2 and head_of(engine_files(cache)[0])['precision'] == 'int8'
    # The table serves the next build, which has no folder.
    os.unlink(engine_files(cache)[0])
    assert opened(precision='int8')[-1].startswith('Kept as')


@pytest.mark.parametrize('name, words', [
    ('nowhere', 'No such file'), ('blobs/model.json', 'Not a directory'), ('empty', 'which has none')])
def test_a_folder_without_pictures(one_machine, opened, tmp_path, name, words):
    (tmp_path / 'empty').mkdir()
    with pytest.raises(BackendError, match='expected a folder of pictures to calibrate int8 with, got .*' + words):
        opened(precision='int8', calibration_dir=str(tmp_path / name))


def test_a_build_that_fails_says_what_tensorrt_says(machine, opened, cache):
    machine.build_error = 'Requested amount of GPU memory\n(268435456 bytes) could not be allocated'
    with pytest.raises(BackendError, match=r'builds no engine of .*model.onnx \(64 MiB of workspace\): Requested amount of '
                                           r'GPU memory \(268435456 bytes\) could not'):
        opened()
    machine.check()
    machine.build_error = ''
    assert opened()[-1].startswith('Kept as')


def test_a_network_that_tensorrt_cannot_read(machine, folder, opened):
    with open(folder + '/model.onnx', 'ab') as file:
        file.write(b'garbage')
    files = {'fp32': {'path': 'model.onnx', 'sha256': blob_model.sha256_of(folder), 'batch': 1}}
    change(folder, files=files)
    with pytest.raises(BackendError, match='TensorRT .* cannot read .*model.onnx: Failed to parse the model'):
        opened()


def test_another_file_is_refused_before_anything_is_built(machine, folder, opened):
    with open(folder + '/model.onnx', 'ab') as file:
        file.write(b'garbage')
    with pytest.raises(SpecError, match='is not the network its model.json was written for'):
        opened()
    assert machine.made == 0


def test_two_processes_that_start_at_once_build_once(folder, cache, monkeypatch):
    fork = multiprocessing.get_context('fork')
    results, start = fork.Queue(), fork.Barrier(2)
    processes = [fork.Process(target=_open_together, args=(folder, start, results, monkeypatch)) for _ in range(2)]
    for process in processes:
        process.start()
    said = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(built for built, _ in said) == [0, 1]
    waiting = next(lines for built, lines in said if not built)
    assert len(waiting) <= 1 and all('Waiting for another process' in line for line in waiting)
    assert len(engine_files(cache)) == 1


def _open_together(folder, start, results, monkeypatch):
    machine, lines = fake_tensorrt.install(monkeypatch, '8.2'), []
    machine.while_building = lambda: __import__('time').sleep(0.5)
    start.wait()
    backend = open_backend('tensorrt', folder, read_spec(folder), BackendOptions(report=lines.append))
    backend.run(TENSOR)
    backend.close()
    machine.check()
    results.put((getattr(machine, 'built', 0), lines))
