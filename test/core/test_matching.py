# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The matcher: nobody is matched twice, the better detection chooses first."""
import numpy as np
import pytest

from face_perception.core.matching import UNMATCHED, match_boxes

NONE = np.zeros((0, 4), np.float32)
LEFT, RIGHT = [0, 0, 10, 10], [20, 0, 30, 10]


def boxes(*rows):
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.parametrize('truth, found, expected', [
    (NONE, NONE, []),
    (NONE, boxes(LEFT, RIGHT), [UNMATCHED, UNMATCHED]),
    (boxes(LEFT), NONE, []),
])
def test_nothing_matches_nothing(truth, found, expected):
    assert match_boxes(truth, found, 0.5).tolist() == expected


def test_two_faces_find_their_own_in_any_order():
    assert match_boxes(boxes(LEFT, RIGHT), boxes(RIGHT, LEFT), 0.5).tolist() == [1, 0]


@pytest.mark.parametrize('found, min_iou, expected, why', [
    ([LEFT, LEFT], 0.5, [0, UNMATCHED], 'a second box on one face is left over'),
    ([[0, 0, 10, 5], LEFT], 0.5, [0, UNMATCHED], 'the better scored chooses first, though it overlaps less'),
    ([[0, 0, 10, 5]], 0.5, [0], 'an overlap of just the minimum counts'),
    ([[0, 0, 10, 4.9]], 0.5, [UNMATCHED], 'one below it does not'),
    ([[0, 0, 10, 4.9]], 0.3, [0], "the minimum is the caller's"),
])
def test_one_face(found, min_iou, expected, why):
    assert match_boxes(boxes(LEFT), boxes(*found), min_iou).tolist() == expected, why


def test_a_detection_takes_the_face_that_it_overlaps_most():
    crowd = boxes([0, 0, 10, 10], [2, 0, 12, 10])
    assert match_boxes(crowd, boxes([2, 0, 12, 10], [1, 0, 11, 10]), 0.5).tolist() == [1, 0]


def test_pairs_that_may_not_match_do_not():
    compatible = np.array([[False], [True]])
    assert match_boxes(boxes(LEFT, [0, 0, 10, 9]), boxes(LEFT), 0.5, compatible).tolist() == [1]
