# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The reference picture of a model and what a healthy copy of it finds there.

`proof.reference` of a model.json is
    {"image": name of a file in the model folder,
     "detections": [{"label", "score", "bbox": [left, top, width, height] in pixels of that image}],
     "tolerance": {"score": largest difference, "iou": smallest overlap}}
The list is complete at the default thresholds of the model.
"""

from typing import List, NamedTuple, Optional

import numpy as np

from face_perception.core.detections import Detections
from face_perception.core.matching import UNMATCHED, match_boxes
from face_perception.models.checks import SpecError, file_name
from face_perception.models.spec import ModelSpec


class Reference(NamedTuple):
    """The checked content of proof.reference."""

    image: str                # name of a file in the model folder
    detections: Detections
    score_tolerance: float    # largest difference of scores
    iou_tolerance: float      # smallest overlap of boxes, 0..1


def read_reference(spec: ModelSpec) -> Optional[Reference]:
    """Return the Reference of a model, or None where its proof has none; raises SpecError."""
    data = spec.proof.get('reference')
    if data is None:
        return None
    try:
        faces = [(face['label'], face['score'], face['bbox']) for face in data['detections']]
        corners = [[x, y, x + width, y + height] for _, _, (x, y, width, height) in faces]
        detections = Detections(np.reshape(np.array(corners, np.float32), (-1, 4)),
                                [score for _, score, _ in faces], [label for label, _, _ in faces])
        tolerance = data['tolerance']
        image = data['image']
        reference = Reference(image, detections, float(tolerance['score']), float(tolerance['iou']))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SpecError('{}: proof.reference is broken: {}: {}'.format(
            spec.name, type(error).__name__, error)) from error
    file_name('{}: proof.reference.image'.format(spec.name), image)
    return reference


def differences(reference: Reference, found: Detections, score_threshold: float) -> List[str]:
    """Return in words where `found` differs from the reference; an empty list is a pass.

    A face whose score lies within the tolerance of `score_threshold` may be missing or added: rounding alone
    can carry it over.
    """
    expected = reference.detections
    same_label = expected.labels[:, None] == found.labels[None, :]
    matches = match_boxes(expected.boxes, found.boxes, reference.iou_tolerance, same_label)
    words = []
    for row in range(len(expected)):
        label, score = expected.labels[row], expected.scores[row]
        columns = np.flatnonzero(matches == row)
        if not len(columns):
            if score - score_threshold > reference.score_tolerance:
                words.append('no {} at {} (overlap {:g} or more), expected one with the score {:.3f}'.format(
                    label, _place(expected.boxes[row]), reference.iou_tolerance, score))
            continue
        column = int(columns[0])
        if abs(found.scores[column] - score) > reference.score_tolerance:
            words.append('{} at {}: score {:.4f} instead of {:.4f}, the tolerance is {:g}'.format(
                label, _place(found.boxes[column]), found.scores[column], score, reference.score_tolerance))
    for left_over in np.flatnonzero(matches == UNMATCHED):
        column = int(left_over)
        if found.scores[column] - score_threshold > reference.score_tolerance:
            words.append('one {} too many at {} with the score {:.3f}'.format(
                found.labels[column], _place(found.boxes[column]), found.scores[column]))
    return words


def _place(box: np.ndarray) -> str:
    return ' '.join('{:.0f}'.format(value) for value in box)
