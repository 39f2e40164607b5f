# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and writes pictures.

Pictures are read as a viewer shows them: 8 bits a channel, colour, turned upright as EXIF says. Transparency is
left out. Sizes and boxes of a picture are those of the picture as read.
"""

import os

import cv2
import numpy as np

from face_perception.media.formats import MediaError, is_cut_off


def read_image(path: str) -> np.ndarray:
    """Return the picture of a file: (height, width, 3) uint8 BGR.

    Raises:
        MediaError: there is no such file, or it is empty, cut off, or nothing that OpenCV reads.
    """
    try:
        with open(path, 'rb') as file:
            data = file.read()
    except OSError as error:
        raise MediaError(error.strerror)
    if not data:
        raise MediaError('the file is empty')
    if is_cut_off(data):
        raise MediaError('the file is cut off')
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:  # for example more pixels than OpenCV allows
        raise MediaError(' '.join(str(error).split()))
    if image is None:
        raise MediaError('not an image that OpenCV can read, or a broken one')
    return image


def write_image(path: str, image: np.ndarray) -> None:
    """Write a picture in the format of its suffix, whole or not at all; its folder is made where needed.

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
