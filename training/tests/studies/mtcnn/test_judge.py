# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fifth work's average precision, against a case worked out by hand, and its files."""
import json
import pathlib

import numpy as np
import pytest
from studies.mtcnn.cascade import LABEL
from studies.mtcnn.judge import count, judge, write_predictions

from face_perception.core.detections import Detections
from face_training.data.sample import IGNORE, Sample


def sample(boxes, labels=None):
    return Sample(pathlib.Path('show/1.jpg'), 100, 100, 'show', np.array(boxes, np.float32).reshape(-1, 4),
                  np.zeros(len(boxes), np.int64) if labels is None else np.array(labels))


def faces(*rows):
    rows = np.array(rows, np.float32).reshape(-1, 5)
    return Detections(rows[:, :4], rows[:, 4], np.full(len(rows), LABEL))


def test_nothing_found_and_nothing_to_find():
    values = judge([sample([])], [faces()])
    assert np.isnan(values['ap']) and np.isnan(values['recall']) and np.isnan(values['precision'])
    values = judge([sample([[0, 0, 10, 10]])], [faces()])
    assert values['ap'] == 0 and values['recall'] == 0


def test_average_precision_worked_out_by_hand():
    # Two pictures, three faces. By falling score hit, miss, hit, hit: precision 1, 1/2, 2/3, 3/4 at recall 1/3, 1/3, 2/3, 1.
    # Made monotonous from the right: 1 up to 1/3, then 3/4. Of the recalls 0, .01 ... 1, 34 are up to 1/3 and 67 above.
    samples = [sample([[0, 0, 20, 20], [50, 50, 70, 70]]), sample([[10, 10, 40, 40]])]
    found = [faces([0, 0, 20, 20, 0.9], [80, 0, 99, 20, 0.8], [50, 50, 70, 70, 0.5]), faces([10, 10, 40, 40, 0.7])]
    values = judge(samples, found)
    assert values['ap'] == pytest.approx((34 * 1 + 67 * 0.75) / 101)
    assert values['recall'] == 1 and values['precision'] == 0.75


@pytest.mark.parametrize('width, hit', [
    (34, True),         # IoU 34 / 100
    (31, True),
    (29, False),        # below .3
])
def test_a_face_is_found_from_an_overlap_of_three_tenths(width, hit):
    assert count([sample([[0, 0, 100, 50]])], [faces([0, 0, width, 50, 0.5])]) == (int(hit), int(not hit), 1)


def test_a_face_is_matched_once():
    found = faces([0, 0, 20, 20, 0.9], [0, 0, 20, 19, 0.8])
    assert count([sample([[0, 0, 20, 20]])], [found]) == (1, 1, 1)


def test_a_detection_in_an_ignored_region_counts_for_nothing():
    samples = [sample([[0, 0, 20, 20], [50, 50, 90, 90]], [0, IGNORE])]
    found = [faces([0, 0, 20, 20, 0.9], [55, 55, 75, 75, 0.8], [0, 60, 20, 80, 0.7])]
    assert count(samples, found) == (1, 1, 1)
    assert judge(samples, found)['precision'] == 0.5


def test_predictions_are_written_as_rows_and_as_coco(tmp_path):
    write_predictions(tmp_path / 'a.predictions', [sample([]), sample([])], [faces(), faces([1, 2, 11, 22, 0.5])])
    rows = np.load(tmp_path / 'a.npy')
    assert rows['path'].tolist() == ['show/1.jpg'] and rows['box'].tolist() == [[1, 2, 11, 22]]
    assert rows['confidence'].tolist() == [0.5]
    assert json.loads((tmp_path / 'a.json').read_text()) == [
        {'image_id': 2, 'file_name': 'show/1.jpg', 'category_id': 1, 'bbox': [1.0, 2.0, 10.0, 20.0], 'score': 0.5}]
