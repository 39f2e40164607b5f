# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One labelled picture as training and evaluation take it, whatever format it came in."""
import dataclasses
import pathlib

import numpy as np

from face_perception.media import images as media
from face_perception.media.formats import MediaError

from .structure import DataError

IGNORE = -1                  # label of a region that is neither rewarded nor punished


@dataclasses.dataclass(frozen=True)
class Sample:
    """One picture and its faces."""

    path: pathlib.Path
    width: int                   # pixels, of the picture turned upright as EXIF says
    height: int
    source: str                  # data set it comes from; '' where the data name none
    boxes: np.ndarray            # (N, 4) float32 corners x1 y1 x2 y2, pixels
    labels: np.ndarray           # (N,) int64: index into the labels asked for, or IGNORE


def read_image(sample: Sample) -> np.ndarray:
    """Return the picture (height, width, 3) uint8 BGR, or raise DataError: not readable, or of another size."""
    try:
        image = media.read_image(str(sample.path))
    except MediaError as error:
        raise DataError(f'{sample.path} cannot be read as an image: {error}; '
                        'run "face-training check" on its data') from error
    if image.shape[:2] != (sample.height, sample.width):
        raise DataError(f'{sample.path} is {image.shape[1]}x{image.shape[0]}, the data say {sample.width}x{sample.height}; '
                        'run "face-training check" on it')
    return image
