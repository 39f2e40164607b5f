# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Backends run a network; one file or folder per runtime, and one interface that all obey: `base.Backend`."""

import importlib

from face_perception.backends.base import Backend, BackendError, BackendInfo, BackendOptions, BackendUnavailable
from face_perception.models.spec import ModelSpec

__all__ = ['BACKENDS', 'Backend', 'BackendError', 'BackendInfo', 'BackendOptions', 'BackendUnavailable',
           'open_backend']

# name -> module that has open_model(folder, spec, options) -> Backend
BACKENDS = {
    'onnxruntime': 'face_perception.backends.onnxruntime',
    'fake': 'face_perception.backends.fake',
    'tensorrt': 'face_perception.backends.tensorrt.backend',
}


def open_backend(name: str, folder: str, spec: ModelSpec,
                 options: BackendOptions = BackendOptions()) -> Backend:
    """Open the backend `name` on the network of a model folder.

    Raises:
        ValueError: no backend of this name, or an option that no backend takes.
        BackendUnavailable: the library of the backend is not installed.
        SpecError, BackendError: the network is not that of the specification, or the backend cannot run it so.
    """
    if name not in BACKENDS:
        raise ValueError('unknown backend {!r}; known are {}'.format(name, ', '.join(sorted(BACKENDS))))
    module = importlib.import_module(BACKENDS[name])
    backend: Backend = module.open_model(folder, spec, options.checked())
    return backend
