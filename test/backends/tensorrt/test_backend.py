# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The backend on the fake GPU, with each generation of TensorRT."""
import threading

import blob_model
import cv2
import numpy as np
import pytest
from fakes import tensorrt as fake_tensorrt
from kernel_on_cpu import needs_gxx

from face_perception.api import open_detector
from face_perception.backends import (
    BackendError,
    BackendInfo,
    BackendLost,
    BackendOptions,
    BackendUnavailable,
    open_backend,
)
from face_perception.models.spec import read_spec
from face_perception.models.store import find_model

pytestmark = needs_gxx      # the fake compiles the kernel of preprocess.cu


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


def open_it(folder, **options):
    return open_backend('tensorrt', folder, read_spec(folder), BackendOptions(**options))


def tensor(*blobs):
    made = np.full((1, 3, 240, 320), -1, np.float32)
    for channel, (x1, y1, x2, y2) in blobs:
        made[0, channel, y1:y2, x1:x2] = 1
    return made


def test_a_blank_image_scores_zero(machine, folder):
    backend = open_it(folder)
    assert backend.run(np.zeros((1, 3, 240, 320), np.float32))['scores'].tolist() == [[[0, 0], [0, 0]]]
    backend.close()


def test_two_images_one_after_the_other(machine, folder):
    backend = open_it(folder)
    first = backend.run(tensor((1, (32, 24, 64, 48)), (0, (0, 120, 160, 240))))
    second = backend.run(tensor((0, (32, 24, 64, 48))))
    np.testing.assert_allclose(first['scores'], [[[0.9, 0], [0, 0.8]]], rtol=1e-6)
    np.testing.assert_allclose(first['boxes'], [[[0, 0.5, 0.5, 1], [0.1, 0.1, 0.2, 0.2]]], atol=1e-6)
    np.testing.assert_allclose(second['boxes'][0, 0], [0.1, 0.1, 0.2, 0.2], atol=1e-6)
    backend.close()


def test_info_says_what_runs(machine, folder):
    backend = open_it(folder)
    assert backend.info == BackendInfo(
        name='tensorrt', version=fake_tensorrt.VERSIONS[machine.generation], device='NVIDIA Tegra X1', precision='fp32',
        threads=1, model=folder + '/model.onnx')
    backend.close()


@pytest.mark.parametrize('name', ['slim_320', 'rfb_320', 'slim_640', 'rfb_640'])
def test_faces_are_those_of_onnxruntime(one_machine, name):
    image = cv2.imread(find_model(name) + '/reference.png')
    with open_detector(name, 'onnxruntime') as detector:
        expected = detector.detect(image)
    with open_detector(name, 'tensorrt') as detector:
        found = detector.detect(image)
    assert len(found) == len(expected) > 1 and found.labels.tolist() == expected.labels.tolist()
    np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-3)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)


def test_a_thousand_openings_leak_nothing(machine, tmp_path):
    folder = blob_model.write_blob_model(tmp_path / 'small', width=32, height=24)
    # Once with each generation would be no other thousand, and take a minute more.
    count = 1000 if machine.generation == '8.2' else 20
    for _ in range(count):
        open_it(folder).close()
    assert machine.made == count and machine.built == 1
    machine.check()


def test_another_thread_is_refused_and_the_own_goes_on(machine, folder):
    backend = open_it(folder)
    caught = []

    def use():
        for call in (lambda: backend.run(tensor()), backend.close):
            try:
                call()
            except BackendError as error:
                caught.append(str(error))
    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(caught) == 2 and all('opened in another thread' in words for words in caught)
    assert backend.run(tensor())
    backend.close()


def test_two_backends_in_one_thread_do_not_meet(machine, folder):
    first, second = open_it(folder), open_it(folder)
    one = first.run(tensor((0, (0, 0, 32, 24))))
    second.run(tensor((1, (0, 0, 32, 24))))
    assert first.run(tensor((0, (0, 0, 32, 24))))['scores'].tolist() == one['scores'].tolist()
    first.close()
    assert second.run(tensor((1, (0, 0, 32, 24))))['scores'][0, 0].tolist() == [0, np.float32(0.8)]
    second.close()


def test_a_run_that_tensorrt_refuses_is_an_error(machine, folder):
    backend = open_it(folder)
    machine.refuses = True
    with pytest.raises(BackendError, match='TensorRT refused to run blobs'):
        backend.run(tensor())
    machine.refuses = False
    assert backend.run(tensor())
    backend.close()


@pytest.mark.parametrize('kind, words, lost', [
    ('LogicError', 'the GPU is lost to this process: cuMemcpyHtoDAsync failed: it went', True),
    ('MemoryError', 'CUDA: cuMemcpyHtoDAsync failed: it went', False)])
def test_after_a_fault_of_cuda_a_new_process_is_needed(one_machine, folder, monkeypatch, kind, words, lost):
    import pycuda.driver
    backend = open_it(folder)

    def fault(*arguments):
        raise getattr(pycuda.driver, kind)('cuMemcpyHtoDAsync failed:\nit went')
    with monkeypatch.context() as patch:
        patch.setattr(pycuda.driver, 'memcpy_htod_async', fault)
        # Not as `caught`: its frames would hold the stream beyond the end of its context.
        with pytest.raises(BackendLost if lost else BackendError, match=words):
            backend.run(tensor())
        if not lost:
            try:
                backend.run(tensor())
            except BackendError as error:
                assert not isinstance(error, BackendLost)
    backend.close()


def test_no_memory_while_opening_leaves_nothing(machine, folder, monkeypatch):
    import pycuda.driver

    def full(size):
        raise pycuda.driver.MemoryError('cuMemAlloc failed: out of memory')
    monkeypatch.setattr(pycuda.driver, 'mem_alloc', full)
    with pytest.raises(BackendError, match='CUDA: cuMemAlloc failed: out of memory') as caught:
        open_it(folder)
    # While the exception is still held by somebody.
    machine.check()
    assert caught.value is not None


def test_the_cpu_is_refused(folder):
    with pytest.raises(BackendError, match='runs on the GPU, expected the device auto or gpu, got cpu'):
        open_it(folder, device='cpu')


def test_without_libraries_it_is_unavailable(folder, monkeypatch):
    import sys
    monkeypatch.setitem(sys.modules, 'tensorrt', None)
    with pytest.raises(BackendUnavailable, match='pip install tensorrt'):
        open_it(folder)


def test_outputs_of_half_precision_are_refused(machine, tmp_path):
    onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')
    folder = blob_model.write_blob_model(tmp_path / 'half')
    model = onnx.load(folder + '/model.onnx')
    for output in model.graph.output:
        for node in model.graph.node:
            node.output[:] = [name + '_full' if name == output.name else name for name in node.output]
        model.graph.node.append(onnx.helper.make_node('Cast', [output.name + '_full'], [output.name], to=10))
        output.type.tensor_type.elem_type = 10
    onnx.save(model, folder + '/model.onnx')
    data = blob_model.spec_data()
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    blob_model.write_spec(folder, data)
    with pytest.raises(BackendError, match='expected inputs and outputs of float32, the engine has boxes HALF, scores HALF'):
        open_it(folder)
