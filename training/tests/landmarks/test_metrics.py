# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""NME and its kin against cases worked out by hand."""
import pathlib

import numpy as np
import pytest

from face_training.landmarks.faces import make_face
from face_training.landmarks.metrics import area, cumulative, figures, four_points, point_errors

NAMES = ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left')
# The eyes are 20 apart.
POINTS = np.array([[10.0, 20], [30, 20], [20, 30], [12, 40], [28, 40]])


def face(pose=3, labelled=None):
    return make_face(pathlib.Path('a'), POINTS, pose=pose, labelled=labelled)


def test_no_face_has_no_error():
    assert np.isnan(figures([], np.zeros((0, 5)), NAMES)['nme'])


def test_errors_are_in_eye_distances():
    found = np.stack([POINTS, POINTS + [3, 4]])
    errors = point_errors([face(), face()], found, NAMES)
    np.testing.assert_allclose(errors, [[0] * 5, [0.25] * 5])


def test_a_point_without_a_label_counts_nowhere():
    found = POINTS[None] + [[[2, 0], [0, 0], [0, 0], [0, 0], [1000, 0]]]
    errors = point_errors([face(labelled=np.array([1, 1, 1, 1, 0], bool))], found, NAMES)
    np.testing.assert_allclose(errors, [[0.1, 0, 0, 0, np.nan]])
    assert figures([face()], errors, NAMES)['nme'] == pytest.approx(0.025)


def test_figures_of_three_faces():
    """NME .02, .08 and .2: one of three failed."""
    errors = np.array([[0.02] * 5, [0.08] * 5, [0.6, 0.1, 0.1, 0.1, 0.1]])
    values = figures([face(3), face(3), face(1)], errors, NAMES)
    assert values['nme'] == pytest.approx(0.1)
    assert values['median'] == pytest.approx(0.08)
    assert values['failure'] == pytest.approx(1 / 3)
    assert values['nme/right_eye'] == pytest.approx(0.7 / 3)
    assert values['nme/pose/frontal'] == pytest.approx(0.05) and values['failure/pose/frontal'] == 0
    assert values['nme/pose/left_profile'] == pytest.approx(0.2) and values['failure/pose/left_profile'] == 1
    assert values['auc'] == pytest.approx((0.8 + 0.2 + 0) / 3)


def test_the_cumulative_curve_counts_faces_below_each_level():
    np.testing.assert_allclose(cumulative(np.array([0.02, 0.08, 0.2]), np.array([0, 0.02, 0.1, 1])), [0, 1 / 3, 2 / 3, 1])
    assert area(np.array([0.0, 0.05])) == pytest.approx(0.75)


def test_five_points_become_four():
    four = four_points(POINTS[None], NAMES)
    np.testing.assert_allclose(four[0], [[10, 20], [30, 20], [20, 30], [20, 40]])
    np.testing.assert_allclose(four_points(four, ('right_eye', 'left_eye', 'nose', 'mouth')), four)
