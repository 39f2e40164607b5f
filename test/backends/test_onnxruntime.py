# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime on real files: options, and every way in which a file is not that of its model.json."""
import json
import os

import blob_model
import numpy as np
import pytest

from face_perception.backends import BackendError, BackendInfo, BackendOptions, BackendUnavailable, open_backend
from face_perception.models.spec import SpecError, read_spec

onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')


def rewrite(folder, change):
    """Change the ONNX model of a folder, and the sha256 in its model.json with it."""
    path = os.path.join(folder, 'model.onnx')
    model = onnx.load(path)
    change(model)
    onnx.save(model, path)
    with open(os.path.join(folder, 'model.json'), encoding='utf-8') as file:
        data = json.load(file)
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    blob_model.write_spec(folder, data)


def open_it(folder, threads=1):
    return open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(threads=threads))


def test_a_blank_image_scores_zero(tmp_path):
    backend = open_it(blob_model.write_blob_model(tmp_path))
    assert backend.run(np.zeros((1, 3, 240, 320), np.float32))['scores'].tolist() == [[[0, 0], [0, 0]]]


def test_red_and_green_are_two_rows_best_first(tmp_path):
    backend = open_it(blob_model.write_blob_model(tmp_path))
    tensor = np.full((1, 3, 240, 320), -1, np.float32)
    tensor[0, 1, 24:48, 32:64] = 1   # green
    tensor[0, 0, 120:240, 0:160] = 1  # red
    answer = backend.run(tensor)
    np.testing.assert_allclose(answer['scores'], [[[0.9, 0], [0, 0.8]]], rtol=1e-6)
    np.testing.assert_allclose(answer['boxes'], [[[0, 0.5, 0.5, 1], [0.1, 0.1, 0.2, 0.2]]], atol=1e-6)


@pytest.mark.parametrize('threads', [1, 2])
def test_info_says_what_runs(tmp_path, threads):
    import onnxruntime
    backend = open_it(blob_model.write_blob_model(tmp_path), threads)
    assert backend.info == BackendInfo(
        name='onnxruntime', version=onnxruntime.__version__, device='cpu', precision='fp32', threads=threads,
        model=str(tmp_path / 'model.onnx'))


def test_spinning_is_off_and_threads_are_as_asked(tmp_path):
    """Asked of the session's own options, as the effect shows only on a busy machine."""
    backend = open_it(blob_model.write_blob_model(tmp_path), threads=2)
    options = backend._session.get_session_options()
    assert options.get_session_config_entry('session.intra_op.allow_spinning') == '0'
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (2, 1)
    assert backend._session.get_providers() == ['CPUExecutionProvider']


