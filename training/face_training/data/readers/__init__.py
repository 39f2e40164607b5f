# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Data sets of every format as one Listing; a file or folder is recognised by what is in it."""
import dataclasses
import pathlib
from collections.abc import Callable, Mapping

from ...config import Source
from ..listing import Face, Listing
from ..structure import DataError
from . import coco, icartoonface, lists, voc, wider, yolo

__all__ = ['FORMATS', 'read_listing', 'source_of']

FORMATS: dict[str, Callable[[pathlib.Path, str], Listing]] = {
    'coco': coco.read, 'voc': voc.read, 'yolo': yolo.read, 'wider': wider.read, 'icartoonface': icartoonface.read,
    'lists': lists.read}
HOW = 'expected a COCO json, a folder of Pascal VOC, COCO, YOLO or WIDER FACE, a csv of iCartoonFace, or a list ' \
      '"file x1 y1 x2 y2 label"'


def source_of(data: str | pathlib.Path | Source) -> Source:
    """Return an entry of data.train or a path of the command line as a Source."""
    return data if isinstance(data, Source) else Source(str(data))


def read_listing(data: str | pathlib.Path | Source) -> Listing:
    """Return what a data set says; no picture is opened but for its size.

    Raises:
        DataError: there is no such data set, or it cannot be read at all; what is wrong with parts of it is in its findings.
    """
    source = source_of(data)
    path = pathlib.Path(source.path)
    listing = FORMATS[source.format if source.format != 'auto' else recognise(path)](path, source.subset)
    return renamed(listing, source.rename)


def recognise(path: pathlib.Path) -> str:
    """Return the key of FORMATS that a file or folder is in.

    Raises:
        DataError: it is none, or a folder may be several.
    """
    if path.is_dir():
        fitting = {'voc': voc.is_voc(path), 'coco': bool(coco.find_json(path, '')), 'yolo': yolo.is_yolo(path),
                   'wider': bool(wider.find_list(path, ''))}
        found = [name for name, fits in fitting.items() if fits]
        if len(found) > 1:
            raise DataError(f'{path}: may be {" or ".join(found)}; name its file, or the format in the yaml: '
                            f'{{path: {path}, format: {found[0]}}}')
        if not found:
            raise DataError(f'{path}: is a folder without labels that are known; {HOW}')
        return found[0]
    if path.suffix.lower() == '.txt' and path.is_file():
        return 'lists' if lists.is_list(path) else 'wider'
    # The reader of COCO says that there is no such file.
    return 'icartoonface' if path.suffix.lower() == '.csv' else 'coco'


def renamed(listing: Listing, names: Mapping[str, str]) -> Listing:
    """Return a Listing with other labels; '' makes regions to ignore of faces.

    Raises:
        DataError: there is no label that is to be renamed.
    """
    if not names:
        return listing
    known = {*listing.labels, *(face.label for picture in listing.pictures for face in picture.faces)}
    missing = sorted(names.keys() - known)
    if missing:
        raise DataError(f'{listing.path}: there is no label {missing[0]!r} to rename; there are '
                        f'{", ".join(sorted(filter(None, known)))}')

    def with_other_name(face: Face) -> Face:
        other = names.get(face.label, face.label) if face.label is not None else None
        return dataclasses.replace(face, label=other or face.label, ignore=face.ignore or other == '')
    pictures = [dataclasses.replace(picture, faces=tuple(map(with_other_name, picture.faces)))
                for picture in listing.pictures]
    labels = dict.fromkeys(names.get(label, label) for label in listing.labels)
    return dataclasses.replace(listing, pictures=pictures, labels=[label for label in labels if label])
