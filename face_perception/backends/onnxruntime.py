# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a network with ONNX Runtime on the CPU: the default on small machines."""

from face_perception.backends.base import BackendError, BackendUnavailable, check_signature, check_tensor
from face_perception.models.spec import check_onnx


def open_engine(folder, contract, threads):
    """Open the model.onnx of a folder; see `open_backend`."""
    try:
        import onnxruntime
    except ImportError as error:
        raise BackendUnavailable("the backend 'onnxruntime' needs its library ({}); install it with: "
                                 'pip install onnxruntime'.format(error)) from error
    return OnnxRuntimeBackend(onnxruntime, check_onnx(folder, contract), contract, threads)


class OnnxRuntimeBackend:
    """One ONNX Runtime session; obeys the port of `face_perception.backends`."""

    def __init__(self, vendor, path, contract, threads):
        """Take the imported library, the path of the ONNX file, its contract and the number of threads."""
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
        check_signature(contract, {item.name: item.shape for item in session.get_inputs()},
                        {item.name: item.shape for item in session.get_outputs()})
        self._session = session
        self._contract = contract
        self._roles = list(contract.outputs)
        self._names = [contract.outputs[role] for role in self._roles]
        self._description = {'backend': 'onnxruntime', 'version': vendor.__version__, 'device': 'cpu',
                             'threads': threads, 'model': path}

    def run(self, tensor):
        """Run the network once: (1, 3, height, width) float32 -> {role: array}."""
        if self._session is None:
            raise BackendError('the onnxruntime backend is closed')
        check_tensor(tensor, self._contract)
        return dict(zip(self._roles, self._session.run(self._names, {self._contract.input.name: tensor})))

    def describe(self):
        """Return what runs: backend, version, device, threads and the path of the model."""
        return dict(self._description)

    def close(self):
        """Free the session."""
        self._session = None