def test_another_file_is_refused(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    with open(os.path.join(folder, 'model.onnx'), 'ab') as file:
        file.write(b'\0')
    with pytest.raises(SpecError, match='is not the network its model.json was written for'):
        open_it(folder)


def test_a_missing_file_is_refused(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    os.remove(os.path.join(folder, 'model.onnx'))
    with pytest.raises(SpecError, match='cannot read .*model.onnx'):
        open_it(folder)


def test_what_the_runtime_cannot_open_is_named(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)

    def from_the_future(model):
        model.ir_version = 9999

    rewrite(folder, from_the_future)
    with pytest.raises(BackendError, match='onnxruntime [0-9.]+ cannot open .*model.onnx'):
        open_it(folder)


@pytest.mark.parametrize('key, value, words', [
    ('labels', ['human'], r'scores \(1, K, 1\)'),
    ('labels', ['human', 'cartoon', 'cat'], r'scores \(1, K, 3\)'),
])
def test_a_model_json_that_says_other_outputs_is_refused(tmp_path, key, value, words):
    folder = blob_model.write_blob_model(tmp_path)
    data = blob_model.spec_data()
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    data[key] = value
    blob_model.write_spec(folder, data)
    with pytest.raises(BackendError, match=words):
        open_it(folder)


@pytest.mark.parametrize('key, value', [('width', 240), ('height', 320), ('name', 'picture')])
def test_a_model_json_that_says_another_input_is_refused(tmp_path, key, value):
    folder = blob_model.write_blob_model(tmp_path)
    data = blob_model.spec_data(**{key: value})
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    blob_model.write_spec(folder, data)
    with pytest.raises(BackendError, match='expects the input .* the network has image'):
        open_it(folder)


def test_a_batch_that_is_not_fixed_is_refused(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)

    def free_batch(model):
        model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = 'N'

    rewrite(folder, free_batch)
    with pytest.raises(BackendError, match=r"the network has image \('N', 3, 240, 320\)"):
        open_it(folder)


class GpuBuild:
    """The installed onnxruntime, as one built with the providers that are named; `works` tells whether they start.

    A provider that does not start is left out of the session's list, as the real library does (it logs why).
    """

    def __init__(self, providers, works=True):
        import onnxruntime
        self._real, self._providers, self._works, self.asked = onnxruntime, list(providers), works, None

    def __getattr__(self, name):
        return getattr(self._real, name)

    def get_available_providers(self):
        return self._providers + ['CPUExecutionProvider']

    def InferenceSession(self, path, options, providers):  # noqa: N802
        assert set(providers) <= set(self.get_available_providers()), 'the real one refuses or warns about others'
        self.asked = providers
        session = self._real.InferenceSession(path, options, providers=['CPUExecutionProvider'])
        started = providers if self._works else ['CPUExecutionProvider']

        class Session:
            def __getattr__(self, name):
                return getattr(session, name)

            def get_providers(self):
                return started
        return Session()


CUDA, TENSORRT, CPU = 'CUDAExecutionProvider', 'TensorrtExecutionProvider', 'CPUExecutionProvider'


@pytest.mark.parametrize('built, asked, providers, device, why', [
    ([], 'auto', [CPU], 'cpu', 'no GPU in this build'),
    ([TENSORRT, CUDA], 'auto', [CUDA, CPU], 'gpu by CUDA', 'CUDA before TensorRT, whatever their order'),
    ([TENSORRT], 'gpu', [TENSORRT, CPU], 'gpu by TensorRT', 'the only one'),
    ([CUDA], 'cpu', [CPU], 'cpu', 'the user said so'),
])
def test_the_provider_is_chosen(tmp_path, monkeypatch, built, asked, providers, device, why):
    from face_perception.backends import onnxruntime as module
    vendor = GpuBuild(built)
    monkeypatch.setattr(module, 'import_library', lambda: vendor)
    folder = blob_model.write_blob_model(tmp_path)
    backend = open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(device=asked))
    assert (vendor.asked, backend.info.device) == (providers, device), why
    assert backend.run(np.zeros((1, 3, 240, 320), np.float32))['scores'].max() == 0


def test_a_gpu_that_does_not_start_is_said_and_the_cpu_runs(tmp_path, monkeypatch):
    from face_perception.backends import onnxruntime as module
    monkeypatch.setattr(module, 'import_library', lambda: GpuBuild([CUDA], works=False))
    folder, lines = blob_model.write_blob_model(tmp_path), []
    backend = open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(report=lines.append))
    assert backend.info.device == 'cpu'
    assert len(lines) == 1 and CUDA in lines[0] and 'cuDNN' in lines[0] and 'CPU' in lines[0]


@pytest.mark.parametrize('built, works, words', [
    ([], True, 'needs CUDAExecutionProvider or TensorrtExecutionProvider; .*pip install onnxruntime-gpu'),
    ([CUDA], False, 'does not start; it needs the CUDA and cuDNN')])
def test_a_gpu_that_is_asked_for_and_not_there_is_an_error(tmp_path, monkeypatch, built, works, words):
    from face_perception.backends import onnxruntime as module
    monkeypatch.setattr(module, 'import_library', lambda: GpuBuild(built, works))
    folder = blob_model.write_blob_model(tmp_path)
    with pytest.raises(BackendUnavailable, match=words):
        open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(device='gpu'))


def test_less_than_fp32_takes_a_gpu_and_a_file_of_that_precision(tmp_path, monkeypatch):
    folder = blob_model.write_blob_model(tmp_path)
    with pytest.raises(BackendError, match='runs fp32 on the CPU, expected that, got fp16'):
        open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(device='cpu', precision='fp16'))
    from face_perception.backends import onnxruntime as module
    monkeypatch.setattr(module, 'import_library', lambda: GpuBuild([CUDA]))
    with pytest.raises(SpecError, match='no network file of precision fp16'):
        open_backend('onnxruntime', folder, read_spec(folder), BackendOptions(precision='fp16'))
