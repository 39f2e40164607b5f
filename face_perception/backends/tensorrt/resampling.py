# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which source pixels a pixel of the input is made of, and with which weights: what OpenCV's resize does.

`core.preprocess` decides for cv2.INTER_AREA or cv2.INTER_LINEAR; this module says what OpenCV 4.1 to 5.0 makes of
them for 8-bit images (modules/imgproc/src/resize.cpp), for `preprocess.cu` to do the same.
"""

import functools
from typing import NamedTuple

import numpy as np

from face_perception.core.preprocess import Geometry, InputSpec, place, shrinks

# How spans are weighted, as in preprocess.cu.
LINEAR = 0      # two by two pixels, weights in 1/2048
BOX = 1         # whole pixels of equal weight: shrinks by whole numbers
AREA = 2        # pixels weighted by how much of each is covered: shrinks by any other ratio

# One pixel of the input along one axis; struct Span of preprocess.cu. Indices of source pixels, both inclusive.
SPAN = np.dtype([('first', np.int32), ('last', np.int32),
                 ('first_weight', np.float32), ('middle_weight', np.float32), ('last_weight', np.float32)])
OUTSIDE = (0, -1, 0, 0, 0)

_UNIT = 2048    # weight of a whole pixel in linear interpolation


class Plan(NamedTuple):
    """How an image of one size becomes the input of a network."""

    method: int             # LINEAR, BOX or AREA
    spans: np.ndarray       # (width + height,) SPAN: columns of the input, then its rows; read only
    geometry: Geometry


@functools.lru_cache(maxsize=32)     # tiles of a picture have sizes that take turns
def plan(width: int, height: int, spec: InputSpec) -> Plan:
    """Return the plan for images of that size in pixels; for equal arguments the same object."""
    placed, geometry = place(width, height, spec)
    # As OpenCV computes them; rounded twice, they find other neighbours than those of one division.
    scale_x, scale_y = 1 / (placed.width / width), 1 / (placed.height / height)
    whole = scale_x.is_integer() and scale_y.is_integer()
    averages = shrinks(width, height, placed.width, placed.height)
    if not averages or scale_x < 1 or scale_y < 1:
        # Averaging along one axis while the other grows becomes interpolation, at other places.
        method = LINEAR
        columns = _linear(width, placed.width, scale_x, averages)
        rows = _linear(height, placed.height, scale_y, averages)
    else:
        method = BOX if whole else AREA
        columns = _area(width, placed.width, scale_x)
        rows = _area(height, placed.height, scale_y)
    spans = np.empty(spec.width + spec.height, SPAN)
    spans[:] = OUTSIDE
    spans[placed.left:placed.left + placed.width] = columns
    top = spec.width + placed.top
    spans[top:top + placed.height] = rows
    spans.flags.writeable = False
    return Plan(method, spans, geometry)


def _linear(size: int, new_size: int, scale: float, averages: bool) -> np.ndarray:
    """Return the spans of an axis; beyond a border both pixels are that of the border, with the weights as they are."""
    index = np.arange(new_size)
    if averages:
        first = np.floor(index * scale).astype(np.int64)
        share = ((index + 1) - (first + 1) * (new_size / size)).astype(np.float32)
        share = np.where(share <= 0, np.float32(0), share - np.floor(share))
    else:
        position = ((index + 0.5) * scale - 0.5).astype(np.float32)
        first = np.floor(position).astype(np.int64)
        share = position - first.astype(np.float32)
    at_first, at_last = (np.rint(part * np.float32(_UNIT)) for part in (1 - share, share))
    return _spans(np.clip(first, 0, size - 1), np.clip(first + 1, 0, size - 1), at_first, np.zeros_like(share), at_last)


def _area(size: int, new_size: int, scale: float) -> np.ndarray:
    """Return the spans of an axis that does not grow; a pixel that is covered by less than 1/1000 is left out."""
    begin = np.arange(new_size) * scale
    end = begin + scale
    covered = np.minimum(scale, size - begin)
    last_whole = np.minimum(np.floor(end), size - 1)        # the first pixel that is not whole at the end
    first_whole = np.minimum(np.ceil(begin), last_whole)
    partly_first = first_whole - begin > 1e-3
    partly_last = end - last_whole > 1e-3
    whole = 1 / covered
    at_begin = np.where(partly_first, (first_whole - begin) / covered, whole)
    at_end = np.where(partly_last, np.minimum(np.minimum(end - last_whole, 1), covered) / covered, whole)
    first = first_whole - partly_first
    last = last_whole - 1 + partly_last
    # A span of one pixel takes the weight of the first.
    return _spans(first, last, np.where(first == last_whole, at_end, at_begin), whole, at_end)


def _spans(*columns: np.ndarray) -> np.ndarray:
    spans = np.empty(len(columns[0]), SPAN)
    for name, column in zip(SPAN.names or (), columns):
        spans[name] = column
    return spans
