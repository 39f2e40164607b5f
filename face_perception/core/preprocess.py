# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Turns an image into the tensor a network takes, and boxes of the network back into source pixels.

Both directions come from the one `Geometry`, so that they cannot drift apart.
"""

from typing import NamedTuple

import numpy as np

from face_perception.core import boxes as box_math


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

    def to_source(self, boxes):
        """Return boxes in 0..1 of the input as source pixels, cut to the source: (N, 4) -> (N, 4) float32."""
        scale = np.array([self.scale_x, self.scale_y] * 2, np.float32)
        offset = np.array([self.offset_x, self.offset_y] * 2, np.float32)
        return box_math.clip(boxes * scale + offset, self.width, self.height)


def preprocess(image, spec, resize):
    """Resize, reorder and normalise an image: tensor value = (pixel - mean) * scale.

    :param image: (height, width, 3) uint8, BGR, any strides; never written to.
    :param spec: InputSpec of the model's contract.
    :param resize: resize(image, width, height) -> image of that size, uint8.
    :return: (1, 3, height, width) float32 in memory order, new at every call (the caller may keep it), and
        the Geometry that leads back.
    :raises ValueError: the image is of another shape or type.
    """
    check_image(image)
    height, width = image.shape[:2]
    placed = _place(width, height, spec)
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
    tensor -= np.array(spec.mean, np.float32).reshape(3, 1, 1)
    tensor *= np.array(spec.scale, np.float32).reshape(3, 1, 1)

    scale_x = width * spec.width / placed.width
    scale_y = height * spec.height / placed.height
    return tensor, Geometry(width=width, height=height, scale_x=scale_x, scale_y=scale_y,
                            offset_x=-placed.left * scale_x / spec.width,
                            offset_y=-placed.top * scale_y / spec.height)


def check_image(image):
    """Raise ValueError, saying what came, unless `image` is (height, width, 3) uint8 and not empty."""
    if not isinstance(image, np.ndarray):
        raise ValueError('expected an image as a numpy array (height, width, 3) uint8 in BGR order, '
                         'got {}'.format(type(image).__name__))
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError('expected an image (height, width, 3) uint8 in BGR order with one pixel at least, '
                         'got an array {} {}'.format(image.shape, image.dtype))


class _Placed(NamedTuple):
    """The rectangle of the network's input that the image covers, input pixels."""

    left: int
    top: int
    width: int
    height: int


def _place(width, height, spec):
    if spec.resize == 'stretch':
        return _Placed(0, 0, spec.width, spec.height)
    ratio = min(spec.width / width, spec.height / height)
    # A line of 1 x 2000 pixels must still leave a pixel.
    covered_width = min(spec.width, max(1, int(round(width * ratio))))
    covered_height = min(spec.height, max(1, int(round(height * ratio))))
    return _Placed((spec.width - covered_width) // 2, (spec.height - covered_height) // 2,
                   covered_width, covered_height)
