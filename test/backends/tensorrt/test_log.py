# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What TensorRT says becomes a part of our sentences."""
import pytest

from face_perception.backends import BackendError
from face_perception.backends.tensorrt.log import made, new_log


@pytest.fixture
def log(machine):
    import tensorrt
    return new_log(tensorrt)


def test_nothing_said_is_nothing(log):
    assert log.take() == ''


def test_two_errors_are_one_line_and_warnings_are_none(log):
    import tensorrt
    log.log(tensorrt.ILogger.WARNING, 'Your ONNX model has been generated with INT64 weights')
    log.log(tensorrt.ILogger.ERROR, 'out of\nmemory')
    log.log(tensorrt.ILogger.INTERNAL_ERROR, 'assertion')
    assert log.take() == 'out of memory; assertion' and log.take() == ''


def test_what_is_made_is_returned_and_what_is_not_is_explained(log):
    import tensorrt
    assert made(log, lambda: 7, 'builder') == 7
    with pytest.raises(BackendError, match='TensorRT makes no builder: it does not say why'):
        made(log, lambda: None, 'builder')

    def fail():
        log.log(tensorrt.ILogger.ERROR, 'CUDA initialization failure with error: 35')
        raise TypeError('pybind11::init(): factory function returned nullptr')
    with pytest.raises(BackendError, match='TensorRT makes no builder: CUDA initialization failure'):
        made(log, fail, 'builder')
