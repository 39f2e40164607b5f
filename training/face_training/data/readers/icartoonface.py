# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The csv of iCartoonFace's detection part (Zheng et al. 2020): `file,x1,y1,x2,y2` of each face, corners in pixels.

The published file has no head; one is passed over. Its labels for scores have more columns, which are not read.
"""
import csv
import pathlib

from ..listing import Face, Finding, Listing
from ..structure import DataError
from .files import number_of, read_lines
from .lists import listed_pictures

LABEL = 'cartoon'            # of all of its faces


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a csv says; pictures lie beside it or in a folder of its name.

    Raises:
        DataError: there is no such file, or it has no row.
    """
    if subset:
        raise DataError(f'{path}: a csv has no subsets')
    findings: list[Finding] = []
    faces: dict[str, list[Face]] = {}
    for number, row in enumerate(csv.reader(read_lines(path)), start=1):
        if not row:
            continue
        sides = [number_of(cell.strip()) for cell in row[1:5]]
        if number == 1 and not any(isinstance(side, float) for side in sides):
            continue
        place = f'{path.name}:{number}'
        if len(sides) < 4 or not all(isinstance(side, float) for side in sides):
            findings.append(Finding('fault', place, f'expected file,x1,y1,x2,y2, got {",".join(row)!r}'))
            continue
        left, top, right, bottom = (float(side) for side in sides if side is not None)
        faces.setdefault(row[0].strip(), []).append(Face(place, LABEL, [left, top, right - left, bottom - top]))
    if not faces:
        raise DataError(f'{path}: has no row file,x1,y1,x2,y2')
    return Listing(path, listed_pictures(path, faces), [LABEL], '', findings)
