# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The folder that a crawl fills: each motif once, every address accounted for."""
import dataclasses
import datetime
import hashlib
import io
import os
import pathlib
from typing import NamedTuple

import imagehash
import numpy as np
import PIL.Image

from face_perception.core.decoding import PictureError, decode_picture
from face_perception.media.formats import MediaError, is_picture_name
from face_perception.media.images import read_image

from .download import Download
from .limits import Limits, Refused
from .provenance import DUPLICATE, FAILED, REFUSED, SAVED, Provenance, Row

PICTURES = 'pictures'
PROVENANCE = 'provenance.csv'
SUFFIXES = {'JPEG': '.jpg', 'MPO': '.jpg', 'PNG': '.png', 'WEBP': '.webp', 'BMP': '.bmp', 'TIFF': '.tif'}


class Looked(NamedTuple):
    """What the bytes of a download are."""

    suffix: str                  # of what they really are
    width: int                   # pixels, upright
    height: int
    sha256: str
    phash: str                   # see Row


def look(body: bytes, limits: Limits) -> Looked:
    """Decode a download; raise Refused where it is no whole picture of a size that faces can be seen in."""
    try:
        image = decode_picture(body)
        with PIL.Image.open(io.BytesIO(body)) as opened:
            kind = str(opened.format)
    except (PictureError, OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise Refused(str(error)) from error
    if kind not in SUFFIXES:
        raise Refused(f'is a {kind}, expected one of {", ".join(SUFFIXES)}')
    height, width = image.shape[:2]
    if min(width, height) < limits.smallest_side:
        raise Refused(f'is only {width}x{height} pixels, the smaller side must have {limits.smallest_side}')
    return Looked(SUFFIXES[kind], width, height, hashlib.sha256(body).hexdigest(), phash_of(image))


def phash_of(image: np.ndarray) -> str:
    """Return the pHash (Zauner 2010, section 3.2.1) of a picture (height, width, 3) uint8 BGR, as in Row."""
    return str(imagehash.phash(PIL.Image.fromarray(image[:, :, ::-1])))


class Album:
    """Pictures in a folder, and where they come from."""

    def __init__(self, folder: pathlib.Path, limits: Limits) -> None:
        """Make the folder where needed, and look at what is there already.

        Raises:
            ValueError, OSError: the folder cannot be used.
        """
        self._limits = limits
        self.pictures = folder / PICTURES
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.provenance = Provenance(folder / PROVENANCE)
        # Also of pictures that somebody threw out since: they do not come back under another address.
        self._hashes = {row.file: int(row.phash, 16) for row in self.provenance.rows.values() if row.status == SAVED}
        for path in sorted(self.pictures.iterdir()):
            if is_picture_name(path.name) and path.name not in self._hashes:
                try:
                    self._hashes[path.name] = int(phash_of(read_image(str(path))), 16)
                except MediaError:
                    continue     # somebody else's, and none to compare with

    def add(self, url: str, loaded: Download, looked: Looked) -> Row:
        """Save a picture, unless one of the same motif is there; return what was written down."""
        name = f'{looked.sha256[:16]}{looked.suffix}'
        row = Row(url, SAVED, now(), final_url=loaded.url, file=name, width=str(looked.width), height=str(looked.height),
                  bytes=str(len(loaded.body)), content_type=loaded.content_type, sha256=looked.sha256, phash=looked.phash)
        bits = int(looked.phash, 16)
        # The same bytes without a row: a run was killed between the two.
        if name not in self._hashes or any(each.file == name for each in self.provenance.rows.values()):
            differing, nearest = min((((bits ^ other).bit_count(), each) for each, other in self._hashes.items()),
                                     default=(65, ''))
            if differing <= self._limits.duplicate_bits:
                row = dataclasses.replace(row, status=DUPLICATE, file=nearest,
                                          why=f'{differing} of 64 bits differ from {nearest}')
        if row.status == SAVED:
            part = self.pictures / f'.{name}.part'
            part.write_bytes(loaded.body)
            os.replace(part, self.pictures / name)
            self._hashes[name] = bits
        self.provenance.add(row)
        return row

    def refuse(self, url: str, why: str) -> Row:
        """Write down that an address gives no picture."""
        return self._note(Row(url, REFUSED, now(), why))

    def fail(self, url: str, why: str) -> Row:
        """Write down that an address gave nothing this time."""
        return self._note(Row(url, FAILED, now(), why))

    def _note(self, row: Row) -> Row:
        self.provenance.add(row)
        return row


def now() -> str:
    """Return the time as Row has it."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='seconds')
