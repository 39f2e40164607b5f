# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Image encodings of sensor_msgs (image_encodings.hpp) -> (height, width, 3) uint8 BGR, by OpenCV alone."""
from typing import NamedTuple, Optional

import cv2
import numpy as np

from face_perception.core.decoding import to_eight_bits


class Encoding(NamedTuple):
    """How the pixels of an encoding lie in memory.

    channels: of a pixel.  code: OpenCV's conversion to BGR; None where they are BGR already.  depth: bits of a channel.
    rows: (times, by): there are height * times / by rows of `width` values, the rest of them colour.
    even: neighbours share a colour, so that the width (and the height, where `rows` holds more) is even.
    """

    channels: int
    code: Optional[int]
    depth: int = 8
    rows_times: int = 1
    rows_by: int = 1
    even: bool = False


# The byte order flag of a message says nothing about 8-bit channels.
ENCODINGS = {
    'bgr8': Encoding(3, None),
    '8UC3': Encoding(3, None),
    'rgb8': Encoding(3, cv2.COLOR_RGB2BGR),
    'mono8': Encoding(1, cv2.COLOR_GRAY2BGR),
    '8UC1': Encoding(1, cv2.COLOR_GRAY2BGR),
    'bgra8': Encoding(4, cv2.COLOR_BGRA2BGR),
    '8UC4': Encoding(4, cv2.COLOR_BGRA2BGR),
    'rgba8': Encoding(4, cv2.COLOR_RGBA2BGR),
    'bgr16': Encoding(3, None, 16),
    'rgb16': Encoding(3, cv2.COLOR_RGB2BGR, 16),
    'mono16': Encoding(1, cv2.COLOR_GRAY2BGR, 16),
    '16UC1': Encoding(1, cv2.COLOR_GRAY2BGR, 16),
    'bgra16': Encoding(4, cv2.COLOR_BGRA2BGR, 16),
    'rgba16': Encoding(4, cv2.COLOR_RGBA2BGR, 16),
    'yuv422': Encoding(2, cv2.COLOR_YUV2BGR_UYVY, even=True),
    'uyvy': Encoding(2, cv2.COLOR_YUV2BGR_UYVY, even=True),
    'yuv422_yuy2': Encoding(2, cv2.COLOR_YUV2BGR_YUY2, even=True),
    'yuyv': Encoding(2, cv2.COLOR_YUV2BGR_YUY2, even=True),
    'nv12': Encoding(1, cv2.COLOR_YUV2BGR_NV12, 8, 3, 2, even=True),
    'nv21': Encoding(1, cv2.COLOR_YUV2BGR_NV21, 8, 3, 2, even=True),
    'nv24': Encoding(1, cv2.COLOR_YUV2BGR_NV12, 8, 3, 1),
}
# ROS names a Bayer pattern by its first two rows, OpenCV by the second row from its second pixel on.
for _pattern, _code in (('rggb', cv2.COLOR_BayerBG2BGR), ('bggr', cv2.COLOR_BayerRG2BGR),
                        ('gbrg', cv2.COLOR_BayerGR2BGR), ('grbg', cv2.COLOR_BayerGB2BGR)):
    ENCODINGS['bayer_{}8'.format(_pattern)] = Encoding(1, _code)
    ENCODINGS['bayer_{}16'.format(_pattern)] = Encoding(1, _code, 16)


def rows_of(encoding: Encoding, height: int) -> int:
    """Return how many rows of values an image of this height has."""
    return height * encoding.rows_times // encoding.rows_by


def to_bgr(data: bytes, encoding: Encoding, height: int, width: int, step: int, big_endian: bool = False) -> np.ndarray:
    """Return (height, width, 3) uint8 BGR; a view on ``data`` where that is what the bytes are.

    data: at least ``step * (rows - 1)`` bytes and a last row.  step: bytes from row to row.
    16-bit values are brought to 8 by `to_eight_bits`: by what the picture holds, as sensors of 12 bits are common.
    """
    kind = np.dtype(np.uint8 if encoding.depth == 8 else '>u2' if big_endian else '<u2')
    size = kind.itemsize
    pixels = np.ndarray((rows_of(encoding, height), width, encoding.channels), kind, data,
                        strides=(step, encoding.channels * size, size))
    if encoding.depth == 16:
        pixels = np.ascontiguousarray(pixels, np.uint16)
        if encoding.code is None or not _is_bayer(encoding):
            pixels = to_eight_bits(pixels)      # before the conversion: fewer bytes to convert
    if encoding.code is None:
        return pixels
    if encoding.rows_times == 3 and encoding.rows_by == 1:
        return _with_full_colour(pixels[:, :, 0], height, width)
    return to_eight_bits(cv2.cvtColor(pixels, encoding.code))


def _is_bayer(encoding: Encoding) -> bool:
    return encoding.code in (cv2.COLOR_BayerBG2BGR, cv2.COLOR_BayerRG2BGR, cv2.COLOR_BayerGR2BGR, cv2.COLOR_BayerGB2BGR)


def _with_full_colour(planes: np.ndarray, height: int, width: int) -> np.ndarray:
    """Convert NV24, a colour for every pixel, which OpenCV does not know: as NV12 of twice the size."""
    colour = planes[height:].reshape(height, 2 * width)     # rows of UV pairs, two rows of values each
    doubled = np.concatenate([planes[:height].repeat(2, 0).repeat(2, 1), colour])
    return np.ascontiguousarray(cv2.cvtColor(doubled, cv2.COLOR_YUV2BGR_NV12)[::2, ::2])
