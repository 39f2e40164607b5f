# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tiles cover the picture, overlap, and faces come back to their place once."""
import numpy as np
import pytest

from face_perception.core.detector import Detector, Thresholds
from face_perception.core.preprocess import InputSpec
from face_perception.core.tiles import drop_fragments, tiles_of

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


def view(*faces):
    """Return the boxes and scores (one label) of a view; each face: corners and score."""
    rows = np.array(faces, np.float32).reshape(-1, 5)
    return rows[:, :4], rows[:, 4:]


FACE = (100, 100, 300, 300, .9)


@pytest.mark.parametrize('whole, tile, left, why', [
    ((), (), [], 'nothing anywhere'),
    ((), (FACE,), [.9], 'seen in the tile alone'),
    ((FACE,), (FACE,), [.9], 'the same size: suppression decides'),
    ((FACE,), ((100, 100, 200, 220, .8),), [0], 'the part of the face that the tile has'),
    ((FACE,), ((200, 200, 260, 600, .8),), [.8], 'a quarter of it only is covered'),
    ((FACE[:4] + (.4,),), ((100, 100, 200, 220, .8),), [.8], 'what is larger is no face'),
    ((FACE,), ((400, 100, 500, 200, .6), (110, 100, 200, 220, .8)), [.6, 0], 'one of two'),
])
def test_parts_of_a_face_that_another_view_has_whole_are_dropped(whole, tile, left, why):
    views = [view(*whole), view(*tile)]
    before = [scores.copy() for _, scores in views]
    kept = drop_fragments(views, .5)
    assert np.allclose(kept[1][1][:, 0], left), why
    assert (kept[0][1] == before[0]).all() and (views[1][1] == before[1]).all()     # the whole stays, nothing is written to


def test_a_tile_is_asked_against_another_tile_too():
    kept = drop_fragments([view(), view(FACE), view((100, 100, 200, 220, .95))], .5)
    assert [scores.tolist() for _, scores in kept] == [[], [[pytest.approx(.9)]], [[0]]]
