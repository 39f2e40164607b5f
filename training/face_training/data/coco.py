# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Read COCO detection files (Lin et al. 2014, appendix) as samples."""
import collections
import dataclasses
import logging
import pathlib
from collections.abc import Sequence

import numpy as np

from face_perception.media import images as media
from face_perception.media.formats import MediaError

from .check import check_box, orientation
from .structure import DataError, load_json

_log = logging.getLogger(__name__)
HEAD = 65536                 # bytes at the start of a file, in which its orientation stands

__all__ = ['IGNORE', 'DataError', 'Sample', 'read_coco', 'read_image']

IGNORE = -1                  # label of a region that is neither rewarded nor punished


@dataclasses.dataclass(frozen=True)
class Sample:
    """One picture and its faces."""

    path: pathlib.Path
    width: int                   # pixels, as the json says
    height: int
    source: str                  # data set it comes from; '' where the json names none
    boxes: np.ndarray            # (N, 4) float32 corners x1 y1 x2 y2, pixels
    labels: np.ndarray           # (N,) int64: index into the labels asked for, or IGNORE (iscrowd)


def read_coco(path: str | pathlib.Path, labels: Sequence[str], exclude: Sequence[str] = ()) -> list[Sample]:
    """Return the samples of a COCO json; file names are relative to its folder.

    labels: category names in the order that gives them their number; exclude: sources to leave out.
    Warns of labelled pictures that EXIF turns. Raises DataError for a category that is not in `labels`, an
    annotation without its picture, an id that is used twice and a box that check_box calls a fault.
    """
    path = pathlib.Path(path)
    content = load_json(path)
    names = {c['id']: c['name'] for c in content['categories']}
    faces = collections.defaultdict(list)
    sizes = {picture['id']: (picture['width'], picture['height']) for picture in content['images']}
    if len(sizes) < len(content['images']):
        twice = [number for number, count in collections.Counter(p['id'] for p in content['images']).items() if count > 1]
        raise DataError(f'{path}: the image id {twice[0]} is used twice')
    ids = set()
    for entry in content['annotations']:
        if entry['id'] in ids:
            raise DataError(f'{path}: annotation {entry["id"]}: the id is used twice')
        ids.add(entry['id'])
        name = names.get(entry['category_id'])
        if name not in labels:
            raise DataError(f'{path}: annotation {entry["id"]} has category {entry["category_id"]} ({name}); '
                            f'the config names {", ".join(labels)}')
        if entry['image_id'] not in sizes:
            raise DataError(f'{path}: annotation {entry["id"]} belongs to image {entry["image_id"]}, '
                            'which is not listed')
        for severity, what in check_box(entry.get('bbox'), sizes[entry['image_id']]):
            if severity == 'fault':
                raise DataError(f'{path}: annotation {entry["id"]}: {what}')
        left, top, width, height = entry['bbox']
        label = IGNORE if entry.get('iscrowd') else labels.index(name)
        faces[entry['image_id']].append((left, top, left + width, top + height, label))
    samples = []
    for picture in content['images']:
        source = picture.get('source', '')
        if source in exclude:
            continue
        rows = np.array(faces.get(picture['id'], []), np.float64).reshape(-1, 5)
        samples.append(Sample(path.parent / picture['file_name'], picture['width'], picture['height'], source,
                              rows[:, :4].astype(np.float32), rows[:, 4].astype(np.int64)))
    warn_of_turned(path, samples)
    return samples


def warn_of_turned(path: pathlib.Path, samples: Sequence[Sample]) -> None:
    """Say how many labelled pictures EXIF turns: boxes of a tool that does not know EXIF lie elsewhere in them."""
    turned = []
    for sample in samples:
        if len(sample.boxes):
            try:
                with sample.path.open('rb') as file:
                    head = file.read(HEAD)
            except OSError:
                continue        # read_image says it
            if (b'Exif' in head or b'EXIF' in head or b'eXIf' in head) and orientation(sample.path) != 1:
                turned.append(sample.path)
    if turned:
        _log.warning('%s: %d labelled pictures are turned by EXIF, %s among them: boxes must be those of the upright '
                     'picture, as viewers show it; "face-training check" names each', path, len(turned), turned[0].name)


def read_image(sample: Sample) -> np.ndarray:
    """Return the picture (height, width, 3) uint8 BGR, or raise DataError: not readable, or of another size."""
    try:
        image = media.read_image(str(sample.path))
    except MediaError as error:
        raise DataError(f'{sample.path} cannot be read as an image: {error}; '
                        'run "face-training check" on its json') from error
    if image.shape[:2] != (sample.height, sample.width):
        raise DataError(f'{sample.path} is {image.shape[1]}x{image.shape[0]}, the json says {sample.width}x{sample.height}; '
                        'run "face-training check" on it')
    return image
