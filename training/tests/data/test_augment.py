# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest

from face_training.config import Augment
from face_training.data.augment import change_look, move_boxes, view_matrix, warp
from face_training.data.sample import IGNORE

PLAIN = Augment(flip=0, mosaic=0, crop=0, zoom_out=0, aspect=0, rotate=0, grey=0, colour=0, blur=0, noise=0, jpeg=0)


def test_no_boxes_stay_no_boxes():
    boxes, labels = move_boxes(np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.eye(2, 3), 320, 240, 6)
    assert boxes.shape == (0, 4) and labels.shape == (0,)


def test_two_boxes_move_with_the_plain_view_as_the_robot_stretches():
    matrix = view_matrix(np.random.default_rng(0), (640, 240), (320, 240), PLAIN)
    boxes, labels = move_boxes(np.array([[0, 0, 64, 48], [320, 120, 640, 240]], np.float32), np.array([0, 1]),
                               matrix, 320, 240, 6)
    assert np.allclose(boxes, [[0, 0, 32, 48], [160, 120, 320, 240]], atol=1e-4)
    assert labels.tolist() == [0, 1]


@pytest.mark.parametrize('seed', range(12))
def test_the_box_stays_on_what_it_frames(seed):
    rng = np.random.default_rng(seed)
    picture = np.zeros((240, 400, 3), np.uint8)
    cv2.ellipse(picture, (150, 100), (30, 40), 0, 0, 360, (255, 255, 255), -1)
    settings = Augment(largest_zoom=2.0, rotate=15)
    matrix = view_matrix(rng, (400, 240), (320, 240), settings, focus=(150, 100))
    seen = warp(picture, matrix, 320, 240, (0, 0, 0))[:, :, 0] > 127
    boxes, labels = move_boxes(np.array([[120, 60, 180, 140]], np.float32), np.array([1]), matrix, 320, 240, 6)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    expected = [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
    assert np.abs(boxes[0] - expected).max() <= 3
    assert labels.tolist() == [1]


def test_a_face_out_of_view_is_dropped_and_one_at_the_edge_ignored():
    boxes = np.array([[-100, 0, -50, 50], [-40, 10, 10, 60], [10, 10, 60, 60]], np.float32)
    moved, labels = move_boxes(boxes, np.array([0, 0, 1]), np.eye(2, 3), 320, 240, 6)
    assert labels.tolist() == [IGNORE, 1]
    assert moved[0].tolist() == [0, 10, 10, 60]


def test_a_face_too_small_to_learn_is_ignored():
    _, labels = move_boxes(np.array([[0, 0, 20, 20]], np.float32), np.array([0]), np.eye(2, 3) * 0.25, 320, 240, 6)
    assert labels.tolist() == [IGNORE]


def test_looks_change_but_not_shape_and_type_and_nothing_changes_when_nothing_is_asked():
    rng, picture = np.random.default_rng(1), np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    assert np.array_equal(change_look(rng, picture, PLAIN), picture)
    everything = Augment(grey=1, colour=1, blur=1, noise=1, jpeg=1)
    for _ in range(9):
        changed = change_look(rng, picture, everything)
        assert changed.shape == picture.shape and changed.dtype == np.uint8
        assert not np.array_equal(changed, picture)


def test_grey_is_grey():
    picture = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    grey = change_look(np.random.default_rng(0), picture, Augment(grey=1, colour=0, blur=0, noise=0, jpeg=0))
    assert np.ptp(grey, axis=2).max() == 0
