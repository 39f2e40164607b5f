# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Doubts by hand; each face lies in a corner of its own."""
import pytest

from face_perception.core.detections import Detections
from face_training.annotation.doubt import judge, look

CORNERS = {'a': [0, 0, 10, 10], 'b': [50, 0, 60, 10], 'c': [0, 50, 10, 60]}


def seen(name, *rows):
    """Return the Look of a model with the threshold .5; rows: (corner, label, score), best first."""
    return look(name, 0.5, Detections([CORNERS[row[0]] for row in rows] or [[0, 0, 1, 1]], [row[2] for row in rows] or [0],
                                      [row[1] for row in rows] or [''])[:len(rows)])


def test_a_picture_without_faces_leaves_no_doubt():
    judged = judge(seen('one'))
    assert (judged.faces, judged.candidates, judged.doubt, judged.why) == ([], [], 0, [])


def test_faces_and_what_is_nearly_one_add_up():
    judged = judge(seen('one', ('a', 'human', 0.9), ('b', 'cartoon', 0.6), ('c', 'human', 0.3)))
    assert [(face.label, face.box) for face in judged.faces] == [('human', (0, 0, 10, 10)), ('cartoon', (50, 0, 60, 10))]
    assert [guess.score for guess in judged.candidates] == pytest.approx([0.3])
    assert judged.doubt == pytest.approx(0.1 + 0.4 + 0.3)
    assert judged.why == ['cartoon 0.60 is below 0.8', 'perhaps human 0.30']


@pytest.mark.parametrize('first, second, doubt, why', [
    ([('a', 'human', 0.9), ('a', 'cartoon', 0.4)], None, 0.1, ['human 0.90 may be cartoon 0.40']),
    ([('a', 'human', 0.9)], [('a', 'human', 0.8)], 0.15, []),
    ([('a', 'human', 0.9)], [('a', 'face', 0.8)], 0.15, []),                 # it does not tell faces apart
    ([('a', 'human', 0.9)], [('a', 'cartoon', 0.8)], 0.55, ['human 0.90 is cartoon 0.80 to two']),
    ([('a', 'human', 0.9)], [('a', 'cartoon', 0.8), ('a', 'human', 0.3)], 0.4, ['human 0.90 is cartoon 0.80 to two']),
    ([('a', 'human', 0.9)], [], 0.55, ['human 0.90 is not seen by two']),
    ([('a', 'human', 0.9)], [('a', 'human', 0.3)], 0.4, ['human 0.90 is not seen by two']),
    ([('a', 'human', 0.4)], [('a', 'human', 0.9)], 0.65, ['human 0.90 to two, only 0.40 to one']),
    ([('a', 'human', 0.4)], [('a', 'human', 0.3)], 0.35, ['perhaps human 0.40']),
    ([], [('a', 'human', 0.9)], 0.45, ['human 0.90 is seen by two alone']),
    ([], [('a', 'human', 0.4)], 0, []),                                      # nobody would have written it
])
def test_two_models_disagree(first, second, doubt, why):
    judged = judge(seen('one', *first), None if second is None else seen('two', *second))
    assert judged.doubt == pytest.approx(doubt) and judged.why == why
    assert len(judged.faces) == sum(score >= 0.5 for _, _, score in first)


def test_who_is_sure_is_a_question_of_the_caller():
    assert judge(seen('one', ('a', 'human', 0.9)), sure=0.95).why == ['human 0.90 is below 0.95']
