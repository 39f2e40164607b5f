# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Overlapping parts of a picture, so that a small input sees small faces of a large or wide picture."""

from typing import List, NamedTuple, Sequence, Tuple

import numpy as np

from face_perception.core.boxes import area, intersection

MAX_TILES = 4
OVERLAP = 0.2           # of neighbouring tiles, as a share of a tile
# A box of which a larger one covers this share, the larger one by this factor, is part of a face, not a face of its own.
COVERED = 0.6
LARGER = 1.3


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


def drop_fragments(views: Sequence[Tuple[np.ndarray, np.ndarray]], threshold: float
                   ) -> List[Tuple[np.ndarray, np.ndarray]]:
    """Take back what a tile says of a part of a face that another view has whole.

    A face at the border of a tile is often reported with a smaller box, which overlaps the right one too little
    for suppression.

    Args:
        views: (boxes (K, 4) in pixels of the picture, scores (K, labels)) of the whole picture, then of its tiles.
        threshold: minimum score of a face.

    Returns:
        The same, with zeros for the scores of those parts.
    """
    faces = [(scores >= threshold).any(axis=1) for _, scores in views]
    kept = [views[0]]
    for number in range(1, len(views)):
        boxes, scores = views[number]
        rows = np.flatnonzero(faces[number])
        others = np.concatenate([views[k][0][faces[k]] for k in range(len(views)) if k != number])
        own = area(boxes[rows])[:, None]
        covered = (intersection(boxes[rows], others) >= COVERED * own) & (area(others)[None, :] > LARGER * own)
        scores = scores.copy()
        scores[rows[covered.any(axis=1)]] = 0
        kept.append((boxes, scores))
    return kept
