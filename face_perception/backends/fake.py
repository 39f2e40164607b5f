# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A backend without a network, for tests and for trying the nodes: it answers what it was told."""

from typing import Any, Dict

import numpy as np

from face_perception.backends.base import Backend, BackendError, BackendInfo, BackendOptions, check_tensor
from face_perception.models.spec import DetectionSpec, LandmarkSpec, ModelSpec, choose_file


def open_model(folder: str, spec: ModelSpec, options: BackendOptions) -> Backend:
    """Open a backend that never sees a face, nor a point of one; the folder needs no network."""
    choose_file(spec, 'fp32', options.batch)
    if isinstance(spec, LandmarkSpec):
        return FakeBackend(spec, points=np.zeros((len(spec.points), 3)), batch=options.batch)
    return FakeBackend(spec, batch=options.batch)


class FakeBackend(Backend):
    """Gives the same rows for every image; keeps the rules of `Backend`, checks included."""

    def __init__(self, spec: ModelSpec, boxes: Any = (), scores: Any = (), points: Any = (), batch: int = 1) -> None:
        """Take the answer to every run.

        Args:
            spec: of the model.
            boxes: (K, 4) x1 y1 x2 y2 in 0..1 of the input, of a detector.
            scores: (K, labels), of a detector.
            points: (points, 3) x y in 0..1 of the input, score; of a landmark network.
            batch: images of one run.
        """
        answer = _faces(spec, boxes, scores) if isinstance(spec, DetectionSpec) else _points(spec, points)
        self._spec, self._batch = spec, batch
        self._answer = {role: np.repeat(array[None], batch, axis=0) for role, array in answer.items()}
        self._closed = False

    def run(self, tensor: np.ndarray) -> Dict[str, np.ndarray]:
        """Check the tensor as a real backend would and return the answer."""
        if self._closed:
            raise BackendError('the fake backend is closed')
        check_tensor(tensor, self._spec, self._batch)
        return {role: array.copy() for role, array in self._answer.items()}

    @property
    def info(self) -> BackendInfo:
        """What runs, which is nothing."""
        return BackendInfo(name='fake', version='1', device='none', precision='fp32', threads=1, model='',
                           batch=self._batch)

    def close(self) -> None:
        """Refuse further runs."""
        self._closed = True


def _faces(spec: DetectionSpec, boxes: Any, scores: Any) -> Dict[str, np.ndarray]:
    """Return the rows of one image, best first."""
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    scores = np.asarray(scores, np.float32).reshape(-1, len(spec.labels))
    if len(boxes) != len(scores):
        raise ValueError('expected as many rows of scores as boxes, got {} and {}'.format(len(scores), len(boxes)))
    # "initial" of numpy's max came with 1.15; JetPack has 1.13.
    best = scores.max(axis=1) if len(scores) else np.zeros(0, np.float32)
    order = np.argsort(-best, kind='mergesort')
    return {'boxes': boxes[order], 'scores': scores[order]}


def _points(spec: LandmarkSpec, points: Any) -> Dict[str, np.ndarray]:
    """Return the points of one crop."""
    points = np.asarray(points, np.float32)
    if points.shape != (len(spec.points), 3):
        raise ValueError('expected points of the shape ({}, 3), got {}'.format(len(spec.points), points.shape))
    return {'points': points}
