# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A json with four points a face, as of Caltech 10k WebFaces: eye on the left, eye on the right, nose, mouth."""
import json
import pathlib

import numpy as np

from ...data.structure import DataError
from ..faces import Face, make_face

ORDER = ['left_eye_in_image', 'right_eye_in_image', 'nose', 'mouth_center']


def read_four_points(path: pathlib.Path) -> list[Face]:
    """Return the faces of {"order": [...], "images": {file name: [[x, y] * 4, ...]}}; names are relative to its folder.

    The pictures must not be mirrored: the eye on the left is taken for the right one. Raises DataError.
    """
    content = json.loads(path.read_text(encoding='utf-8'))
    if not isinstance(content, dict) or content.get('order') != ORDER or not isinstance(content.get('images'), dict):
        raise DataError(f'{path}: expected "order": {ORDER} and "images" with the points of each file')
    faces = []
    for name, rows in content['images'].items():
        for row in rows:
            points = np.asarray(row, np.float64)
            if points.shape != (8,) or not np.isfinite(points).all():
                raise DataError(f'{path}: {name} has the points {row!r}, expected eight numbers')
            faces.append(make_face(path.parent / name, points.reshape(4, 2), group=name, source=path.stem))
    return faces
