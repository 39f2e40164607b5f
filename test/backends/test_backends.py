# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The port: what every engine keeps, and how one is opened by name."""
import subprocess
import sys

import blob_model
import numpy as np
import pytest

from face_perception.backends import BACKENDS, BackendError, BackendUnavailable, open_backend
from face_perception.models.spec import read_spec


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


@pytest.fixture(params=sorted(BACKENDS))
def backend(request, folder):
    engine = open_backend(request.param, folder, read_spec(folder))
    yield engine
    engine.close()


def tensor(value=0.0):
    return np.full((1, 3, 240, 320), value, np.float32)


def test_an_answer_has_the_shapes_of_the_contract(backend):
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


def test_describe_is_in_words(backend):
    about = backend.describe()
    assert about['backend'] in BACKENDS
    assert {'backend', 'version', 'device', 'threads'} <= set(about)


def test_closed_is_closed(backend):
    backend.close()
    backend.close()
    with pytest.raises(BackendError, match='is closed'):
        backend.run(tensor())


def test_an_unknown_name_lists_the_known_ones(folder):
    with pytest.raises(ValueError, match="unknown backend 'abacus'; known are fake, onnxruntime"):
        open_backend('abacus', folder, read_spec(folder))


@pytest.mark.parametrize('threads', [0, -1, 1.0, '2', None, True])
def test_threads_are_counted(folder, threads):
    with pytest.raises(ValueError, match='threads must be a whole number of 1 or more'):
        open_backend('fake', folder, read_spec(folder), threads)


def test_the_package_imports_without_any_engine():
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
