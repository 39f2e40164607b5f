# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which faces are used, and for what: the filters and the split."""
import collections
import hashlib
import logging
from collections.abc import Sequence

import numpy as np

from .config import Data
from .faces import MOUTH, Face
from .readers import read_faces

_log = logging.getLogger(__name__)
PARTS = ('train', 'choose', 'test')


def chosen_faces(settings: Data) -> list[Face]:
    """Return the faces of data.train that pass the filters of the config, in the order of the files."""
    faces = [face for path in settings.train for face in keep(read_faces(path), settings)]
    return faces[::max(1, len(faces) // settings.limit)][:settings.limit] if settings.limit else faces


def keep(faces: Sequence[Face], settings: Data) -> list[Face]:
    """Return the faces that pass: alone in their picture, with all points, large enough."""
    count = collections.Counter(face.path for face in faces)
    kept = [face for face in faces
            if not (settings.one_face and count[face.path] > 1)
            and not (settings.all_points and not (face.labelled[:3].all() and face.labelled[MOUTH]))
            and face.eye_distance >= settings.smallest_eye_distance]
    if len(kept) < len(faces):
        _log.info('%d of %d faces are left out', len(faces) - len(kept), len(faces))
    return kept


def split(faces: Sequence[Face], shares: Sequence[float], seed: int) -> dict[str, list[Face]]:
    """Return the faces by PARTS; a group lies on one side, whatever else is in the files."""
    bounds = np.cumsum(shares)
    parts: dict[str, list[Face]] = {name: [] for name in PARTS}
    for face in faces:
        digest = hashlib.sha256(f'{seed} {face.group}'.encode()).digest()
        place = int.from_bytes(digest[:8], 'big') / 2 ** 64
        parts[PARTS[min(int(np.searchsorted(bounds, place, side='right')), 2)]].append(face)
    return parts
