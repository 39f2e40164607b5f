# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The interface: what every backend keeps, and how one is opened by name."""
import subprocess
import sys

import blob_model
import numpy as np
import pytest

from face_perception.backends import BACKENDS, Backend, BackendError, BackendOptions, BackendUnavailable, open_backend
from face_perception.models.spec import read_spec


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


@pytest.fixture(params=sorted(BACKENDS))
def backend(request, folder):
    if request.param == 'tensorrt':
        request.getfixturevalue('one_machine')
    opened = open_backend(request.param, folder, read_spec(folder))
    yield opened
    opened.close()


def tensor(value=0.0):
    return np.full((1, 3, 240, 320), value, np.float32)


def test_an_answer_has_the_shapes_of_the_specification(backend):
    answer = backend.run(tensor())
    assert sorted(answer) == ['boxes', 'scores']
    rows = answer['boxes'].shape[1]
    assert answer['boxes'].shape == (1, rows, 4) and answer['scores'].shape == (1, rows, 2)
    assert answer['boxes'].dtype == answer['scores'].dtype == np.float32


def test_an_answer_belongs_to_the_caller(backend):
    first = backend.run(tensor())
    before = {role: array.copy() for role, array in first.items()}
    backend.run(tensor(1))
    for role in first:
        np.testing.assert_array_equal(first[role], before[role])
        first[role][...] = 7
    for role, array in backend.run(tensor()).items():
        np.testing.assert_array_equal(array, before[role])


def test_a_wrong_tensor_is_refused_and_the_next_right_one_answered(backend):
    for wrong in (None, tensor().astype(np.float64), tensor()[:, :, 1:], tensor()[..., ::-1]):
        with pytest.raises(ValueError, match='expected a'):
            backend.run(wrong)
    assert backend.run(tensor())


def test_info_is_complete(backend):
    assert isinstance(backend, Backend)
    assert backend.info.name in BACKENDS and backend.info.version
    assert backend.info.threads == 1 and backend.info.precision == 'fp32'


def test_closed_is_closed(backend):
    backend.close()
    backend.close()
    with pytest.raises(BackendError, match='is closed'):
        backend.run(tensor())


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(ValueError, match="unknown backend 'abacus'; known are auto, fake, onnxruntime, opencv_dnn"):
        open_backend('abacus', folder, read_spec(folder))


@pytest.mark.parametrize('threads', [0, -1, 1.0, '2', None, True])
def test_threads_are_counted(folder, threads):
    with pytest.raises(ValueError, match='threads must be a whole number of 1 or more'):
        open_backend('fake', folder, read_spec(folder), BackendOptions(threads=threads))


@pytest.mark.parametrize('options, words', [
    (BackendOptions(device='tpu'), "device must be auto or cpu or gpu, got 'tpu'"),
    (BackendOptions(precision='fp64'), "precision must be fp32 or fp16 or int8, got 'fp64'"),
    (BackendOptions(workspace_mb=0), 'workspace_mb must be a whole number of 1 or more, got 0'),
    (BackendOptions(batch=1.5), 'batch must be a whole number of 1 or more, got 1.5')])
def test_an_option_that_no_backend_takes_is_refused(folder, options, words):
    with pytest.raises(ValueError, match=words):
        open_backend('fake', folder, read_spec(folder), options)


@pytest.mark.parametrize('options', [BackendOptions(device='gpu'), BackendOptions(precision='int8')])
def test_opencv_says_what_it_cannot_do(folder, options):
    with pytest.raises(BackendError, match="the backend 'opencv_dnn' runs fp32 on the CPU, expected that, got"):
        open_backend('opencv_dnn', folder, read_spec(folder), options)


def test_the_package_imports_without_any_runtime():
    code = ("import sys; sys.modules['onnxruntime'] = None\n"
            'from face_perception.backends import BackendUnavailable, open_backend\n'
            'try:\n'
            "    open_backend('onnxruntime', 'nowhere', None)\n"
            'except BackendUnavailable as error:\n'
            '    assert isinstance(error, ImportError)\n'
            '    print(error)\n')
    words = subprocess.check_output([sys.executable, '-c', code]).decode()
    assert 'pip install onnxruntime' in words
    assert issubclass(BackendUnavailable, ImportError)
