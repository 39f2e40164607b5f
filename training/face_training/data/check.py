# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Open every picture and every box of a data set and name what is wrong.

What training can live with is called a warning: it is skipped or clipped there.  What would train the
wrong thing, or stop training, is called a fault.
"""
import collections
import dataclasses
import hashlib
import math
import os
import pathlib
from typing import Any, NamedTuple

from face_perception.core.decoding import PictureError, decode_picture
from face_perception.media.formats import PICTURE_SUFFIXES

from ..config import Source
from .listing import Finding, Listing, Picture, label_findings
from .readers import read_listing, source_of
from .sizes import QUARTER_TURNS, orientation
from .structure import DataError

SMALLEST_SIDE = 2            # pixels; a picture or a box below this cannot be a face

__all__ = ['Finding', 'Judgement', 'check', 'check_box', 'judge']


class Judgement(NamedTuple):
    """What is wrong with a Listing, and what is left of it."""

    findings: list[Finding]
    good: list[Picture]          # without a fault of their own or of their faces, sizes as decoded


def check(data: str | pathlib.Path | Source) -> list[Finding]:
    """Return the Findings of a data set of any format; empty when all is well."""
    try:
        return judge(read_listing(data)).findings
    except DataError as error:
        path = pathlib.Path(source_of(data).path)
        return [Finding('fault', f'file {path.name}', str(error).partition(f'{path}: ')[2] or str(error))]


def judge(listing: Listing) -> Judgement:
    """Open every picture of a Listing; return its findings, those of the reader first, and the pictures without faults."""
    findings = [*listing.findings, *label_findings(listing)]
    if not listing.pictures and not findings:
        findings.append(Finding('fault', f'file {listing.path.name}', 'lists no pictures'))
    misplaced = {finding.place for finding in findings if finding.severity == 'fault'}
    seen: dict[str, str] = {}
    good = []
    for picture in listing.pictures:
        size, found = check_picture(picture, seen)
        own = [Finding(severity, f'image {picture.name}', what) for severity, what in found]
        own += check_faces(picture, size)
        findings += own
        places = {f'image {picture.name}', *(face.place for face in picture.faces)}
        if size and not places & misplaced and not any(finding.severity == 'fault' for finding in own):
            good.append(dataclasses.replace(picture, size=size))
    return Judgement(findings + not_listed(listing), good)


def not_listed(listing: Listing) -> list[Finding]:
    """Return a warning for each picture that lies in a folder of listed ones and is not listed."""
    # An absolute name stays as it is.
    listed = {os.path.abspath(picture.path) for picture in listing.pictures}
    folder = listing.path if listing.path.is_dir() else listing.path.parent
    return [Finding('warning', f'file {os.path.relpath(path, folder)}', 'is not listed')
            for path in sorted(path for place in {os.path.dirname(name) for name in listed} if os.path.isdir(place)
                               for path in pathlib.Path(place).iterdir()
                               if path.suffix.lower() in PICTURE_SUFFIXES and str(path) not in listed)]


def check_picture(picture: Picture, seen: dict[str, str]) -> tuple[tuple[int, int] | None, list[tuple[str, str]]]:
    """Return (size as decoded or None, [(severity, what)]) of one file; `seen` maps digests to names."""
    path = picture.path
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
    if picture.faces and turned != 1:
        found.append(('warning', f'is turned by its EXIF orientation {turned}: boxes must be those of the upright picture, '
                      'as CVAT and viewers show it'))
    height, width = image.shape[:2]
    if picture.size is not None and picture.size != (width, height):
        # The tool that labelled it did not follow EXIF: nobody knows which picture its boxes mean.
        why = ', as it lies in the file before EXIF turns it' * (turned in QUARTER_TURNS and picture.size == (height, width))
        found.append(('fault', f'is {width}x{height}, {picture.said_by} says {picture.size[0]}x{picture.size[1]}{why}'))
    if min(width, height) < SMALLEST_SIDE:
        found.append(('fault', f'is only {width}x{height} pixels'))
    digest = hashlib.sha256(content).hexdigest()
    if digest in seen:
        found.append(('warning', f'is byte for byte the same as {seen[digest]}'))
    seen.setdefault(digest, picture.name)
    return (width, height), found


KINDS = {'.jpg': 'jpeg', '.jpeg': 'jpeg', '.png': 'png', '.webp': 'webp'}


def picture_kind(content: bytes) -> str | None:
    """Return 'jpeg', 'png', 'webp' or None by the first bytes of a file."""
    if content.startswith(b'\xff\xd8\xff'):
        return 'jpeg'
    if content.startswith(b'RIFF') and content[8:12] == b'WEBP':
        return 'webp'
    return 'png' if content.startswith(b'\x89PNG\r\n\x1a\n') else None


def check_faces(picture: Picture, size: tuple[int, int] | None) -> list[Finding]:
    """Return the findings of the boxes of a picture; size: as decoded, or None."""
    findings = []
    boxes: collections.Counter[Any] = collections.Counter()
    for face in picture.faces:
        findings += [Finding(severity, face.place, what) for severity, what in check_box(face.box, size)]
        key = (str(face.box), face.ignore)
        boxes[key] += 1
        if boxes[key] == 2:
            findings.append(Finding('warning', face.place, 'the same box stands there already'))
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
        return [('fault', f'the bbox has no area: {width:g} wide, {height:g} high')]
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
