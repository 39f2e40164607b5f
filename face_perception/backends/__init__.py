# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Engines that run a network. One file per engine, and one small port that all of them obey:

    run(tensor) -> dict      tensor: (1, 3, height, width) float32, C-contiguous, normalised as the contract
                             says. The dict has one array per role of the contract; for the task 'detect':
                                 'boxes'  (1, K, 4) float32       x1 y1 x2 y2 in 0..1 of the input
                                 'scores' (1, K, labels) float32  probabilities, rows sorted by their best
                             The arrays belong to the caller: a later run leaves them alone.
                             Raises ValueError for another tensor, BackendError after close().
    describe() -> dict       JSON-ready words about what runs: 'backend', 'version', 'threads', 'device', ...
    close()                  frees the engine; a second call does nothing.

Open, run and close a backend in one thread. An adapter imports its vendor's library when it is opened, so
that this package imports everywhere.
"""

import importlib

from face_perception.backends.base import BackendError, BackendUnavailable
from face_perception.core import defaults

__all__ = ['BACKENDS', 'BackendError', 'BackendUnavailable', 'open_backend']

# name -> module that has open_engine(folder, contract, threads) -> backend
BACKENDS = {
    'onnxruntime': 'face_perception.backends.onnxruntime',
    'fake': 'face_perception.backends.fake',
}


def open_backend(name, folder, contract, threads=defaults.THREADS):
    """Open the engine `name` on the network of a model folder.

    :param threads: of the engine, 1 or more.
    :raises ValueError: no engine of this name, or no whole number of threads.
    :raises BackendUnavailable: the engine's library is not installed.
    :raises SpecError, BackendError: the network is not the contract's, or the engine cannot take it.
    """
    if name not in BACKENDS:
        raise ValueError('unknown backend {!r}; known are {}'.format(name, ', '.join(sorted(BACKENDS))))
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError('threads must be a whole number of 1 or more, got {!r}'.format(threads))
    return importlib.import_module(BACKENDS[name]).open_engine(folder, contract, threads)
