# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the easy, medium and hard sets of WIDER FACE (mat); its list of faces (txt) is read in data/readers/wider.py.

Pictures are named EVENT/FILE.jpg, as in the txt. Boxes are corners x1 y1 x2 y2, pixels of the picture.
"""
import pathlib
from typing import Any, NamedTuple

import numpy as np
from scipy.io import loadmat  # type: ignore[import-untyped]

from ..data.readers.wider import Annotation, corners
from ..data.structure import DataError

LISTS = ('event_list', 'file_list', 'gt_list')


class Faces(NamedTuple):
    """The faces of one picture, as one of the sets sees them."""

    boxes: np.ndarray            # (N, 4) float64, all faces of the picture
    counted: np.ndarray          # (N,) bool, those of the set; the others are ignored


def read_set(path: str | pathlib.Path, annotations: dict[str, Annotation]) -> dict[str, Faces]:
    """Read a set such as wider_easy_val.mat.

    Its gt_list holds the numbers (from 1) of those faces of a picture that count. The faces themselves are those of its
    face_bbx_list, as in the toolbox of WIDER FACE, or of the txt where it has no such list.

    Args:
        path: the mat file.
        annotations: of the txt, see `data.readers.wider.read_annotations`.

    Returns:
        {picture: Faces} in the order of the file.

    Raises:
        DataError: there is no such file, it lacks a list, or it does not fit the txt.
    """
    try:
        content = loadmat(str(path))
    except (OSError, ValueError, NotImplementedError, TypeError) as error:
        raise DataError(f'{path} cannot be read as a mat file: {error}') from error
    missing = [name for name in LISTS if name not in content]
    if missing:
        raise DataError(f'{path} has no {", ".join(missing)}: expected a list of faces such as wider_easy_val.mat')
    boxes_of = cells(content['face_bbx_list']) if 'face_bbx_list' in content else None
    found: dict[str, Faces] = {}
    events = [cells(content[name]) for name in LISTS]
    for event, (event_name, files, sets) in enumerate(zip(*events)):
        if len({len(part) for part in events}) > 1 or len(cells(files)) != len(cells(sets)):
            raise DataError(f'{path}: {", ".join(LISTS)} are not of one length')
        for number, (file, chosen) in enumerate(zip(cells(files), cells(sets))):
            name = f'{text_of(event_name)}/{text_of(file)}.jpg'
            if name not in annotations:
                raise DataError(f'{path} lists {name}, the txt does not: expected files of the same release')
            boxes = annotations[name].boxes
            if boxes_of is not None:
                given = corners(cells(boxes_of[event])[number])
                # A picture without faces has a line of zeros there, too.
                given = given if len(boxes) else given[given.any(axis=1)]
                if len(given) != len(boxes):
                    raise DataError(f'{path} has {len(given)} faces of {name}, the txt has {len(boxes)}: '
                                    'expected files of the same release')
                boxes = given
            rows = np.asarray(chosen, np.int64).ravel() - 1
            if len(rows) and not (rows.min() >= 0 and rows.max() < len(boxes)):
                raise DataError(f'{path}: gt_list names the face {rows.max() + 1} of {name}, which has {len(boxes)}')
            found[name] = Faces(boxes, np.isin(np.arange(len(boxes)), rows))
    return found


def cells(array: Any) -> list[Any]:
    """Return the cells of a MATLAB cell array, a row or a column, in order."""
    return list(np.asarray(array, object).ravel())


def text_of(cell: Any) -> str:
    """Return the text in a cell, whether it stands there or in a cell of its own."""
    while isinstance(cell, np.ndarray):
        cell = cell.ravel()[0] if cell.size else ''
    return str(cell)
