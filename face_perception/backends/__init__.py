# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Backends run a network; one file or folder per runtime, and one interface that all obey: `base.Backend`."""

import importlib
from typing import List

from face_perception.backends.base import (
    Backend,
    BackendError,
    BackendInfo,
    BackendLost,
    BackendOptions,
    BackendUnavailable,
)
from face_perception.backends.choice import AUTO, ORDER, open_first
from face_perception.models.spec import ModelSpec

__all__ = ['AUTO', 'BACKENDS', 'Backend', 'BackendError', 'BackendInfo', 'BackendLost', 'BackendOptions',
           'BackendUnavailable', 'backend_names', 'open_backend']

# name -> module that has open_model(folder, spec, options) -> Backend
BACKENDS = {
    'onnxruntime': 'face_perception.backends.onnxruntime',
    'opencv_dnn': 'face_perception.backends.opencv_dnn',
    'fake': 'face_perception.backends.fake',
    'tensorrt': 'face_perception.backends.tensorrt.backend',
}


def open_backend(name: str, folder: str, spec: ModelSpec,
                 options: BackendOptions = BackendOptions()) -> Backend:
    """Open the backend `name` on the network of a model folder.

    'auto' is the first of `choice.ORDER` that works here; `options.report` is told once which one that is, and why.

    Raises:
        ValueError: no backend of this name, or an option that no backend takes.
        BackendUnavailable: what the backend needs is not installed; the message has the line that installs it.
        SpecError, BackendError: the network is not that of the specification, or the backend cannot run it so.
    """
    if name not in backend_names():
        raise ValueError('unknown backend {!r}; known are {}'.format(name, ', '.join(backend_names())))
    options = options.checked()

    def open_one(name: str) -> Backend:
        backend: Backend = importlib.import_module(BACKENDS[name]).open_model(folder, spec, options)
        return backend

    if name == AUTO:
        return open_first([each for each in ORDER if each in BACKENDS], open_one, options.report)
    return open_one(name)


def backend_names() -> List[str]:
    """Return the names that `open_backend` takes."""
    return [AUTO] + sorted(BACKENDS)
