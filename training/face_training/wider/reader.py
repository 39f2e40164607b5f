# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the files of WIDER FACE: the list of faces (txt) and the easy, medium and hard sets (mat).

Pictures are named EVENT/FILE.jpg, as in the txt. Boxes are corners x1 y1 x2 y2, pixels of the picture.
"""
import pathlib
from typing import Any, NamedTuple

import numpy as np
from scipy.io import loadmat  # type: ignore[import-untyped]

from ..data.structure import DataError

ATTRIBUTES = ('blur', 'expression', 'illumination', 'invalid', 'occlusion', 'pose')
COLUMNS = 4 + len(ATTRIBUTES)        # x y width height and ATTRIBUTES
LISTS = ('event_list', 'file_list', 'gt_list')


class Annotation(NamedTuple):
    """What the txt says of one picture."""

    boxes: np.ndarray            # (N, 4) float64
    attributes: np.ndarray       # (N, 6) int64, columns as ATTRIBUTES


class Faces(NamedTuple):
    """The faces of one picture, as one of the sets sees them."""

    boxes: np.ndarray            # (N, 4) float64, all faces of the picture
    counted: np.ndarray          # (N,) bool, those of the set; the others are ignored


def read_annotations(path: str | pathlib.Path) -> dict[str, Annotation]:
    """Read a list such as wider_face_val_bbx_gt.txt.

    For each picture it has a line with the name, a line with the number of faces and a line for each of them:
    x y width height and ATTRIBUTES. A picture without faces has one line of zeros.

    Args:
        path: the txt file.

    Returns:
        {picture: Annotation} in the order of the file.

    Raises:
        DataError: there is no such file, or a line is not what it should be.
    """
    path = pathlib.Path(path)
    try:
        lines = path.read_text(encoding='utf-8').splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f'{path} cannot be read: {error}') from error
    found: dict[str, Annotation] = {}
    place = 0
    while place < len(lines):
        name = lines[place].strip()
        if not name:                 # at the end of the file
            place += 1
            continue
        if not name.lower().endswith('.jpg'):
            raise DataError(f'{path}:{place + 1}: expected the name of a picture, got {name!r}')
        if name in found:
            raise DataError(f'{path}:{place + 1}: {name} is listed twice')
        count = whole_numbers(path, lines, place + 1, 1)[0]
        first = place + 2
        place = first + count
        rows = np.array([whole_numbers(path, lines, line, COLUMNS) for line in range(first, place)],
                        np.int64).reshape(-1, COLUMNS)
        if not count and first < len(lines) and set(lines[first].split()) == {'0'}:
            place += 1               # some copies lack this line
        found[name] = Annotation(corners(rows[:, :4]), rows[:, 4:])
    return found


def whole_numbers(path: pathlib.Path, lines: list[str], line: int, count: int) -> list[int]:
    """Return the numbers of a line (0 is the first); raise DataError where there are others than `count`."""
    text = lines[line] if line < len(lines) else 'the end of the file'
    words = text.split()
    if len(words) != count or not all(word.removeprefix('-').isdecimal() for word in words):
        raise DataError(f'{path}:{line + 1}: expected {count} whole number{"s" * (count > 1)}, got {text!r}')
    numbers = [int(word) for word in words]
    if count == 1 and numbers[0] < 0:
        raise DataError(f'{path}:{line + 1}: expected a number of faces, got {text!r}')
    return numbers


def corners(boxes: np.ndarray) -> np.ndarray:
    """Return left, top, width, height as corners, float64."""
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    return np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def read_set(path: str | pathlib.Path, annotations: dict[str, Annotation]) -> dict[str, Faces]:
    """Read a set such as wider_easy_val.mat.

    Its gt_list holds the numbers (from 1) of those faces of a picture that count. The faces themselves are those of its
    face_bbx_list, as in the toolbox of WIDER FACE, or of the txt where it has no such list.

    Args:
        path: the mat file.
        annotations: of the txt, see `read_annotations`.

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
