# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fake backend answers what it was told, in the order a real one would."""
import blob_model
import numpy as np
import point_model
import pytest

from face_perception.backends import BackendOptions, open_backend
from face_perception.backends.fake import FakeBackend
from face_perception.models.spec import SpecError, parse_spec

SPEC = parse_spec(blob_model.spec_data())
TENSOR = np.zeros((1, 3, 240, 320), np.float32)


def test_told_nothing_it_sees_nothing():
    answer = FakeBackend(SPEC).run(TENSOR)
    assert answer['boxes'].shape == (1, 0, 4) and answer['scores'].shape == (1, 0, 2)


def test_two_rows_come_sorted_by_their_best():
    answer = FakeBackend(SPEC, [[0, 0, 1, 1], [0, 0, 0.5, 0.5]], [[0.2, 0.1], [0.1, 0.75]]).run(TENSOR)
    assert answer['boxes'].tolist() == [[[0, 0, 0.5, 0.5], [0, 0, 1, 1]]]
    assert answer['scores'][0, :, 1].tolist() == [0.75, np.float32(0.1)]


@pytest.mark.parametrize('boxes, scores', [
    ([[0, 0, 1, 1]], []), ([], [[1, 0]]), ([[0, 0, 1, 1]], [[1, 0, 0]])])
def test_rows_that_do_not_match_are_refused(boxes, scores):
    with pytest.raises(ValueError):
        FakeBackend(SPEC, boxes, scores)


POINTS = parse_spec(point_model.spec_data(batches=(1, 3)))


def test_a_landmark_model_sees_no_point_until_it_is_told():
    backend = open_backend('fake', 'nowhere', POINTS, BackendOptions(batch=3))
    assert backend.info.batch == 3
    assert backend.run(np.zeros((3, 3, 96, 96), np.float32))['points'].tolist() == [[[0, 0, 0]] * 5] * 3


def test_every_crop_of_a_batch_is_answered_the_same():
    told = [[0.1 * k, 0.2, 1] for k in range(5)]
    answer = FakeBackend(POINTS, points=told, batch=3).run(np.zeros((3, 3, 96, 96), np.float32))
    np.testing.assert_allclose(answer['points'], [told] * 3)


def test_points_of_another_shape_and_batches_without_a_file_are_refused():
    with pytest.raises(ValueError, match=r'expected points of the shape \(5, 3\), got \(4, 3\)'):
        FakeBackend(POINTS, points=np.zeros((4, 3)))
    with pytest.raises(SpecError, match='batches of 2'):
        open_backend('fake', 'nowhere', POINTS, BackendOptions(batch=2))
    with pytest.raises(ValueError, match='expected a C-contiguous array'):
        FakeBackend(POINTS, points=np.zeros((5, 3)), batch=3).run(np.zeros((1, 3, 96, 96), np.float32))
