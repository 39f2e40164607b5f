# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Turns an image into the tensor a network takes, and boxes of the network back into source pixels.

Both directions come from the one `Geometry`, so that they cannot drift apart.
"""

from typing import NamedTuple, Tuple

import cv2
import numpy as np

from face_perception.core import boxes as box_math

RESIZES = ('stretch', 'letterbox')


class InputSpec(NamedTuple):
    """What a network takes: (N, 3, height, width) float32, each value (pixel - mean) * scale."""

    width: int                           # pixels
    height: int                          # pixels
    colour: str                          # order of the channels, 'rgb' or 'bgr'
    mean: Tuple[float, float, float]     # in that order, unit of a pixel (0..255)
    scale: Tuple[float, float, float]    # in that order
    resize: str                          # 'stretch' to the size, or 'letterbox': keep the aspect, centred
    pad: float                           # pixel value around a letterboxed image, 0..255
    name: str = 'image'                  # of the input tensor


class Geometry(NamedTuple):
    """Where the source image lies in the input of the network.

    source x in pixels = x in 0..1 of the input * scale_x + offset_x; y alike.
    """

    width: int      # of the source image, pixels
    height: int
    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float

    def to_source(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes in 0..1 of the input as source pixels, cut to the source: (N, 4) -> (N, 4) float32."""
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        offset = np.array([self.offset_x, self.offset_y] * 2, np.float32)
        return box_math.clip(boxes * scale + offset, self.width, self.height)


def resize(image: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return the image in a new size: (h, w, 3) uint8 -> (height, width, 3) uint8.

    Averages when it shrinks an axis to half or less, where linear interpolation would skip source pixels.
    """
    averages = shrinks(image.shape[1], image.shape[0], width, height)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if averages else cv2.INTER_LINEAR)


def shrinks(width: int, height: int, new_width: int, new_height: int) -> bool:
    """Tell whether a resize shrinks an axis to half or less, and so averages."""
    return width >= 2 * new_width or height >= 2 * new_height


def preprocess(image: np.ndarray, spec: InputSpec) -> Tuple[np.ndarray, Geometry]:
    """Resize, reorder and normalise an image: tensor value = (pixel - mean) * scale.

    Args:
        image: (height, width, 3) uint8, BGR, any strides; never written to.
        spec: the input of the network.

    Returns:
        (1, 3, height, width) float32 in memory order, new at every call (the caller may keep it), and
        the Geometry that leads back.

    Raises:
        ValueError: the image is of another shape or type.
    """
    check_image(image)
    height, width = image.shape[:2]
    placed, geometry = place(width, height, spec)
    if (width, height) != (placed.width, placed.height):
        image = resize(image, placed.width, placed.height)
    planes = image.transpose(2, 0, 1)
    if spec.colour == 'rgb':
        planes = planes[::-1]

    tensor = np.empty((1, 3, spec.height, spec.width), np.float32)
    if (placed.width, placed.height) != (spec.width, spec.height):
        tensor.fill(spec.pad)
    # One pass reorders and converts; the arithmetic then runs in place over contiguous memory.
    tensor[0, :, placed.top:placed.top + placed.height, placed.left:placed.left + placed.width] = planes
    normalise(tensor, spec)
    return tensor, geometry


def normalise(tensor: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Turn pixels into what the network takes, in place, and return them: (N, 3, height, width) float32."""
    tensor -= np.array(spec.mean, np.float32).reshape(3, 1, 1)
    tensor *= np.array(spec.scale, np.float32).reshape(3, 1, 1)
    return tensor


def check_image(image: object) -> None:
    """Raise ValueError, saying what came, unless `image` is (height, width, 3) uint8 and not empty."""
    if not isinstance(image, np.ndarray):
        raise ValueError('expected an image as a numpy array (height, width, 3) uint8 in BGR order, '
                         'got {}'.format(type(image).__name__))
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError('expected an image (height, width, 3) uint8 in BGR order with one pixel at least, '
                         'got an array {} {}'.format(image.shape, image.dtype))


class Placed(NamedTuple):
    """The rectangle of the network's input that the image covers, input pixels."""

    left: int
    top: int
    width: int
    height: int


def place(width: int, height: int, spec: InputSpec) -> Tuple[Placed, Geometry]:
    """Return where an image of that size comes to lie in the input of the network, and the way back."""
    if spec.resize == 'stretch':
        placed = Placed(0, 0, spec.width, spec.height)
    else:
        ratio = min(spec.width / width, spec.height / height)
        # A line of 1 x 2000 pixels must still leave a pixel.
        covered_width = min(spec.width, max(1, int(round(width * ratio))))
        covered_height = min(spec.height, max(1, int(round(height * ratio))))
        placed = Placed((spec.width - covered_width) // 2, (spec.height - covered_height) // 2,
                        covered_width, covered_height)
    scale_x = width * spec.width / placed.width
    scale_y = height * spec.height / placed.height
    return placed, Geometry(width=width, height=height, scale_x=scale_x, scale_y=scale_y,
                            offset_x=-placed.left * scale_x / spec.width,
                            offset_y=-placed.top * scale_y / spec.height)
