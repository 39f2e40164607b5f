# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Crops show what they should to a fraction of a pixel, and points come back to where they were."""
import doctest

import numpy as np
import pytest

from face_perception.core import landmarks
from face_perception.core.detections import Detections
from face_perception.core.landmarks import LandmarkFinder, Landmarks, crop_squares, cut_out, to_source
from face_perception.core.preprocess import InputSpec

SPEC = InputSpec(width=32, height=32, colour='bgr', mean=(0, 0, 0), scale=(1, 1, 1), resize='stretch', pad=7)
NAMES = ('right_eye', 'nose')


def ramp(width, height):
    """Return an image whose blue is x + 40 and whose green is y + 40."""
    image = np.zeros((height, width, 3), np.uint8)
    image[..., 0] = np.arange(width) + 40
    image[..., 1] = np.arange(height)[:, None] + 40
    return image


def test_examples():
    assert doctest.testmod(landmarks).failed == 0


def test_no_face_gives_no_square_no_crop_and_no_point():
    squares = crop_squares(np.zeros((0, 4), np.float32), 0.3)
    assert squares.shape == (0, 3)
    assert cut_out(ramp(20, 20), squares, SPEC).shape == (0, 3, 32, 32)
    assert to_source(np.zeros((0, 2, 2), np.float32), squares).shape == (0, 2, 2)


@pytest.mark.parametrize('box, margin, square, why', [
    ([10, 20, 50, 60], 0, [10, 20, 40], 'a square without a margin is itself'),
    ([10, 20, 50, 60], 0.25, [0, 10, 60], 'a quarter of the size is added on each side'),
    ([10, 20, 30, 60], 0.25, [-10, 10, 60], 'the longer side rules, around the centre'),
    ([10.4, 20.4, 11, 20.6], 0, [10, 20, 1], 'less than a pixel is a pixel')])
def test_squares(box, margin, square, why):
    assert crop_squares(np.array([box], np.float32), margin).tolist() == [square], why


@pytest.mark.parametrize('size', [16, 32, 48, 64, 96, 160])
@pytest.mark.parametrize('left, top', [(10, 5), (-9, 5), (10, -7), (120, 100), (-12, -12)])
def test_a_crop_shows_its_square_whatever_its_size_and_the_rest_is_pad(left, top, size):
    image = ramp(180, 160)
    crop = cut_out(image, np.array([[left, top, size]]), SPEC)[0]
    centres = (np.arange(32) + 0.5) * size / 32 - 0.5           # source pixels, from the corner of the square
    xs, ys = np.meshgrid(left + centres, top + centres)
    reach = max(1.0, size / 32)     # where the border of the picture is mixed with what lies beyond it
    inside = (xs >= reach) & (xs <= 179 - reach) & (ys >= reach) & (ys <= 159 - reach)
    outside = (xs < -reach) | (xs > 179 + reach) | (ys < -reach) | (ys > 159 + reach)
    assert inside.any()
    # Values are whole numbers, and are rounded twice where the square is shrunk and placed.
    np.testing.assert_allclose(crop[0][inside], xs[inside] + 40, atol=1.01)
    np.testing.assert_allclose(crop[1][inside], ys[inside] + 40, atol=1.01)
    assert (crop[:, outside] == 7).all()


def test_colours_and_scale_are_those_of_the_specification():
    image = np.zeros((8, 8, 3), np.uint8)
    image[...] = (10, 20, 30)
    spec = SPEC._replace(colour='rgb', mean=(30, 20, 0), scale=(1, 1, 0.5))
    crop = cut_out(image, np.array([[0, 0, 8]]), spec)[0]
    assert [np.unique(plane).tolist() for plane in crop] == [[0], [0], [5]]


def test_a_picture_that_is_larger_than_opencv_warps():
    crop = cut_out(np.full((2, 40000, 3), 9, np.uint8), np.array([[0, -19999, 40000]]), SPEC)[0]
    assert crop.max() <= 9 and (crop[:, 0] == 7).all()


