# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pathlib

import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_training.average_precision import average_precisions
from face_training.data.sample import Sample
from face_training.metrics import at_threshold, calibration_error, figures


def average_precision(samples, detections, labels, label):
    return average_precisions(samples, detections, labels, label)['ap50']


LABELS = ('human', 'cartoon')


def sample(boxes, labels, source='a'):
    return Sample(pathlib.Path('x.jpg'), 100, 100, source, np.array(boxes, np.float32).reshape(-1, 4),
                  np.array(labels, np.int64))


def found(*rows):
    return Detections(np.array([r[0] for r in rows], np.float32).reshape(-1, 4), [r[1] for r in rows],
                      [r[2] for r in rows])


FACE, OTHER = [10, 10, 40, 40], [50, 50, 90, 90]


def test_nothing_labelled_and_nothing_found():
    counts = at_threshold([], [], LABELS)
    assert counts['images'] == counts['face_free'] == 0
    assert np.isnan(average_precision([], [], LABELS, 'human'))
    assert np.isnan(figures([], [], LABELS)['image_accuracy'])


def test_two_faces_of_two_labels_all_found():
    samples = [sample([FACE, OTHER], [0, 1])]
    values = figures(samples, [found((FACE, 0.9, 'human'), (OTHER, 0.8, 'cartoon'))], LABELS)
    assert values['ap50/human'] == pytest.approx(1)
    assert values['ap50/cartoon/a'] == pytest.approx(1)
    assert values['image_accuracy'] == 1 and values['label_confusion'] == 0


def test_a_false_box_that_ranks_first_halves_the_precision():
    samples = [sample([FACE], [0])]
    two = found((OTHER, 0.9, 'human'), (FACE, 0.5, 'human'))
    assert average_precision(samples, [two], LABELS, 'human') == pytest.approx(0.5, abs=1e-6)


def test_a_face_that_is_never_found_has_ap_zero():
    assert average_precision([sample([FACE], [0])], [found()], LABELS, 'human') == 0


@pytest.mark.parametrize('label', LABELS)
def test_an_ignore_region_neither_rewards_nor_punishes_either_label(label):
    samples = [sample([FACE, OTHER], [LABELS.index(label), -1])]
    in_region = found((OTHER, 0.9, label), (FACE, 0.5, label))
    assert average_precision(samples, [in_region], LABELS, label) == pytest.approx(1)


def test_the_wrong_label_is_confusion_and_no_accuracy():
    counts = at_threshold([sample([FACE], [1])], [found((FACE, 0.9, 'human'))], LABELS)
    assert (counts['images'], counts['right_images'], counts['matched'], counts['confused']) == (1, 0, 1, 1)


def test_the_best_overlapping_detection_decides_the_label():
    counts = at_threshold([sample([FACE], [1])], [found((FACE, 0.6, 'human'), (FACE, 0.9, 'cartoon'))], LABELS)
    assert (counts['matched'], counts['confused'], counts['right_images']) == (1, 0, 1)


def test_false_positives_count_on_face_free_pictures_from_the_threshold_on():
    samples = [sample([], []), sample([], []), sample([[0, 0, 50, 50]], [-1])]
    detections = [found((FACE, 0.5, 'human'), (OTHER, 0.49, 'human')), found(), found((FACE, 0.9, 'human'))]
    counts = at_threshold(samples, detections, LABELS)
    assert (counts['face_free'], counts['false_positives'], counts['images']) == (2, 1, 0)


def test_a_loose_box_is_no_match():
    counts = at_threshold([sample([FACE], [0])], [found(([10, 10, 80, 80], 0.9, 'human'))], LABELS)
    assert (counts['matched'], counts['right_images'], counts['faces']['human']) == (0, 0, 1)


def test_average_precision_by_overlap_and_size():
    """By hand: of two small faces one is found; a large one is found with an overlap between .3 and .5."""
    small = [sample([[0, 0, 4, 4], [50, 50, 54, 54], [60, 60, 90, 90]], [0, 0, 0])]     # 11.1 and 83 pixels at 320x240
    boxes = found(([0, 0, 4, 4], 0.9, 'human'), ([60, 60, 90, 72], 0.8, 'human'))       # overlaps 1 and .4
    values = average_precisions(small, [boxes], LABELS, 'human')
    assert values['ap50/below_16'] == pytest.approx(51 / 101, abs=1e-6)                 # recall .5, precision 1
    assert values['ap50/from_64'] == 0 and np.isnan(values['ap50/16_to_32'])
    assert values['ap50'] == pytest.approx(34 / 101, abs=1e-6)                          # recall 1/3
    assert values['ap30'] == pytest.approx(67 / 101, abs=1e-6)                          # recall 2/3


def test_calibration_error_is_the_gap_between_score_and_share_of_right_ones():
    assert np.isnan(calibration_error([], [], LABELS))
    samples = [sample([FACE], [0]), sample([], [])]
    detections = [found((FACE, 0.95, 'human')), found((OTHER, 0.55, 'human'))]
    # Bin of .95: all right, gap .05; bin of .55: none right, gap .55; half of the detections each.
    assert calibration_error(samples, detections, LABELS) == pytest.approx((0.05 + 0.55) / 2, abs=1e-6)


def test_large_false_positives_are_told_apart():
    detections = [found(([0, 0, 30, 30], 0.9, 'human'), ([0, 0, 10, 10], 0.9, 'human'))]
    counts = at_threshold([sample([], [])], detections, LABELS)
    assert (counts['false_positives'], counts['large_false_positives']) == (2, 1)


def test_pictures_without_a_source_make_no_row_without_a_name():
    samples = [sample([FACE], [0]), sample([FACE], [0], source='')]
    result = figures(samples, [found((FACE, 0.9, 'human')), found((FACE, 0.9, 'human'))], LABELS)
    assert result['ap50/human/a'] > 0.99 and 'ap50/human/' not in result and result['ap50/human'] > 0.99
