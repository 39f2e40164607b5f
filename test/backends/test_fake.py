# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fake backend answers what it was told, in the order a real one would."""
import blob_model
import numpy as np
import pytest

from face_perception.backends.fake import FakeBackend
from face_perception.models.spec import parse_spec

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
