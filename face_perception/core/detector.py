# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the faces of an image: preprocess, run the network, keep the best, back to source pixels."""

from time import perf_counter
from typing import NamedTuple

import numpy as np

from face_perception.core import boxes as box_math
from face_perception.core.detections import Detections
from face_perception.core.preprocess import preprocess


# Boxes of one face overlap by more than this, those of neighbours seldom do.
VOTE_IOU = 0.5


class Timings(NamedTuple):
    """How long the steps of one call took, seconds."""

    preprocess: float = 0.0
    run: float = 0.0
    keep: float = 0.0


class Detector:
    """A model that is ready to look at images.

    Call `detect`, `warm_up` and `close` from one thread (a GPU context belongs to the thread that made it).
    The thresholds may be set from any thread; the next image takes them.
    """

    def __init__(self, contract, backend, resize, score_threshold=None, nms_threshold=None, max_faces=None):
        """Join a contract of task 'detect', an open backend and resize(image, width, height) -> image.

        The other three default to the contract's own.
        """
        if contract.task != 'detect':
            raise ValueError("expected a model of the task 'detect', got {} of the task {!r}".format(
                contract.name, contract.task))
        defaults = contract.defaults
        self._contract = contract
        self._backend = backend
        self._resize = resize
        self._labels = np.array(contract.labels, np.str_)
        self._timings = Timings()
        self.score_threshold = defaults.score_threshold if score_threshold is None else score_threshold
        self.nms_threshold = defaults.nms_threshold if nms_threshold is None else nms_threshold
        self.max_faces = defaults.max_faces if max_faces is None else max_faces

    contract = property(lambda self: self._contract, doc='The ModelSpec of the model.')
    labels = property(lambda self: self._contract.labels, doc='The labels a face can have, a tuple of str.')
    timings = property(lambda self: self._timings, doc='Timings of the last detect().')

    @property
    def score_threshold(self):
        """The lowest score a face is reported with, 0..1."""
        return self._score_threshold

    @score_threshold.setter
    def score_threshold(self, value):
        self._score_threshold = _fraction('score_threshold', value)

    @property
    def nms_threshold(self):
        """The overlap (IoU, 0..1) above which the lower of two boxes of one label is dropped."""
        return self._nms_threshold

    @nms_threshold.setter
    def nms_threshold(self, value):
        self._nms_threshold = _fraction('nms_threshold', value)

    @property
    def max_faces(self):
        """The most faces reported for one image; the best are kept."""
        return self._max_faces

    @max_faces.setter
    def max_faces(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ValueError('max_faces must be a whole number of 1 or more, got {!r}'.format(value))
        self._max_faces = int(value)

    def detect(self, image):
        """Return the faces of an image, best first, in its own pixels and inside it.

        :param image: (height, width, 3) uint8, BGR, any size from 1x1, any strides; not written to.
        :raises ValueError: the image is of another shape or type; the detector stays usable.
        """
        start = perf_counter()
        tensor, geometry = preprocess(image, self._contract.input, self._resize)
        prepared = perf_counter()
        outputs = self._backend.run(tensor)
        ran = perf_counter()
        detections = self._keep(outputs['boxes'][0], outputs['scores'][0], geometry)
        self._timings = Timings(prepared - start, ran - prepared, perf_counter() - ran)
        return detections

    def warm_up(self):
        """Run once on a blank image: the first run of an engine is slow, no frame should wait for it."""
        spec = self._contract.input
        self.detect(np.zeros((spec.height, spec.width, 3), np.uint8))
        self._timings = Timings()

    def close(self):
        """Free what the backend holds; `detect` must not be called after it. May be called twice."""
        self._backend.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _keep(self, boxes, scores, geometry):
        """Threshold, suppress and vote per label, rank: (K, 4) in 0..1 and (K, labels) -> Detections."""
        # NaN of a broken network fails every comparison below, so it is never reported.
        columns = np.flatnonzero((scores >= self._score_threshold).any(axis=0))
        if not len(columns):
            return Detections.empty()
        boxes = geometry.to_source(boxes)
        visible = box_math.area(boxes) > 0
        faces = []
        for column in columns:
            # All rows vote, also those below the threshold: a box does not move when the threshold does.
            voters = visible & (scores[:, column] > 0)
            of_label, sure = boxes[voters], scores[voters, column]
            candidates = np.flatnonzero(sure >= self._score_threshold)
            kept = candidates[box_math.nms(of_label[candidates], sure[candidates], self._nms_threshold)]
            voted = box_math.vote(of_label[kept], of_label, sure, VOTE_IOU)
            # Rounding alone can carry the mean of boxes at the edge over it.
            voted = box_math.clip(voted, geometry.width, geometry.height)
            faces.append((voted, sure[kept], np.repeat(self._labels[column], len(kept))))
        boxes, scores, labels = (np.concatenate(parts) for parts in zip(*faces))
        best = np.argsort(-scores, kind='stable')[:self._max_faces]
        return Detections(boxes[best], scores[best], labels[best])


def _fraction(name, value):
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 <= value <= 1:
        raise ValueError('{} must be a number from 0 to 1, got {!r}'.format(name, value))
    return float(value)
