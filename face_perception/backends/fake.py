# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A backend without an engine, for tests and for trying the nodes: it answers what it was told."""

import numpy as np

from face_perception.backends.base import BackendError, check_tensor


def open_engine(folder, contract, threads):
    """Open a backend that never sees a face; the folder needs no network."""
    return FakeBackend(contract)


class FakeBackend:
    """Gives the same rows for every image; obeys the port of `face_perception.backends`, checks included."""

    def __init__(self, contract, boxes=(), scores=()):
        """Take the answer to every run.

        :param boxes: (K, 4) x1 y1 x2 y2 in 0..1 of the input.
        :param scores: (K, labels) of the contract.
        """
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        scores = np.asarray(scores, np.float32).reshape(-1, len(contract.labels))
        if len(boxes) != len(scores):
            raise ValueError('expected as many rows of scores as boxes, got {} and {}'.format(
                len(scores), len(boxes)))
        order = np.argsort(-scores.max(axis=1, initial=0), kind='stable')
        self._contract = contract
        self._answer = {'boxes': boxes[order][None], 'scores': scores[order][None]}
        self._closed = False

    def run(self, tensor):
        """Check the tensor as an engine would and return the answer: {role: array}."""
        if self._closed:
            raise BackendError('the fake backend is closed')
        check_tensor(tensor, self._contract)
        return {role: array.copy() for role, array in self._answer.items()}

    def describe(self):
        """Return what runs, which is nothing."""
        return {'backend': 'fake', 'version': '1', 'device': 'none', 'threads': 1}

    def close(self):
        """Refuse further runs."""
        self._closed = True
