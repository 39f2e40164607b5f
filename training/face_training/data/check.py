# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Open every picture and every box of a COCO json and name what is wrong.

What training can live with is called a warning: it is skipped or clipped there.  What would train the
wrong thing, or stop training, is called a fault.
"""
import collections
import hashlib
import io
import math
import os
import pathlib
import typing
from typing import Any

import PIL.Image

from face_perception.core.decoding import PictureError, decode_picture
from face_perception.media.formats import PICTURE_SUFFIXES

from .structure import DataError, load_json

SMALLEST_SIDE = 2            # pixels; a picture or a box below this cannot be a face


class Finding(typing.NamedTuple):
    """One thing that is wrong."""

    severity: str                # 'fault' or 'warning'
    place: str                   # 'image NAME' or 'annotation ID' or 'file NAME'
    what: str                    # a sentence without a full stop

    def __str__(self) -> str:
        return f'{self.severity}: {self.place}: {self.what}'


def check(path: str | pathlib.Path) -> list[Finding]:
    """Return the Findings of a COCO json, in the order of the file; empty when all is well."""
    path = pathlib.Path(path)
    try:
        content = load_json(path)
    except DataError as error:
        return [Finding('fault', f'file {path.name}', str(error).partition(f'{path}: ')[2] or str(error))]
    labelled = {entry['image_id'] for entry in content['annotations']}
    findings, sizes = check_images(path.parent, content['images'], labelled)
    return findings + check_annotations(content['annotations'], content['categories'], sizes)


def check_images(folder: pathlib.Path, images: list[dict[str, Any]],
                 labelled: set[Any]) -> tuple[list[Finding], dict[Any, Any]]:
    """Return (findings, {image id: (width, height) as decoded, or None}) of the image entries; labelled: ids with boxes."""
    findings: list[Finding] = []
    sizes: dict[Any, Any] = {}
    seen: dict[str, Any] = {}
    listed = set()
    for entry in images:
        name = entry['file_name']
        place = f'image {name}'
        if entry.get('id') in sizes:
            findings.append(Finding('fault', place, f'the image id {entry.get("id")} is used twice'))
            continue
        listed.add(os.path.abspath(folder / name))      # an absolute name stays as it is
        sizes[entry['id']], more = check_picture(folder / name, entry, seen, entry['id'] in labelled)
        findings += [Finding(severity, place, what) for severity, what in more]
    for unlisted in sorted(path for d in {os.path.dirname(name) for name in listed} if os.path.isdir(d)
                           for path in pathlib.Path(d).iterdir()
                           if path.suffix.lower() in PICTURE_SUFFIXES and str(path) not in listed):
        findings.append(Finding('warning', f'file {os.path.relpath(unlisted, folder)}', 'is not listed'))
    return findings, sizes


def check_picture(path: pathlib.Path, entry: dict[str, Any], seen: dict[str, Any],
                  labelled: bool) -> tuple[tuple[int, int] | None, list[tuple[str, str]]]:
    """Return (size as decoded or None, [(severity, what)]) of one file; `seen` maps digests to names."""
    if not path.is_file():
        return None, [('fault', 'the file does not exist')]
    content = path.read_bytes()
    if not content:
        return None, [('fault', 'the file is empty')]
    try:
        image = decode_picture(content)
    except PictureError as error:
        return None, [('fault', str(error))]
    found = []
    kind = KINDS.get(path.suffix.lower())
    real = picture_kind(content)
    if kind and real and real != kind:
        found.append(('warning', f'is a {real.upper()}, its name says otherwise'))
    turned = orientation(content)
    if labelled and turned != 1:
        found.append(('warning', f'is turned by its EXIF orientation {turned}: boxes must be those of the upright picture, '
                      'as viewers show it'))
    height, width = image.shape[:2]
    if (entry.get('width'), entry.get('height')) != (width, height):
        found.append(('fault', f'is {width}x{height}, the json says {entry.get("width")}x{entry.get("height")}'))
    if min(width, height) < SMALLEST_SIDE:
        found.append(('fault', f'is only {width}x{height} pixels'))
    digest = hashlib.sha256(content).hexdigest()
    if digest in seen:
        found.append(('warning', f'is byte for byte the same as {seen[digest]}'))
    seen.setdefault(digest, entry.get('file_name'))
    return (width, height), found


KINDS = {'.jpg': 'jpeg', '.jpeg': 'jpeg', '.png': 'png', '.webp': 'webp'}


def picture_kind(content: bytes) -> str | None:
    """Return 'jpeg', 'png', 'webp' or None by the first bytes of a file."""
    if content.startswith(b'\xff\xd8\xff'):
        return 'jpeg'
    if content.startswith(b'RIFF') and content[8:12] == b'WEBP':
        return 'webp'
    return 'png' if content.startswith(b'\x89PNG\r\n\x1a\n') else None


def orientation(file: bytes | pathlib.Path) -> int:
    """Return the EXIF orientation of a picture, its content or path; 1 (upright) where there is none."""
    try:
        with PIL.Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
            return int(image.getexif().get(0x0112, 1))
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return 1            # decode_picture has judged it already


def check_annotations(annotations: list[dict[str, Any]], categories: list[dict[str, Any]],
                      sizes: dict[Any, Any]) -> list[Finding]:
    """Return the findings of the annotation entries; `sizes` as check_images returns them."""
    findings: list[Finding] = []
    ids: set[Any] = set()
    boxes: collections.Counter[Any] = collections.Counter()
    known = {category.get('id') for category in categories}
    for entry in annotations:
        place = f'annotation {entry.get("id")}'
        if entry.get('id') in ids:
            findings.append(Finding('fault', place, 'the id is used twice'))
        ids.add(entry.get('id'))
        if entry.get('category_id') not in known:
            findings.append(Finding('fault', place, f'the category {entry.get("category_id")} is unknown'))
        if entry.get('image_id') not in sizes:
            findings.append(Finding('fault', place, f'the image {entry.get("image_id")} is not listed'))
            continue
        for severity, what in check_box(entry.get('bbox'), sizes[entry['image_id']]):
            findings.append(Finding(severity, place, what))
        key = (entry['image_id'], str(entry.get('bbox')), bool(entry.get('iscrowd')))
        boxes[key] += 1
        if boxes[key] == 2:
            findings.append(Finding('warning', place, 'the same box stands there already'))
    return findings


def check_box(box: Any, size: Any) -> list[tuple[str, str]]:
    """Return [(severity, what)] of a box [left, top, width, height]; size: (width, height) or None."""
    if not isinstance(box, list) or len(box) != 4:
        return [('fault', f'expected a bbox of four numbers, got {box!r}')]
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in box):
        return [('fault', f'the bbox holds something else than numbers: {box!r}')]
    if not all(math.isfinite(v) for v in box):
        return [('fault', f'the bbox is not finite: {box!r}')]
    left, top, width, height = box
    if width <= 0 or height <= 0:
        return [('fault', f'the bbox has no area: {width} wide, {height} high')]
    if size is None:
        return []
    if left >= size[0] or top >= size[1] or left + width <= 0 or top + height <= 0:
        return [('fault', 'the bbox lies outside the picture')]
    found = []
    if min(width, height) < SMALLEST_SIDE:
        found.append(('warning', f'the bbox is only {width:g}x{height:g} pixels'))
    if left < -1 or top < -1 or left + width > size[0] + 1 or top + height > size[1] + 1:
        found.append(('warning', 'the bbox reaches out of the picture'))
    if width >= size[0] and height >= size[1]:
        found.append(('warning', 'the bbox covers the whole picture'))
    return found
