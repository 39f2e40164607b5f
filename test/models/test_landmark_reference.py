# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The reference of a landmark model: what passes, what fails, and with which words."""
import copy

import numpy as np
import point_model
import pytest

from face_perception.core.landmarks import Landmarks
from face_perception.models.landmark_reference import landmark_differences, read_landmark_reference
from face_perception.models.spec import SpecError, parse_spec

NAMES = tuple(point_model.NAMES)
POINTS = {name: [10.0 + 5 * row, 20.0, 0.9] for row, name in enumerate(NAMES)}
TWO = {'image': 'reference.png', 'tolerance': {'distance': 0.01, 'score': 0.02}, 'faces': [
    {'bbox': [0, 0, 80, 100], 'points': POINTS},
    {'bbox': [200, 0, 30, 20], 'points': {name: [x + 200, y, 0.5] for name, (x, y, _) in POINTS.items()}}]}


def spec(**proof):
    return parse_spec(dict(point_model.spec_data(), proof=proof))


def reference(data=TWO):
    return read_landmark_reference(spec(reference=copy.deepcopy(data)))


def found(*moves):
    """Return the points of both faces; moves: (face, point, x, y, score) to add."""
    rows = np.array([[face['points'][name] for name in NAMES] for face in TWO['faces']], np.float32)
    for face, point, x, y, score in moves:
        rows[face, point] += [x, y, score]
    return Landmarks(NAMES, rows[..., :2], rows[..., 2])


def test_a_model_without_a_reference():
    assert read_landmark_reference(spec()) is None


def test_no_faces_are_a_reference_too():
    assert landmark_differences(reference(dict(TWO, faces=[])), Landmarks.empty(NAMES)) == []


def test_what_lies_within_the_tolerance_passes():
    assert landmark_differences(reference(), found()) == []
    # A hundredth of the longer side: a pixel of the first face, .3 of the second one.
    assert landmark_differences(reference(), found((0, 0, 0.9, 0, 0.01), (1, 1, 0, 0.2, -0.01))) == []


def test_each_point_that_differs_is_named():
    words = landmark_differences(reference(), found((0, 0, 1.1, 0, 0), (1, 1, 0, 0.4, 0), (1, 2, 0, 0, 0.1)))
    assert words == ['{} of face 1 at 11.1 20.0, expected 10.0 20.0'.format(NAMES[0]),
                     '{} of face 2 at 215.0 20.4, expected 215.0 20.0'.format(NAMES[1]),
                     '{} of face 2: score 0.6000 instead of 0.5000, the tolerance is 0.02'.format(NAMES[2])]


def test_a_face_without_points_differs():
    assert len(landmark_differences(reference(), found((0, 0, np.nan, 0, 0)))) == 1


@pytest.mark.parametrize('broken', [
    dict(TWO, faces=[{'bbox': [0, 0, 1, 1], 'points': {}}]),         # a point is missing
    dict(TWO, faces=[{'bbox': [0, 0, 1], 'points': POINTS}]),
    dict(TWO, tolerance={}),
    dict(TWO, image='../reference.png'),                             # another folder
    {'faces': []}])
def test_a_broken_reference_is_one_sentence(broken):
    with pytest.raises(SpecError, match='proof.reference'):
        reference(broken)
