# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Detections: the arrays of one image stay of one length."""
import numpy as np
import pytest

from face_perception.core.detections import Detections


def two():
    return Detections([[0, 0, 10, 20], [5, 10, 15, 20]], [0.9, 0.6], ['human', 'cartoon'], [7, 8])


def test_empty():
    none = Detections.empty()
    assert len(none) == 0
    assert none.boxes.shape == none.xywh().shape == (0, 4)
    assert none.boxes.dtype == none.scores.dtype == np.float32
    assert none.labels.dtype.kind == 'U'
    assert none.ids is None
    assert list(none) == []
    assert len(none[[]]) == len(none[:]) == len(none[np.zeros(0, bool)]) == 0


def test_two():
    faces = two()
    assert len(faces) == 2
    assert faces.boxes.dtype == np.float32 and faces.ids.dtype == np.int64
    assert faces.labels.tolist() == ['human', 'cartoon']
    assert faces.xywh().tolist() == [[0, 0, 10, 20], [5, 10, 10, 10]]
    assert repr(faces) == ('Detections(2: [human 0.90 [0.0, 0.0, 10.0, 20.0], '
                           'cartoon 0.60 [5.0, 10.0, 15.0, 20.0]])')


@pytest.mark.parametrize('rows', [
    1, -1, np.int64(1), [1], np.array([1]), slice(1, 2), np.array([False, True]), [False, True]])
def test_every_kind_of_selection_keeps_a_row_together(rows):
    face = two()[rows]
    assert isinstance(face, Detections)
    assert face.boxes.tolist() == [[5, 10, 15, 20]]
    assert (face.labels.tolist(), face.ids.tolist()) == (['cartoon'], [8])
    assert face.scores.tolist() == [np.float32(0.6)]


def test_selection_reorders():
    assert two()[[1, 0]].ids.tolist() == [8, 7]


def test_iterates_over_faces():
    assert [face.labels[0] for face in two()] == ['human', 'cartoon']


@pytest.mark.parametrize('row', [2, -3])
def test_a_row_that_is_not_there(row):
    with pytest.raises(IndexError, match='of 2 detections'):
        two()[row]


@pytest.mark.parametrize('boxes, scores, labels, ids, words', [
    ([0, 0, 1, 1], [1], ['human'], None, r'boxes must have the shape \(N, 4\), got \(4,\)'),
    (np.zeros((2, 5)), [1, 1], ['human'] * 2, None, r'got \(2, 5\)'),
    (np.zeros((2, 4)), [1], ['human'] * 2, None,
     r'scores must have the shape \(2,\) like the boxes, got \(1,\)'),
    (np.zeros((2, 4)), [1, 1], ['human'], None, 'labels must'),
    (np.zeros((2, 4)), [1, 1], ['human'] * 2, [1], 'ids must'),
    (np.zeros((1, 4)), [[1]], ['human'], None,
     r'scores must have the shape \(1,\) like the boxes, got \(1, 1\)'),
])
def test_columns_of_other_lengths_are_refused(boxes, scores, labels, ids, words):
    with pytest.raises(ValueError, match=words):
        Detections(boxes, scores, labels, ids)
