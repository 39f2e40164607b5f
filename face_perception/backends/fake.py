# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A backend without a network, for tests and for trying the nodes: it answers what it was told."""

from typing import Any, Dict

import numpy as np

from face_perception.backends.base import Backend, BackendError, BackendInfo, BackendOptions, check_tensor
from face_perception.models.spec import DetectionSpec, ModelSpec


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open a backend that never sees a face; the folder needs no network."""
    if not isinstance(spec, DetectionSpec):
        raise BackendError("the fake backend answers for the task 'detect', {} is of the task {!r}".format(
            spec.name, spec.task))
    return FakeBackend(spec)


class FakeBackend(Backend):
    """Gives the same rows for every image; keeps the rules of `Backend`, checks included."""

    def __init__(self, spec: DetectionSpec, boxes: Any = (), scores: Any = ()) -> None:
        """Take the answer to every run.

        Args:
            spec: of the model.
            boxes: (K, 4) x1 y1 x2 y2 in 0..1 of the input.
            scores: (K, labels).
        """
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        scores = np.asarray(scores, np.float32).reshape(-1, len(spec.labels))
        if len(boxes) != len(scores):
            raise ValueError('expected as many rows of scores as boxes, got {} and {}'.format(
                len(scores), len(boxes)))
        # "initial" of numpy's max came with 1.15; JetPack has 1.13.
        best = scores.max(axis=1) if len(scores) else np.zeros(0, np.float32)
        order = np.argsort(-best, kind='mergesort')
        self._spec = spec
        self._answer = {'boxes': boxes[order][None], 'scores': scores[order][None]}
        self._closed = False

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Check the tensor as a real backend would and return the answer."""
        if self._closed:
            raise BackendError('the fake backend is closed')
        check_tensor(tensor, self._spec)
        return {role: array.copy() for role, array in self._answer.items()}

    @property
    def info(self) -> BackendInfo:
        """What runs, which is nothing."""
        return BackendInfo(name='fake', version='1', device='none', precision='fp32', threads=1, model='')

    def close(self) -> None:
        """Refuse further runs."""
        self._closed = True
