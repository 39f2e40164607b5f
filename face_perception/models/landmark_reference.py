# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The reference picture of a landmark model and the points that a healthy copy of it finds there.

`proof.reference` of a model.json of the task landmarks is
    {"image": name of a file in the model folder,
     "faces": [{"bbox": [left, top, width, height] in pixels of that image,
                "points": {name: [x, y in pixels, score], ...}}],
     "tolerance": {"distance": largest one, as a share of the longer side of the box, "score": largest difference}}
"""

from typing import List, NamedTuple, Optional

import numpy as np

from face_perception.core.landmarks import Landmarks
from face_perception.models.checks import SpecError, file_name
from face_perception.models.spec import LandmarkSpec


class LandmarkReference(NamedTuple):
    """The checked content of proof.reference."""

    image: str                      # name of a file in the model folder
    boxes: np.ndarray               # (N, 4) float32, corners x1 y1 x2 y2, pixels
    landmarks: Landmarks            # of N faces
    distance_tolerance: float       # share of the longer side of a box
    score_tolerance: float


def read_landmark_reference(spec: LandmarkSpec) -> Optional[LandmarkReference]:
    """Return the LandmarkReference of a model, or None where its proof has none; raises SpecError."""
    data = spec.proof.get('reference')
    if data is None:
        return None
    try:
        corners = [[left, top, left + width, top + height] for left, top, width, height in
                   (face['bbox'] for face in data['faces'])]
        rows = np.array([[face['points'][name] for name in spec.points] for face in data['faces']], np.float32)
        rows = rows.reshape(-1, len(spec.points), 3)
        reference = LandmarkReference(
            data['image'], np.array(corners, np.float32).reshape(-1, 4), Landmarks(spec.points, rows[..., :2], rows[..., 2]),
            float(data['tolerance']['distance']), float(data['tolerance']['score']))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise SpecError('{}: proof.reference is broken: {}: {}'.format(
            spec.name, type(error).__name__, error)) from error
    file_name('{}: proof.reference.image'.format(spec.name), reference.image)
    return reference


def landmark_differences(reference: LandmarkReference, found: Landmarks) -> List[str]:
    """Return in words where `found` differs from the reference, face by face; an empty list is a pass."""
    expected = reference.landmarks
    sides = (reference.boxes[:, 2:] - reference.boxes[:, :2]).max(axis=1)
    words = []
    for row in range(len(expected)):
        for column, name in enumerate(expected.names):
            point, score = found.points[row, column], found.scores[row, column]
            distance = float(np.linalg.norm(point - expected.points[row, column]))
            # Not "greater": a point that is no number is different, too.
            if not distance <= reference.distance_tolerance * sides[row]:
                words.append('{} of face {} at {}, expected {}'.format(
                    name, row + 1, _place(point), _place(expected.points[row, column])))
            elif not abs(score - expected.scores[row, column]) <= reference.score_tolerance:
                words.append('{} of face {}: score {:.4f} instead of {:.4f}, the tolerance is {:g}'.format(
                    name, row + 1, score, expected.scores[row, column], reference.score_tolerance))
    return words


def _place(point: np.ndarray) -> str:
    return ' '.join('{:.1f}'.format(value) for value in point)
