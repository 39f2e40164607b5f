# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Lists with a face a line: `file x1 y1 x2 y2 label`, corners in pixels.

Picture names and labels may hold spaces. Pictures lie beside the list, or in a folder named as it is: dexter/0001.jpg for
dexter_annotations.txt or dexter.txt.
"""
import pathlib
import re

from ..listing import Face, Finding, Listing, Picture, occurring
from ..structure import DataError
from .files import PictureIndex, read_lines, relative

NUMBER = r'([-+]?\d+(?:\.\d+)?)'
LINE = re.compile(rf'(.+?)\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+{NUMBER}\s+(\S.*)')


def is_list(path: pathlib.Path) -> bool:
    """Tell whether a file is a list: by its first line."""
    return path.suffix.lower() == '.txt' and any(LINE.fullmatch(line) for line in read_lines(path)[:1])


def read(path: pathlib.Path, subset: str = '') -> Listing:
    """Return what a list says; a picture is listed once for each of its faces.

    Raises:
        DataError: there is no such file, or it has no line.
    """
    if subset:
        raise DataError(f'{path}: a list has no subsets')
    findings: list[Finding] = []
    faces: dict[str, list[Face]] = {}
    for number, line in enumerate(read_lines(path), start=1):
        if not line:
            continue
        place = f'{path.name}:{number}'
        match = LINE.fullmatch(line)
        if match is None:
            findings.append(Finding('fault', place, f'expected a file, four numbers and a label, got {line!r}'))
            continue
        left, top, right, bottom = (float(side) for side in match.groups()[1:5])
        faces.setdefault(match[1], []).append(Face(place, match[6], [left, top, right - left, bottom - top]))
    if not faces:
        raise DataError(f'{path}: has no line "file x1 y1 x2 y2 label"')
    pictures = listed_pictures(path, faces)
    return Listing(path, pictures, occurring(pictures), '', findings)


def listed_pictures(path: pathlib.Path, faces: dict[str, list[Face]]) -> list[Picture]:
    """Return the pictures of {name: faces} of a list; they lie in a folder named like it, or beside it."""
    own = path.with_name(path.stem.removesuffix('_annotations'))
    folder = own if own.is_dir() else path.parent
    index = PictureIndex(folder)
    pictures = []
    for name, found in faces.items():
        places = index.find(name)
        place = folder / name if (folder / name).is_file() or len(places) != 1 else places[0]
        pictures.append(Picture(relative(place, path.parent), place, tuple(found)))
    return pictures
