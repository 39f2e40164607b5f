# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Shapes land where they should, smoothly, and leave the rest of the picture alone."""
import numpy as np

from examples.film.brush import Brush, curve, ellipse


def noise(seed, height=60, width=80):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_drawing_nothing_returns_the_picture_bit_by_bit():
    picture = noise(1)
    assert np.array_equal(Brush(picture).finish(), picture)


def test_two_shapes_change_their_own_places_only():
    picture = noise(2)
    brush = Brush(picture, 20, 30)
    brush.fill(ellipse(0, 0, 10, 6), (1, 2, 3))
    brush.place(60, 30, 2.0)
    brush.fill(ellipse(0, 0, 5, 5), (200, 100, 50))
    drawn = brush.finish()
    assert drawn[30, 20].tolist() == [1, 2, 3] and drawn[30, 60].tolist() == [200, 100, 50]
    assert drawn[30, 68].tolist() == [200, 100, 50], 'scale 2 makes a radius of 10'
    changed = np.argwhere((drawn != picture).any(axis=2))
    assert set(np.unique(changed[:, 1])) <= set(range(9, 32)) | set(range(49, 72))
    assert changed[:, 0].min() >= 19 and changed[:, 0].max() <= 41


def test_borders_are_smooth():
    brush = Brush(np.zeros((40, 40, 3), np.uint8), 20, 20)
    brush.fill(ellipse(0, 0, 12, 12), (255, 255, 255))
    levels = np.unique(brush.finish())
    assert len(levels) > 5, 'a hard border has two levels'


def test_the_transform_turns_clockwise_and_scales():
    brush = Brush(np.zeros((4, 4, 3), np.uint8), 100, 50, 2.0, 90)
    assert np.allclose(brush.to_picture([(0, 0), (10, 0), (0, 10)]), [(100, 50), (100, 70), (80, 50)])


def test_shade_is_strongest_at_its_radius_or_with_a_negative_one_at_its_centre():
    square = [(0, 0), (40, 0), (40, 40), (0, 40)]
    for radius, dark in ((20, (38, 20)), (-20, (20, 20))):
        brush = Brush(np.full((60, 60, 3), 200, np.uint8), 10, 10)
        brush.shade(square, (0, 0, 0), 1.0, (20, 20), radius)
        drawn = brush.finish()
        x, y = dark
        assert drawn[y + 10, x + 10].max() < 30
        light = (20, 20) if radius > 0 else (38, 20)
        assert drawn[light[1] + 10, light[0] + 10].min() > 190
        assert (drawn[:9] == 200).all() and (drawn[:, 52:] == 200).all()


def test_shapes_outside_the_picture_are_nothing():
    picture = noise(3)
    brush = Brush(picture, 500, 500)
    brush.fill(ellipse(0, 0, 10, 10), (0, 0, 0), (1, 1, 1), 3)
    brush.shade(ellipse(0, 0, 10, 10), (0, 0, 0), 1.0, (0, 0), 5)
    assert np.array_equal(brush.finish(), picture)


def test_a_curve_goes_through_its_points():
    points = [(0, 0), (10, 5), (20, 0), (10, -9)]
    for closed in (True, False):
        line = curve(points, closed)
        for point in points:
            assert np.abs(line - point).sum(axis=1).min() < 1e-9
