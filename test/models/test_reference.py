# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The reference picture: what passes, what fails, and with which words."""
import copy

import blob_model
import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_perception.models.reference import differences, read_reference
from face_perception.models.spec import SpecError, parse_spec

TWO = {'image': 'reference.png', 'tolerance': {'score': 0.02, 'iou': 0.9}, 'detections': [
    {'label': 'human', 'score': 0.9, 'bbox': [10, 20, 100, 100]},
    {'label': 'cartoon', 'score': 0.51, 'bbox': [300, 20, 50, 50]}]}


def reference(data=TWO):
    return read_reference(parse_spec(dict(blob_model.spec_data(), proof={'reference': copy.deepcopy(data)})))


def found(*faces):
    boxes = [[x, y, x + width, y + height] for _, _, (x, y, width, height) in faces]
    return Detections(boxes or np.zeros((0, 4)), [face[1] for face in faces], [face[0] for face in faces])


HUMAN = ('human', 0.9, (10, 20, 100, 100))
CARTOON = ('cartoon', 0.51, (300, 20, 50, 50))


def test_a_model_without_a_reference():
    assert read_reference(parse_spec(blob_model.spec_data())) is None


def test_no_faces_are_a_reference_too():
    none = reference({'image': 'a.png', 'detections': [], 'tolerance': {'score': 0, 'iou': 1}})
    assert differences(none, found(), 0.5) == []
    assert differences(none, found(HUMAN), 0.5) == [
        'one human too many at 10 20 110 120 with the score 0.900']


def test_two_faces_in_any_order():
    assert reference().detections.labels.tolist() == ['human', 'cartoon']
    assert reference().detections.boxes.tolist() == [[10, 20, 110, 120], [300, 20, 350, 70]]
    assert differences(reference(), found(CARTOON, HUMAN), 0.5) == []


@pytest.mark.parametrize('faces, words', [
    ([CARTOON], 'no human at 10 20 110 120 (overlap 0.9 or more), expected one with the score 0.900'),
    ([('cartoon', 0.9, HUMAN[2]), CARTOON], 'no human at'),
    ([('human', 0.9, (20, 20, 100, 100)), CARTOON], 'no human at'),
    ([('human', 0.87, HUMAN[2]), CARTOON], 'human at 10 20 110 120: score 0.8700 instead of 0.9000'),
    ([HUMAN, HUMAN, CARTOON], 'one human too many'),
])
def test_a_difference_is_named(faces, words):
    assert words in '; '.join(differences(reference(), found(*faces), 0.5))


@pytest.mark.parametrize('faces', [
    [('human', 0.885, (11, 20, 100, 101)), CARTOON],  # within both tolerances
    [HUMAN],                                          # one just above the threshold may fall below it
    [HUMAN, CARTOON, ('human', 0.515, (400, 200, 20, 20))],
])
def test_differences_within_the_tolerance_pass(faces):
    assert differences(reference(), found(*faces), 0.5) == []


@pytest.mark.parametrize('key, value', [
    ('image', None), ('image', '../secret.png'), ('image', ''), ('image', '/etc/passwd'),
    ('detections', [{}]),
    ('detections', [{'label': 'human', 'score': 0.9, 'bbox': [1, 2, 3]}]), ('tolerance', {'score': 0.1}),
    ('tolerance', None)])
def test_a_broken_reference_is_a_broken_specification(key, value):
    with pytest.raises(SpecError, match='blobs: proof.reference'):
        reference(dict(TWO, **{key: value}))
