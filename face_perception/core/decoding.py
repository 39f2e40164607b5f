# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Coded pictures -> pixels: the one decoder and the one judgement for files, cameras and messages."""

import os
import re
import tempfile
import threading
from typing import List, Optional, Tuple

import cv2
import numpy as np

from face_perception.core.jpeg_damage import MARKER, has_filled_part
from face_perception.core.picture_size import picture_size

MAX_MEGAPIXELS = 100.0      # of a picture; a file of 3 MB may hold 900
# What libjpeg writes to stderr when it fills what it could not read.
_DAMAGE = re.compile(br'(Corrupt JPEG data|Premature end of JPEG|Invalid SOS|Inconsistent progression)[^\n]*\n?')
# Of a picture that has more than it needs before a marker: a restart, or its end.
_EXTRA = re.compile('([0-9]{1,9}) extraneous bytes before marker 0xd([0-79])')
_HARMLESS = 8       # such bytes; the decoder counts without what it has read ahead
_lock = threading.Lock()


class PictureError(ValueError):
    """A coded picture that gives no pixels, or not the whole picture; the message says why."""


def decode_picture(data: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> np.ndarray:
    """Return the (first) picture of a coded file: (height, width, 3) uint8 BGR, upright as EXIF says.

    Raises:
        PictureError: empty, cut off, damaged, too large, or nothing that OpenCV reads.
    """
    _check(data, max_megapixels)
    image, damage = _decode(data)
    extra = _EXTRA.search(damage)
    if extra is not None and extra.group(2) == '9':
        # Some cameras fill their buffers with zeros before the end marker.
        place, count = _jpeg_end(data) - 2, int(extra.group(1))
        if data[place - count:place] == bytes(count):
            image, damage = _decode(data[:place - count] + data[place:])
    if image is None:
        raise PictureError('not an image that OpenCV can read, or a broken one')
    if damage:
        raise PictureError('the picture is damaged ({})'.format(damage))
    return to_eight_bits(image)


def _decode(data: bytes) -> Tuple[Optional[np.ndarray], str]:
    """Return (what OpenCV reads, which damage libjpeg names)."""
    with _StderrOfJpeg(data) as damage:
        try:
            image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
        except cv2.error as error:      # for example more pixels than OpenCV allows
            raise PictureError(' '.join(str(error).split()))
    return image, damage.found


def decode_pictures(data: bytes, max_megapixels: float = MAX_MEGAPIXELS) -> List[np.ndarray]:
    """Return all pictures of a coded file, such as the pages of a TIFF; see `decode_picture`."""
    if not _may_hold_several(data) or not hasattr(cv2, 'imdecodemulti'):
        return [decode_picture(data, max_megapixels)]
    _check(data, max_megapixels)
    try:
        read, pages = cv2.imdecodemulti(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    except cv2.error as error:
        raise PictureError(' '.join(str(error).split()))
    if not read or len(pages) < 2:
        return [decode_picture(data, max_megapixels)]
    return [to_eight_bits(page) for page in pages]


def to_eight_bits(image: np.ndarray) -> np.ndarray:
    """Return pixels as uint8, whatever range they are in.

    16-bit values: sensors of 10, 12 and 14 bits leave the upper bits empty, and the highest value tells which.
    Floating point: 0..1 where nothing is above 1, else 0..255 or what the highest value is; not-a-number is 0.
    """
    if image.dtype == np.uint8:
        return image
    if image.dtype == np.uint16:
        highest = int(image.max()) if image.size else 0
        bits = next((bits for bits in (10, 12, 14) if highest < 1 << bits), 16)
        if highest < 256:
            bits = 8        # 8 bits in words of 16
        return np.right_shift(image, bits - 8).astype(np.uint8)
    numbers = np.nan_to_num(image.astype(np.float32), copy=True)
    highest_number = float(numbers.max()) if numbers.size else 0.0
    scale = 255.0 if highest_number <= 1 else 1.0 if highest_number <= 255 else 255.0 / highest_number
    return np.clip(np.rint(numbers * scale), 0, 255).astype(np.uint8)


def whole_jpeg(data: bytes) -> bytes:
    """Return a JPEG without what follows it in a buffer; b'' where it has no end."""
    end = _jpeg_end(data) if data.startswith(b'\xff\xd8') else 0
    return data[:end]


def is_cut_off(data: bytes) -> bool:
    """Tell a JPEG or PNG without its end: OpenCV may fill what is lost with grey, without a word."""
    if data.startswith(b'\xff\xd8'):
        return not _jpeg_end(data)
    return data.startswith(b'\x89PNG') and b'IEND' not in data


def _check(data: bytes, max_megapixels: float) -> None:
    if not data:
        raise PictureError('the file is empty')
    if is_cut_off(data):
        raise PictureError('the file is cut off')
    if data.startswith(b'\xff\xd8') and has_filled_part(data):
        raise PictureError('the picture is damaged (part of its data is one and the same byte)')
    if data[4:12] in (b'ftypheic', b'ftypheix', b'ftypmif1', b'ftyphevc'):
        raise PictureError('a HEIC picture, which OpenCV does not read; convert it to JPEG or PNG')
    size = picture_size(data)
    if size is not None and size[0] * size[1] > 1e6 * max_megapixels:
        raise PictureError('the picture has {} x {} pixels, more than the limit of {:g} megapixels'.format(
            size[0], size[1], max_megapixels))


def _may_hold_several(data: bytes) -> bool:
    return (data[:4] in (b'II*\0', b'MM\0*') or (data[8:12] == b'WEBP' and b'ANIM' in data[:64])
            or (data.startswith(b'\x89PNG') and b'acTL' in data[:128]) or data[4:12] == b'ftypavis')


def _jpeg_end(data: bytes) -> int:
    """Return the place behind the end marker that follows a scan of a JPEG (ITU-T T.81, annex B), 0 without one.

    Its segments are walked, because these bytes may also stand in the thumbnail of a segment before the
    picture and in what comes after it, such as the film of a motion photo.
    """
    place, scans = 2, 0
    while True:
        marker = MARKER.search(data, place)
        if marker is None:
            return 0
        code = data[marker.start() + 1]
        if code == 0xd9:
            return marker.end() if scans else 0
        scans += code == 0xda
        # The others begin with their length; the search passes over the coded picture behind a start of scan.
        place = marker.end() + int.from_bytes(data[marker.end():marker.end() + 2], 'big')


def _is_harmless(damage: str) -> bool:
    """Tell whether a decoder found its place again at a marker after a few bytes, as with many live webcams."""
    extra = _EXTRA.search(damage)
    return extra is not None and int(extra.group(1)) <= _HARMLESS


class _StderrOfJpeg:
    """Holds stderr while a JPEG is decoded: libjpeg says there, and nowhere else, that data was damaged.

    What anybody else writes meanwhile is passed on. Other formats are left alone.
    """

    def __init__(self, data: bytes) -> None:
        self._wanted = data.startswith(b'\xff\xd8')
        self.found = ''

    def __enter__(self) -> '_StderrOfJpeg':
        if self._wanted:
            _lock.acquire()
            try:
                self._kept = os.dup(2)
                self._held = tempfile.TemporaryFile()
                os.dup2(self._held.fileno(), 2)
            except OSError:             # no stderr, or no room for a file: no judgement either
                self._wanted = False
                _lock.release()
        return self

    def __exit__(self, *exception: object) -> None:
        if not self._wanted:
            return
        try:
            os.dup2(self._kept, 2)
            os.close(self._kept)
            self._held.seek(0)
            written = self._held.read()
            self._held.close()
        finally:
            _lock.release()
        if written:
            texts = (damage.group(0).decode('ascii', 'replace').strip() for damage in _DAMAGE.finditer(written))
            self.found = next((text for text in texts if not _is_harmless(text)), '')
            rest = _DAMAGE.sub(b'', written)
            if rest.strip():
                os.write(2, rest)
