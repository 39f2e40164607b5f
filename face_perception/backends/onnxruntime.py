# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with ONNX Runtime: on a GPU where the installed one has it, else on the CPU."""

import os
from typing import Any, Dict, List, Sequence

import numpy as np

from face_perception.backends.base import (
    Backend,
    BackendError,
    BackendInfo,
    BackendOptions,
    BackendUnavailable,
    check_signature,
    check_tensor,
)
from face_perception.models.spec import ModelSpec, check_file, choose_file

_CPU = 'CPUExecutionProvider'
# CUDA first: TensorRT's would build an engine anew at each start, and the backend tensorrt does that better.
_ON_GPU = {'CUDAExecutionProvider': 'gpu by CUDA', 'TensorrtExecutionProvider': 'gpu by TensorRT'}


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open the network of a model folder; see `open_backend`."""
    vendor = import_library()
    providers = choose_providers(vendor, options)
    path = check_file(folder, choose_file(spec, options.precision, options.batch))
    backend = OnnxRuntimeBackend(vendor, path, spec, options, providers)
    if backend.info.device == 'cpu' and providers[0] != _CPU:
        # It logs why, and goes on with the next provider.
        words = ('onnxruntime {} has {}, but it does not start; it needs the CUDA and cuDNN of its release: '
                 'https://onnxruntime.ai/docs/execution-providers').format(vendor.__version__, providers[0])
        if options.device == 'gpu' or options.precision != 'fp32':
            backend.close()
            raise BackendUnavailable(words)
        options.report(words + '. The network runs on the CPU.')
    return backend


def choose_providers(vendor: Any, options: BackendOptions) -> List[str]:
    """Return the execution providers to ask for, in their order.

    Raises:
        BackendUnavailable: a GPU is asked for, and the installed library is built without one.
        BackendError: a precision is asked for that takes a GPU.
    """
    available = vendor.get_available_providers()
    on_gpu = [name for name in _ON_GPU if name in available and options.device != 'cpu']
    if on_gpu:
        return [on_gpu[0], _CPU]
    if options.device == 'gpu':
        raise BackendUnavailable("the backend 'onnxruntime' is asked for a GPU and needs {}; the installed {} has {}; "
                                 'install it with: pip install onnxruntime-gpu'.format(
                                     ' or '.join(_ON_GPU), vendor.__version__, ', '.join(available)))
    if options.precision != 'fp32':
        raise BackendError("the backend 'onnxruntime' runs fp32 on the CPU, expected that, got {}; leave precision at "
                           'its default'.format(options.precision))
    return [_CPU]


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

    def __init__(self, vendor: Any, path: str, spec: ModelSpec, asked: BackendOptions = BackendOptions(),
                 providers: Sequence[str] = (_CPU,)) -> None:
        """Take the imported library, the path of the ONNX file, its specification, options and execution providers."""
        options = vendor.SessionOptions()
        options.intra_op_num_threads = asked.threads
        options.inter_op_num_threads = 1
        options.execution_mode = vendor.ExecutionMode.ORT_SEQUENTIAL
        # Threads that spin while they wait make a run ten times slower once another process wants a core.
        options.add_session_config_entry('session.intra_op.allow_spinning', '0')
        options.log_severity_level = 3  # errors; the warnings are about devices that are not asked for
        try:
            session = vendor.InferenceSession(path, options, providers=list(providers))
        except Exception as error:  # its exceptions share no base class but this one
            raise BackendError('onnxruntime {} cannot open {}: {}'.format(
                vendor.__version__, path, error)) from error
        check_signature(spec, {item.name: item.shape for item in session.get_inputs()},
                        {item.name: item.shape for item in session.get_outputs()}, asked.batch)
        self._session: Any = session
        self._spec = spec
        self._roles = list(spec.outputs)
        self._names = [spec.outputs[role] for role in self._roles]
        self._info = BackendInfo(name='onnxruntime', version=vendor.__version__,
                                 device=_ON_GPU.get(session.get_providers()[0], 'cpu'), precision=asked.precision,
                                 threads=asked.threads, model=path, batch=asked.batch)

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
