# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of the backend port that every adapter shares: its errors and its checks."""

import numpy as np


class BackendUnavailable(ImportError):
    """The vendor's library is not installed; the message has the line that installs it."""


class BackendError(RuntimeError):
    """The engine cannot open a model, or was used against the rules of the port."""


def check_tensor(tensor, contract):
    """Raise ValueError unless `tensor` is (1, 3, height, width) float32 of the contract, in memory order."""
    spec = contract.input
    expected = (1, 3, spec.height, spec.width)
    if not isinstance(tensor, np.ndarray):
        raise ValueError('{}: expected a numpy array {} float32, got {}'.format(
            contract.name, expected, type(tensor).__name__))
    if tensor.shape != expected or tensor.dtype != np.float32 or not tensor.flags.c_contiguous:
        raise ValueError('{}: expected a C-contiguous array {} float32, got {}{} {}'.format(
            contract.name, expected, '' if tensor.flags.c_contiguous else 'non-contiguous ',
            tensor.shape, tensor.dtype))


def check_signature(contract, inputs, outputs):
    """Compare what an engine found in the network with the contract.

    :param inputs: {tensor name: shape as a list}; an entry of a shape that is not fixed is not an int.
    :param outputs: the same.
    :raises BackendError: the names or the shapes differ; the message has both.
    """
    spec = contract.input
    expected = {spec.name: [1, 3, spec.height, spec.width]}
    if inputs != expected:
        raise BackendError('{}: the contract expects the input {}, the network has {}; export both '
                           'together'.format(contract.name, _words(expected), _words(inputs)))
    rows = outputs.get(contract.outputs.get('boxes'), [None, None])[1:2]
    known = {'boxes': [1] + rows + [4], 'scores': [1] + rows + [len(contract.labels)]}
    for role, name in contract.outputs.items():
        shape = outputs.get(name)
        if shape is None:
            raise BackendError('{}: the contract expects an output {!r} ({}), the network has {}'.format(
                contract.name, name, role, _words(outputs)))
        fixed = all(isinstance(size, int) and size > 0 for size in shape)
        if not fixed or shape != known.get(role, shape):
            raise BackendError(
                '{}: the contract expects boxes (1, K, 4) and scores (1, K, {}) with one fixed K and a '
                'column of scores per label, the network has {}'.format(
                    contract.name, len(contract.labels), _words(outputs)))


def _words(signature):
    words = ['{} {}'.format(name, tuple(shape)) for name, shape in sorted(signature.items())]
    return ', '.join(words) or 'none'
