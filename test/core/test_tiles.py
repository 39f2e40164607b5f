# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tiles cover the picture, overlap, and faces come back to their place once."""
import numpy as np
import pytest

from face_perception.core.detector import Detector, Thresholds
from face_perception.core.preprocess import InputSpec
from face_perception.core.tiles import tiles_of

SPEC = InputSpec(320, 240, 'bgr', (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 'stretch', 0.0)


def test_one_tile_is_the_picture():
    assert tiles_of(640, 480, 1, 4 / 3) == [(0, 0, 640, 480)]
    assert tiles_of(1, 1, 4, 4 / 3) == [(0, 0, 1, 1)]        # nothing to cut


@pytest.mark.parametrize('width, height, count, grid', [
    (1600, 400, 2, (2, 1)), (400, 1600, 3, (1, 3)), (3840, 2160, 4, (2, 2)), (4000, 300, 4, (4, 1))])
def test_tiles_have_the_shape_of_the_input_and_overlap(width, height, count, grid):
    whole, *tiles = tiles_of(width, height, count, 4 / 3)
    assert whole == (0, 0, width, height) and len(tiles) == count
    assert (len({tile.left for tile in tiles}), len({tile.top for tile in tiles})) == grid
    seen = np.zeros((height, width), int)
    for tile in tiles:
        seen[tile.top:tile.top + tile.height, tile.left:tile.left + tile.width] += 1
    assert seen.min() == 1 and seen.max() >= 2


@pytest.mark.parametrize('count', [0, 5, True, 1.5, '2'])
def test_other_counts_are_refused(count):
    with pytest.raises(ValueError, match='from 1 to 4'):
        tiles_of(640, 480, count, 4 / 3)
    with pytest.raises(ValueError, match='from 1 to 4'):
        Detector(SPEC, ['human'], lambda tensor: {}, Thresholds(0.5, 0.4, 9), tiles=count)


def white_box(tensor):
    """Answer with the bounds of what is white: a network that sees a blob of 4 input pixels or more, exactly."""
    rows, columns = np.nonzero(tensor[0, 0] > 200)
    if not len(rows) or np.ptp(rows) < 4 or np.ptp(columns) < 4:
        return {'boxes': np.zeros((1, 1, 4), np.float32), 'scores': np.zeros((1, 1, 1), np.float32)}
    box = [columns.min() / 320, rows.min() / 240, (columns.max() + 1) / 320, (rows.max() + 1) / 240]
    return {'boxes': np.array([[box]], np.float32), 'scores': np.full((1, 1, 1), 0.9, np.float32)}


@pytest.mark.parametrize('left, size, tiles, found', [
    (300, 20, 1, 0),        # 4 pixels of a picture of 1600 are less than the network sees
    (300, 20, 4, 1),        # in a tile they are 12
    (700, 60, 2, 1),        # in both tiles and in the whole: once
    (760, 20, 3, 1),        # whole in one tile
    (100, 350, 2, 1),       # larger than the overlap
])
def test_a_face_is_found_once_and_in_its_place(left, size, tiles, found):
    image = np.zeros((400, 1600, 3), np.uint8)
    image[20:20 + size, left:left + size] = 255
    faces = Detector(SPEC, ['human'], white_box, Thresholds(0.5, 0.4, 9), tiles=tiles).detect(image)
    assert len(faces) == found
    if found:
        assert np.abs(faces.boxes[0] - [left, 20, left + size, 20 + size]).max() <= 6
