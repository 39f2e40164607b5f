# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Golden detections: what a model found on a known image when it was made, to compare an engine with.

`proof.golden` of a contract is
    {"image": name of a file in the model folder,
     "detections": [{"label", "score", "bbox": [left, top, width, height] in pixels of that image}],
     "tolerance": {"score": largest difference, "iou": smallest overlap}}
The list is complete at the contract's default thresholds.
"""

import os
from typing import NamedTuple

import numpy as np

from face_perception.core import boxes as box_math
from face_perception.models.spec import SpecError
from face_perception.core.detections import Detections


class Golden(NamedTuple):
    """The checked content of proof.golden."""

    image: str                # name of a file in the model folder
    detections: Detections
    score_tolerance: float    # largest difference of scores
    iou_tolerance: float      # smallest overlap of boxes, 0..1


def read_golden(contract):
    """Return the Golden of a contract, or None where its proof has none; raises SpecError."""
    data = contract.proof.get('golden')
    if data is None:
        return None
    try:
        image = data['image']
        faces = [(face['label'], face['score'], face['bbox']) for face in data['detections']]
        corners = [[x, y, x + width, y + height] for _, _, (x, y, width, height) in faces]
        detections = Detections(np.reshape(np.array(corners, np.float32), (-1, 4)),
                                [score for _, score, _ in faces], [label for label, _, _ in faces])
        golden = Golden(image, detections, float(data['tolerance']['score']), float(data['tolerance']['iou']))
    except (KeyError, TypeError, ValueError) as error:
        raise SpecError('{}: proof.golden is broken: {}: {}'.format(
            contract.name, type(error).__name__, error)) from error
    if not isinstance(image, str) or image != os.path.basename(image) or image in ('', '.', '..'):
        raise SpecError(
            '{}: proof.golden.image: expected the name of a file in the model folder, got {!r}'.format(
                contract.name, image))
    return golden


def differences(golden, found, score_threshold):
    """Return in words where `found` differs from the golden detections; an empty list is a pass.

    A face whose score lies within the tolerance of `score_threshold` may be missing or added: rounding alone
    can carry it over.
    """
    words = []
    free = np.ones(len(found), bool)
    overlaps = box_math.iou(golden.detections.boxes, found.boxes)
    for row in range(len(golden.detections)):
        label, score = golden.detections.labels[row], golden.detections.scores[row]
        fits = free & (found.labels == label) & (overlaps[row] >= golden.iou_tolerance)
        if not fits.any():
            if score - score_threshold > golden.score_tolerance:
                words.append('no {} at {} (overlap {:g} or more), expected one with the score {:.3f}'.format(
                    label, _place(golden.detections.boxes[row]), golden.iou_tolerance, score))
            continue
        best = int(np.argmax(np.where(fits, overlaps[row], -1)))
        free[best] = False
        if abs(found.scores[best] - score) > golden.score_tolerance:
            words.append('{} at {}: score {:.4f} instead of {:.4f}, the tolerance is {:g}'.format(
                label, _place(found.boxes[best]), found.scores[best], score, golden.score_tolerance))
    for row in np.flatnonzero(free):
        if found.scores[row] - score_threshold > golden.score_tolerance:
            words.append('one {} too many at {} with the score {:.3f}'.format(
                found.labels[row], _place(found.boxes[row]), found.scores[row]))
    return words


def _place(box):
    return ' '.join('{:.0f}'.format(value) for value in box)
