# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The text files of MTFL (Zhang et al. 2014), which hold faces of AFLW, LFW and the web."""
import pathlib

import numpy as np

from ...data.structure import DataError
from ..faces import Face, make_face


def read_mtfl(path: pathlib.Path) -> list[Face]:
    """Return the faces of lines `file x1 .. x5 y1 .. y5 gender smile glasses pose`; raises DataError.

    The points are those of ROWS, as the eye and the corner on the left of the picture are the subject's right ones.
    Windows separators are taken; the attributes may be missing, and a blank line ends nothing.
    """
    faces = []
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            values = [float(word) for word in words[1:]]
        except ValueError:
            values = []
        if len(values) not in (10, 14) or not np.isfinite(values).all():
            raise DataError(f'{path}: line {number}: expected a file, five x, five y and at most four attributes, '
                            f'got {line!r}')
        points = np.array(values[:10]).reshape(2, 5).T
        name = words[0].replace('\\', '/')
        pose = int(values[13]) if len(values) == 14 and values[13] in (1, 2, 3, 4, 5) else 0
        faces.append(make_face(path.parent / name, points, group=name, source=path.stem, pose=pose))
    return faces
