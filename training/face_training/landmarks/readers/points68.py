# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""68 points a face (Multi-PIE's order, as of 300-W and others), reduced to five."""
import csv
import pathlib

import numpy as np

from face_perception.media.formats import PICTURE_SUFFIXES

from ...data.structure import DataError
from ..faces import Face, make_face

# Of each eye its six points, the tip of the nose, both corners of the mouth; counted from 0.
EYE_ON_LEFT, EYE_ON_RIGHT, TIP, CORNER_ON_LEFT, CORNER_ON_RIGHT = slice(36, 42), slice(42, 48), 30, 48, 54
COUNT = 68


def reduce_points(points: np.ndarray) -> np.ndarray:
    """Return (5, 2) of (68, 2): eyes as the mean of their outlines."""
    return np.array([points[EYE_ON_LEFT].mean(0), points[EYE_ON_RIGHT].mean(0), points[TIP], points[CORNER_ON_LEFT],
                     points[CORNER_ON_RIGHT]])


def make_reduced(picture: pathlib.Path, points: np.ndarray, source: str) -> Face:
    """Return the face of 68 points; its box is their bound."""
    box = np.concatenate([points.min(0), points.max(0)])
    return make_face(picture, reduce_points(points), box.tolist(), group=picture.stem, source=source)


def read_pts_folder(folder: pathlib.Path) -> list[Face]:
    """Return the faces of all .pts files of a folder, each beside a picture of its name; raises DataError."""
    faces = []
    for path in sorted(folder.glob('*.pts')):
        pictures = [path.with_suffix(suffix) for suffix in sorted(PICTURE_SUFFIXES) if path.with_suffix(suffix).exists()]
        if not pictures:
            raise DataError(f'{path}: there is no picture of this name beside it')
        faces.append(make_reduced(pictures[0], read_pts(path), folder.name))
    if not faces:
        raise DataError(f'{folder}: holds no .pts file')
    return faces


def read_pts(path: pathlib.Path) -> np.ndarray:
    """Return the points (68, 2) of a .pts file, which counts pixels from 1."""
    _, opening, rest = path.read_text(encoding='utf-8').partition('{')
    body, closing, _ = rest.partition('}')
    try:
        points = np.array(body.split(), np.float64).reshape(-1, 2) - 1
    except ValueError:
        points = np.zeros((0, 2))
    if not opening or not closing or len(points) != COUNT or not np.isfinite(points).all():
        raise DataError(f'{path}: expected {COUNT} lines of x and y between braces')
    return points


def read_csv(path: pathlib.Path) -> list[Face]:
    """Return the faces of a csv with a heading and rows `file, x0, y0, x1, y1, ...` of 68 points; raises DataError.

    Pixels count from 0; file names are relative to the folder of the csv.
    """
    faces = []
    with open(path, newline='', encoding='utf-8') as file:
        for number, row in enumerate(csv.reader(file), 1):
            if number == 1 or not row:
                continue
            try:
                points = np.array(row[1:], np.float64).reshape(-1, 2)
            except ValueError:
                points = np.zeros((0, 2))
            if len(points) != COUNT or not np.isfinite(points).all():
                raise DataError(f'{path}: line {number}: expected a file and {COUNT} pairs of numbers')
            faces.append(make_reduced(path.parent / row[0], points, path.stem))
    return faces
