# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The list of faces of WIDER FACE (Yang et al. 2016), such as wider_face_train_bbx_gt.txt; its protocol reads it here, too.

Pictures are named EVENT/FILE.jpg. Boxes are corners x1 y1 x2 y2, pixels of the picture.
"""
import pathlib
from typing import NamedTuple

import numpy as np

from ..listing import Face, Finding, Listing, Picture
from ..structure import DataError

ATTRIBUTES = ('blur', 'expression', 'illumination', 'invalid', 'occlusion', 'pose')
INVALID = ATTRIBUTES.index('invalid')
COLUMNS = 4 + len(ATTRIBUTES)        # x y width height and ATTRIBUTES
LABEL = 'face'                       # of all of its faces


class Annotation(NamedTuple):
    """What the txt says of one picture."""

    boxes: np.ndarray            # (N, 4) float64
    attributes: np.ndarray       # (N, 6) int64, columns as ATTRIBUTES


def find_list(folder: pathlib.Path, subset: str) -> list[pathlib.Path]:
    """Return the lists of faces below a folder, or that of a subset."""
    return sorted(folder.glob(f'**/wider_face_{subset or "*"}_bbx_gt.txt'))


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a list of WIDER FACE says; faces marked invalid are regions to ignore.

    Args:
        path: the txt, or a folder with one; pictures lie in images/ beside it, or in WIDER_train/images, WIDER_val/images.
        subset: of several lists of a folder: train or val.

    Raises:
        DataError: there is no such file or several, or a line is not what it should be.
    """
    file = path
    if path.is_dir():
        found = find_list(path, subset)
        if len(found) != 1:
            raise DataError(f'{path}: has {len(found) or "no"} lists wider_face_*_bbx_gt.txt; name one file, or its subset')
        file = found[0]
    name = file.stem.removeprefix('wider_face_').removesuffix('_bbx_gt')
    places = [parent / part for parent in (file.parent, file.parent.parent) for part in (f'WIDER_{name}/images', 'images')]
    folder = next((place for place in places if place.is_dir()), file.parent)
    findings: list[Finding] = []
    pictures = []
    for picture, annotation in read_annotations(file).items():
        faces = []
        for number, (corner, attributes) in enumerate(zip(annotation.boxes, annotation.attributes, strict=True), start=1):
            left, top, right, bottom = corner.tolist()
            place = f'image {picture}, face {number}'
            if right <= left or bottom <= top:
                findings.append(Finding('warning', place, 'the bbox has no area, as a few of WIDER FACE; it is left out'))
                continue
            faces.append(Face(place, LABEL, [left, top, right - left, bottom - top], bool(attributes[INVALID])))
        pictures.append(Picture(picture, folder / picture, tuple(faces)))
    if not pictures:
        raise DataError(f'{file}: lists no pictures')
    return Listing(path, pictures, [LABEL], '', findings)


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
