# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Box arithmetic, against cases worked out by hand and against slow, plain loops."""
import numpy as np
import pytest

from face_perception.core import boxes

EMPTY = np.zeros((0, 4), np.float32)
TWO = np.array([[0, 0, 10, 20], [5, 10, 15, 20]], np.float32)  # share 5 x 10


def random_boxes(count, seed=0):
    random = np.random.RandomState(seed)
    corners = random.uniform(0, 100, (count, 2))
    return np.concatenate([corners, corners + random.uniform(1, 60, (count, 2))], axis=1).astype(np.float32)


def plain_iou(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def plain_nms(candidates, scores, threshold):
    kept = []
    for index in sorted(range(len(scores)), key=lambda each: -scores[each]):
        if all(plain_iou(candidates[index], candidates[other]) <= threshold for other in kept):
            kept.append(index)
    return kept


@pytest.mark.parametrize('candidates, expected', [
    (EMPTY, []),
    (TWO, [200, 100]),
    ([[3, 3, 3, 9], [5, 5, 1, 1]], [0, 0]),  # no width; turned inside out
])
def test_area(candidates, expected):
    assert boxes.area(np.array(candidates, np.float32)).tolist() == expected


def test_iou_of_none_with_some():
    assert boxes.iou(EMPTY, TWO).shape == (0, 2)
    assert boxes.iou(TWO, EMPTY).shape == (2, 0)


def test_iou_of_two():
    expected = [[1, 0.2], [0.2, 1]]  # 50 of 200 + 100 - 50
    np.testing.assert_allclose(boxes.iou(TWO, TWO), expected, rtol=1e-6)


def test_iou_of_empty_boxes_is_zero_without_a_warning():
    points = np.array([[3, 3, 3, 3], [5, 5, 1, 1]], np.float32)
    with np.errstate(all='raise'):
        assert boxes.iou(points, points).tolist() == [[0, 0], [0, 0]]


def test_iou_agrees_with_a_plain_loop_at_camera_sizes():
    many = random_boxes(40) * np.float32(40)
    expected = [[plain_iou(a, b) for b in many.astype(float)] for a in many.astype(float)]
    np.testing.assert_allclose(boxes.iou(many, many), expected, atol=1e-5)


def test_nms_of_nothing():
    assert boxes.nms(EMPTY, np.zeros(0, np.float32), 0.5).tolist() == []


def test_nms_keeps_the_better_of_two_that_overlap_and_says_the_best_first():
    scores = np.array([0.3, 0.9], np.float32)
    assert boxes.nms(TWO, scores, 0.1).tolist() == [1]
    assert boxes.nms(TWO, scores, 0.3).tolist() == [1, 0]


def test_nms_keeps_an_overlap_of_just_the_threshold():
    half = np.array([[0, 0, 10, 10], [0, 0, 10, 5]], np.float32)
    assert boxes.nms(half, np.array([0.9, 0.8]), 0.5).tolist() == [0, 1]


def test_nms_of_equal_scores_keeps_the_earlier():
    same = np.array([[0, 0, 10, 10]] * 3, np.float32)
    assert boxes.nms(same, np.array([0.5, 0.5, 0.5]), 0.5).tolist() == [0]


def test_a_suppressed_box_suppresses_nothing():
    # 0 beats 1, 1 would beat 2, but 0 and 2 hardly touch.
    row = np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]], np.float32)
    assert boxes.nms(row, np.array([0.9, 0.8, 0.7]), 0.3).tolist() == [0, 2]


@pytest.mark.parametrize('threshold', [0.0, 0.2, 0.4, 0.7, 1.0])
def test_nms_agrees_with_a_plain_loop(threshold):
    for seed in range(5):
        many = random_boxes(60, seed)
        scores = np.random.RandomState(seed).uniform(0, 1, 60).astype(np.float32)
        assert boxes.nms(many, scores, threshold).tolist() == plain_nms(many, scores, threshold)


def test_clip_of_nothing():
    assert boxes.clip(EMPTY, 10, 10).shape == (0, 4)


def test_clip_cuts_each_side_at_its_own_limit_and_leaves_the_input_alone():
    outside = np.array([[-5, -6, 700, 500], [1, 2, 3, 4]], np.float32)
    before = outside.copy()
    assert boxes.clip(outside, 640, 480).tolist() == [[0, 0, 640, 480], [1, 2, 3, 4]]
    assert (outside == before).all()


def test_no_box_needs_no_mean():
    none = np.zeros((0, 4), np.float32)
    assert boxes.weighted_mean(none, none, np.zeros(0, np.float32), 0.5).shape == (0, 4)


def test_two_faces_are_each_the_mean_of_their_own_boxes():
    voters = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 70, 70]], np.float32)
    scores = np.array([0.9, 0.3, 0.8], np.float32)
    moved = boxes.weighted_mean(voters[[0, 2]], voters, scores, 0.5)
    assert np.allclose(moved, [[0.5, 0, 10.5, 10], [50, 50, 70, 70]], atol=1e-5)
    assert voters[0].tolist() == [0, 0, 10, 10]


def test_a_box_without_a_voter_stays():
    alone = np.array([[0, 0, 10, 10]], np.float32)
    assert boxes.weighted_mean(alone, alone + 20, np.ones(1, np.float32), 0.5).tolist() == alone.tolist()
