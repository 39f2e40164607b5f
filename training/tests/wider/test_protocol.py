# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The AP of WIDER FACE, against small cases worked out by hand."""
import math

import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_training.wider.protocol import area_under_envelope, average_precision, normalised
from face_training.wider.reader import Faces

# Ten pixels wide and high: a box from 0 to 9 is, as the toolbox counts them.
FIRST, SECOND, THIRD, NOWHERE = ([left, 0, left + 9, 9] for left in (0, 100, 200, 300))


def faces(*rows):
    return Faces(np.array([row[0] for row in rows], float).reshape(-1, 4), np.array([row[1] for row in rows], bool))


def found(*rows):
    return Detections(np.array([row[0] for row in rows], np.float32).reshape(-1, 4), [row[1] for row in rows],
                      ['face'] * len(rows))


def test_without_pictures_or_faces_there_is_no_ap():
    assert math.isnan(average_precision([], []))
    assert math.isnan(average_precision([faces((FIRST, False))], [found((FIRST, 0.9))]))


def test_faces_that_are_never_found_have_ap_zero():
    assert average_precision([faces((FIRST, True)), faces((FIRST, True))], [found(), found((NOWHERE, 0.9))]) == 0


def test_two_faces_found_in_two_pictures():
    assert average_precision([faces((FIRST, True)), faces((SECOND, True))],
                             [found((FIRST, 0.9)), found((SECOND, 0.3))]) == pytest.approx(1)


def test_a_set_by_hand():
    """Three pictures; FIRST and THIRD of the first and the face of the third count, so there are 3 faces.

    All scores lie in .1 to .9, so that a score s becomes (s - .1) / .8.  From the best down:

    | score | stretched | detection                                       | detections | faces | precision | recall |
    | ----- | --------- | ----------------------------------------------- | ---------- | ----- | --------- | ------ |
    | .9    | 1         | FIRST, found                                    | 1          | 1     | 1         | 1/3    |
    | .8    | .875      | SECOND, which is not of the set: left out       | 1          | 1     | 1         | 1/3    |
    | .75   | .8125     | SECOND again: left out again                    | 1          | 1     | 1         | 1/3    |
    | .7    | .75       | FIRST again: a false positive                   | 2          | 1     | 1/2       | 1/3    |
    | .6    | .625      | nothing there, in the second picture            | 3          | 1     | 1/3       | 1/3    |
    | .5    | .5        | the left half of THIRD: 50 of 100 pixels, found | 4          | 2     | 1/2       | 2/3    |
    | .1    | 0         | nothing there, in the third picture             | 5          | 2     | 2/5       | 2/3    |

    The envelope of precision is 1 up to recall 1/3, 1/2 up to 2/3 and 0 beyond: 1/3 * 1 + 1/3 * 1/2 = 1/2.
    The upper half of THIRD would not do with boxes of 9 pixels: 9 * 4 of 81 are .44.
    """
    truth = [faces((FIRST, True), (SECOND, False), (THIRD, True)), faces((FIRST, False)), faces((SECOND, True))]
    detections = [found(([200, 0, 209, 4], 0.5), (FIRST, 0.7), (SECOND, 0.8), (FIRST, 0.9), (SECOND, 0.75)),
                  found((NOWHERE, 0.6)), found((NOWHERE, 0.1))]
    assert average_precision(truth, detections) == pytest.approx(1 / 2)


def test_scores_within_a_thousandth_count_together():
    """Two faces; stretched scores 1 (found), .5004 (found), .5002 (nothing there) and 0 (nothing there).

    The thresholds are .999, .998 ... .500: the two in the middle are counted at the same one, at which 2 of 3 are right.
    So the AP is 1/2 * 1 + 1/2 * 2/3 = 5/6, not 1 as it would be with a threshold between them.
    """
    truth = [faces((FIRST, True), (SECOND, True))]
    detections = [found((FIRST, 1.0), (SECOND, 0.5004), (NOWHERE, 0.5002), (NOWHERE, 0.0))]
    assert average_precision(truth, detections) == pytest.approx(5 / 6)


def test_a_detection_belongs_to_the_face_it_overlaps_most():
    """Two faces side by side, half a face apart; both detections overlap FIRST most, so that the other is never found.

    The second is a false positive, though it overlaps the other face by half as well: recall ends at 1/2 with precision 1.
    """
    truth = [faces((FIRST, True), ([3, 0, 12, 9], True))]
    detections = [found((FIRST, 0.9), ([1, 0, 10, 9], 0.8), (NOWHERE, 0.0))]
    assert average_precision(truth, detections) == pytest.approx(1 / 2)


def test_scores_are_stretched_over_all_pictures():
    assert normalised([]) == []
    first, empty, second = normalised([np.array([0.2, 0.4]), np.zeros(0), np.array([0.6])])
    assert first == pytest.approx([0, 0.5]) and second == pytest.approx([1]) and not len(empty)
    assert [part.tolist() for part in normalised([np.array([0.3, 0.3])])] == [[1, 1]]


def test_the_envelope_by_hand():
    """Recall .5 at precision .4, then 1 at .8: the higher precision holds for both."""
    assert area_under_envelope(np.array([0.5, 1.0]), np.array([0.4, 0.8])) == pytest.approx(0.8)
    assert area_under_envelope(np.array([0.5, 1.0]), np.array([0.8, 0.4])) == pytest.approx(0.6)