def finder(batch=1, answers=None):
    """Return (a finder, the sizes of its runs): it says that both points are at the brightest green of a crop."""
    sizes = []

    def run(tensor):
        assert tensor.flags.c_contiguous and tensor.dtype == np.float32
        sizes.append(len(tensor))
        if answers is not None:
            return answers[:len(tensor)]
        flat = tensor[:, 1].reshape(len(tensor), -1).argmax(axis=1)
        points = np.stack([(flat % 32 + 0.5) / 32, (flat // 32 + 0.5) / 32, np.full(len(flat), 1.5)], axis=1)
        return np.repeat(points[:, None], 2, axis=1).astype(np.float32)

    return LandmarkFinder(SPEC, NAMES, 0.25, run, batch=batch), sizes


def spots(*places):
    """Return a black image (200, 300) with a green square of 5 pixels around each x y."""
    image = np.zeros((200, 300, 3), np.uint8)
    for x, y in places:
        image[y - 2:y + 3, x - 2:x + 3, 1] = 255
    return image


def test_an_image_without_faces():
    found, sizes = finder()
    points = found.find(spots(), Detections.empty())
    assert len(points) == 0 and points.points.shape == (0, 2, 2) and points.found.tolist() == [] and sizes == []


@pytest.mark.parametrize('batch, runs', [(1, [1, 1]), (2, [2]), (8, [2])])
def test_two_different_faces_each_with_its_points(batch, runs):
    found, sizes = finder(batch)
    faces = Detections([[30, 40, 90, 110], [180, 100, 280, 190]], [0.9, 0.8], ['human', 'cartoon'])
    points = found.find(spots((60, 80), (250, 120)), faces)
    assert sizes == runs and points.names == NAMES
    step = np.array([105, 150]) / 32        # of the input, in source pixels
    assert (abs(points.points[0] - 60.5 - [0, 20]) <= 2 + step[0]).all()
    assert (abs(points.points[1] - [250.5, 120.5]) <= 2 + step[1]).all()
    assert points.scores.tolist() == [[1, 1], [1, 1]] and points.found.tolist() == [True, True]


def test_batches_are_filled_and_the_rest_follows():
    found, sizes = finder(batch=3)
    boxes = [[10 * k, 10, 10 * k + 20, 40] for k in range(8)]
    assert found.find(spots((90, 20)), Detections(boxes, [1] * 8, ['human'] * 8)).found.all()
    assert sizes == [3, 3, 2]


def test_only_wanted_labels_have_points():
    found, sizes = finder()
    faces = Detections([[30, 40, 90, 110], [180, 100, 280, 190]], [0.9, 0.8], ['human', 'cartoon'])
    points = found.find(spots((60, 80), (250, 120)), faces, labels=['cartoon', 'statue'])
    assert points.found.tolist() == [False, True] and sizes == [1]
    assert np.isnan(points.points[0]).all() and points.scores[0].tolist() == [0, 0]
    assert not found.find(spots(), faces, labels=[]).found.any()


def test_the_first_faces_have_points_where_there_are_too_many():
    found, sizes = finder()
    faces = Detections([[30, 40, 90, 110]] * 4, [0.9] * 4, ['cartoon', 'human', 'human', 'human'])
    assert found.find(spots(), faces, labels=['human'], max_faces=2).found.tolist() == [False, True, True, False]


@pytest.mark.parametrize('box, why', [
    ([400, 10, 500, 90], 'right of the picture'), ([-90, -90, -10, -10], 'above it'),
    ([20, 20, 20, 60], 'no width'), ([60, 60, 20, 20], 'corners swapped'), ([-1e30, -5, -1e29, 1e20], 'huge')])
def test_a_box_without_a_pixel_has_no_points(box, why):
    found, sizes = finder()
    points = found.find(spots(), Detections([box, [10, 10, 50, 50]], [1, 1], ['human', 'human']))
    assert points.found.tolist() == [False, True], why
    assert sizes == [1]


def test_a_box_that_reaches_far_beyond_the_picture_is_the_picture():
    found, _ = finder()
    points = found.find(spots((150, 100)), Detections([[-1e30, -1e30, 1e30, 1e30]], [1], ['human']))
    assert (abs(points.points[0] - [150.5, 100.5]) <= 450 / 32 + 2).all()


def test_what_is_no_number_is_no_point():
    answers = np.full((2, 2, 3), 0.5, np.float32)
    answers[0, 1, 0] = np.nan
    found, _ = finder(batch=2, answers=answers)
    points = found.find(spots(), Detections([[30, 40, 90, 110]] * 2, [1, 1], ['human'] * 2))
    assert points.found.tolist() == [False, True]


def test_warm_up_runs_the_smallest_and_the_largest_batch():
    found, sizes = finder(batch=8)
    found.warm_up()
    assert sizes == [1, 8] and found.seconds == {}


def test_it_is_closed_once():
    closed = []
    with LandmarkFinder(SPEC, NAMES, 0, lambda tensor: tensor, close=lambda: closed.append(1)) as found:
        pass
    found.close()
    assert closed == [1]


@pytest.mark.parametrize('points, scores, words', [
    (np.zeros((2, 3, 2)), np.zeros((2, 3)), r'points must have the shape \(N, 2, 2\), got \(2, 3, 2\)'),
    (np.zeros((2, 2)), np.zeros((2, 2)), 'points must have the shape'),
    (np.zeros((2, 2, 2)), np.zeros((1, 2)), r'scores must have the shape \(2, 2\) like the points, got \(1, 2\)')])
def test_arrays_of_another_shape_are_refused(points, scores, words):
    with pytest.raises(ValueError, match=words):
        Landmarks(NAMES, points, scores)


def test_rows_without_names_have_no_points():
    assert Landmarks.empty((), 2).found.tolist() == [False, False] and Landmarks.empty(()).found.tolist() == []


def test_a_wrong_image_is_refused():
    with pytest.raises(ValueError, match='expected an image'):
        finder()[0].find(np.zeros((4, 4), np.uint8), Detections.empty())
