# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Files with labelled points, one format a file; `read_faces` chooses by what is given."""
import pathlib

from ...data.structure import DataError
from ..faces import Face
from .coco import read_coco_faces
from .four_points import read_four_points
from .mtfl import read_mtfl
from .points68 import read_csv, read_pts_folder

__all__ = ['read_faces']

HOW = 'expected COCO keypoints or four points (.json), MTFL (.txt), 68 points (.csv) or a folder of .pts files'


def read_faces(path: str | pathlib.Path) -> list[Face]:
    """Return the faces of a file or folder; raises DataError, also for formats that are not known."""
    path = pathlib.Path(path)
    if path.is_dir():
        return read_pts_folder(path)
    if not path.is_file():
        raise DataError(f'{path}: no such file; {HOW}')
    if path.suffix == '.json':
        start = path.read_text(encoding='utf-8-sig')[:4096]
        return read_four_points(path) if '"annotations"' not in start and '"order"' in start else read_coco_faces(path)
    readers = {'.txt': read_mtfl, '.csv': read_csv}
    if path.suffix not in readers:
        raise DataError(f'{path}: unknown format; {HOW}')
    return readers[path.suffix](path)
