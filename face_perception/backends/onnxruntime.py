# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with ONNX Runtime on the CPU: the default on small machines."""

import os
from typing import Any, Dict

import numpy as np

from face_perception.backends.base import (
    Backend,
    BackendError,
    BackendInfo,
    BackendOptions,
    BackendUnavailable,
    check_signature,
    check_tensor,
    refuse_gpu_options,
)
from face_perception.models.spec import ModelSpec, check_file, choose_file


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open the network of a model folder; see `open_backend`."""
    refuse_gpu_options('onnxruntime', options)
    vendor = import_library()
    path = check_file(folder, choose_file(spec, options.precision, options.batch))
    return OnnxRuntimeBackend(vendor, path, spec, options.threads, options.batch)


def import_library() -> Any:
    """Return the module `onnxruntime`, with its telemetry off; whatever needs it takes it from here.

    The wheel writes a device id into the user's cache folder and looks up a host as soon as it is imported,
    unless the environment forbids it before. Who wants that sets ORT_DISABLE_TELEMETRY=0.

    Raises:
        BackendUnavailable: it is not installed.
    """
    os.environ.setdefault('ORT_DISABLE_TELEMETRY', '1')
    try:
        import onnxruntime
    except ImportError as error:
        raise BackendUnavailable("the backend 'onnxruntime' needs its library ({}); install it with: "
                                 'pip install onnxruntime'.format(error)) from error
    return onnxruntime


class OnnxRuntimeBackend(Backend):
    """One ONNX Runtime session."""

    def __init__(self, vendor: Any, path: str, spec: ModelSpec, threads: int, batch: int = 1) -> None:
        """Take the imported library, the path of the ONNX file, its specification, number of threads and batch."""
        options = vendor.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = vendor.ExecutionMode.ORT_SEQUENTIAL
        # Threads that spin while they wait make a run ten times slower once another process wants a core.
        options.add_session_config_entry('session.intra_op.allow_spinning', '0')
        options.log_severity_level = 3  # errors; the warnings are about devices that are not asked for
        try:
            session = vendor.InferenceSession(path, options, providers=['CPUExecutionProvider'])
        except Exception as error:  # its exceptions share no base class but this one
            raise BackendError('onnxruntime {} cannot open {}: {}'.format(
                vendor.__version__, path, error)) from error
        check_signature(spec, {item.name: item.shape for item in session.get_inputs()},
                        {item.name: item.shape for item in session.get_outputs()}, batch)
        self._session: Any = session
        self._spec = spec
        self._roles = list(spec.outputs)
        self._names = [spec.outputs[role] for role in self._roles]
        self._info = BackendInfo(name='onnxruntime', version=vendor.__version__, device='cpu', precision='fp32',
                                 threads=threads, model=path, batch=batch)

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Run the network once: (batch, 3, height, width) float32 -> {role: array}."""
        if self._session is None:
            raise BackendError('the onnxruntime backend is closed')
        check_tensor(tensor, self._spec, self._info.batch)
        return dict(zip(self._roles, self._session.run(self._names, {self._spec.input.name: tensor})))

    @property
    def info(self) -> BackendInfo:
        """What runs."""
        return self._info

    def close(self) -> None:
        """Free the session."""
        self._session = None
