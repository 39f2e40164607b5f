# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Overlapping parts of a picture, so that a small input sees small faces of a large or wide picture."""

from typing import List, NamedTuple

MAX_TILES = 4
OVERLAP = 0.2           # of neighbouring tiles, as a share of a tile


class Tile(NamedTuple):
    """A part of a picture, pixels."""

    left: int
    top: int
    width: int
    height: int


def tiles_of(width: int, height: int, count: int, aspect: float) -> List[Tile]:
    """Return the parts of a picture that are looked at: all of it, and for a count above 1 its tiles as well.

    The tiles form the grid of `count` cells whose shape is nearest to that of the input. Faces that are cut by
    the border of a tile are seen in its neighbour, or, when they are larger than the overlap, in the whole.

    Args:
        width, height: of the picture.
        count: 1 to MAX_TILES.
        aspect: width : height of the input of the network.

    Raises:
        ValueError: the count is out of range.
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MAX_TILES:
        raise ValueError('tiles must be a whole number from 1 to {}, got {!r}'.format(MAX_TILES, count))
    whole = Tile(0, 0, width, height)
    if count == 1 or min(width, height) < count:
        return [whole]
    grids = [(columns, count // columns) for columns in range(1, count + 1) if count % columns == 0]
    columns, rows = min(grids, key=lambda grid: _unlikeness(width / grid[0], height / grid[1], aspect))
    return [whole] + [Tile(left, top, tile_width, tile_height)
                      for top, tile_height in _parts(height, rows) for left, tile_width in _parts(width, columns)]


def _unlikeness(width: float, height: float, aspect: float) -> float:
    ratio = width / height / aspect
    return max(ratio, 1 / ratio)


def _parts(length: int, count: int) -> List[List[int]]:
    """Return [start, length] of `count` overlapping parts of a side."""
    part = length / (count - (count - 1) * OVERLAP)
    starts = [int(round(number * part * (1 - OVERLAP))) for number in range(count)]
    return [[start, min(length, int(round(start + part))) - start] for start in starts]
