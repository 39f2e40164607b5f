# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and writes pictures.

Pictures are read as a viewer shows them: 8 bits a channel, colour, turned upright as EXIF says. Transparency is
left out. Sizes and boxes of a picture are those of the picture as read.
"""

import os
from typing import Any, Callable, List

import cv2
import numpy as np

from face_perception.core.decoding import MAX_MEGAPIXELS, PictureError, decode_picture, decode_pictures
from face_perception.core.files import is_written_into, open_regular
from face_perception.media.formats import MediaError


def read_image(path: str, max_megapixels: float = MAX_MEGAPIXELS) -> np.ndarray:
    """Return the (first) picture of a file: (height, width, 3) uint8 BGR.

    Raises:
        MediaError: there is no such file, it is none that can be read, or it does not hold a whole picture.
    """
    return _read(path, lambda data: decode_picture(data, max_megapixels))


def read_images(path: str, max_megapixels: float = MAX_MEGAPIXELS) -> List[np.ndarray]:
    """Return all pictures of a file, the pages of a TIFF for example; see `read_image`."""
    return _read(path, lambda data: decode_pictures(data, max_megapixels))


def _read(path: str, decode: Callable[[bytes], Any]) -> Any:
    try:
        with open_regular(path) as file:
            data = file.read()
    except OSError as error:
        raise MediaError(error.strerror or str(error))
    try:
        return decode(data)
    except PictureError as error:
        raise MediaError(str(error))


def write_image(path: str, image: np.ndarray) -> None:
    """Write a picture in the format of its suffix, whole or not at all; its folder is made where needed.

    A pipe or device of that name is written into.

    Raises:
        OSError: it cannot be written.
    """
    try:
        written, data = cv2.imencode(os.path.splitext(path)[1], image)
    except cv2.error:           # no such format
        written = False
    if not written:
        raise OSError('OpenCV cannot write {}'.format(path))
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    if is_written_into(path):
        with open(path, 'wb') as file:
            file.write(data.tobytes())
        return
    part = part_of(path)
    try:
        with open(part, 'wb') as file:
            file.write(data.tobytes())
        os.replace(part, path)
    except OSError:
        remove_part(part)
        raise


def part_of(path: str) -> str:
    """Return the name under which a file is written before it is moved to its place."""
    return '{}.{}.part{}'.format(path, os.getpid(), os.path.splitext(path)[1])


def remove_part(part: str) -> None:
    """Remove what a failed writer left, if it left anything."""
    try:
        os.remove(part)
    except OSError:
        pass
