# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""OpenCV's DNN on real files; what every backend keeps is in test_backends.py and test_contract.py."""
import os

import blob_model
import cv2
import numpy as np
import pytest

from face_perception.backends import BackendError, BackendInfo, BackendOptions, BackendUnavailable, open_backend
from face_perception.models.spec import read_spec


def open_it(folder, **options):
    return open_backend('opencv_dnn', folder, read_spec(folder), BackendOptions(**options))


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


def test_info_says_what_runs(tmp_path):
    backend = open_it(blob_model.write_blob_model(tmp_path), threads=2)
    assert backend.info == BackendInfo(name='opencv_dnn', version=cv2.__version__, device='cpu', precision='fp32',
                                       threads=2, model=str(tmp_path / 'model.onnx'))


def test_the_threads_of_the_process_are_left_as_they_were(tmp_path):
    backend = open_it(blob_model.write_blob_model(tmp_path), threads=1)
    before = cv2.getNumThreads()
    try:
        cv2.setNumThreads(2)
        backend.run(np.zeros((1, 3, 240, 320), np.float32))
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)


def test_no_file_is_left_behind_and_none_is_needed_after_opening(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    backend = open_it(folder)
    os.remove(os.path.join(folder, 'model.onnx'))
    assert backend.run(np.zeros((1, 3, 240, 320), np.float32))
    assert sorted(os.listdir(folder)) == ['model.json']


def write_file(folder, content):
    with open(os.path.join(folder, 'model.onnx'), 'wb') as file:
        file.write(content)
    data = blob_model.spec_data()
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    blob_model.write_spec(folder, data)


def test_what_is_no_network_is_named_with_what_to_do(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    write_file(folder, b'not an ONNX file')
    with pytest.raises(BackendError, match=r'opencv_dnn \(OpenCV .*model.onnx.* no ONNX file .*pip install onnxruntime'):
        open_it(folder)


def test_a_network_with_an_operator_of_nobody_is_named(tmp_path):
    onnx = pytest.importorskip('onnx')
    folder = blob_model.write_blob_model(tmp_path)
    model = onnx.load(os.path.join(folder, 'model.onnx'))
    model.graph.node[-1].op_type = 'Einsum'
    write_file(folder, model.SerializeToString())
    with pytest.raises(BackendError, match='no operator Einsum; install ONNX Runtime'):
        open_it(folder)


@pytest.mark.parametrize('key, value', [('width', 240), ('name', 'picture')])
def test_a_model_json_that_says_another_input_is_refused(tmp_path, key, value):
    folder = blob_model.write_blob_model(tmp_path)
    data = blob_model.spec_data(**{key: value})
    data['files']['fp32']['sha256'] = blob_model.sha256_of(folder)
    blob_model.write_spec(folder, data)
    with pytest.raises(BackendError, match='expects the input .* the network has image'):
        open_it(folder)


def test_an_opencv_without_dnn_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delattr(cv2, 'dnn')
    with pytest.raises(BackendUnavailable, match='module dnn.*pip install opencv-python-headless'):
        open_it(blob_model.write_blob_model(tmp_path))
