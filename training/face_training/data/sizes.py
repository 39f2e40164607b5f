# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Sizes of pictures whose data set does not say them: from the head of the file, turned as EXIF says."""
import io
import pathlib
import warnings

import PIL.Image

ORIENTATION = 0x0112         # of EXIF
QUARTER_TURNS = (5, 6, 7, 8)             # orientations that exchange width and height


def upright_size(path: pathlib.Path) -> tuple[int, int] | None:
    """Return (width, height) of a picture as a viewer shows it, None where it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')          # large pictures: the decoder judges them
            with PIL.Image.open(path) as image:
                width, height = image.size
                turned = image.getexif().get(ORIENTATION, 1) in QUARTER_TURNS
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return None
    return (height, width) if turned else (width, height)


def orientation(file: bytes | pathlib.Path) -> int:
    """Return the EXIF orientation of a picture, its content or path; 1 (upright) where there is none."""
    try:
        with PIL.Image.open(io.BytesIO(file) if isinstance(file, bytes) else file) as image:
            return int(image.getexif().get(ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, PIL.Image.DecompressionBombError):
        return 1            # the decoder judges it
