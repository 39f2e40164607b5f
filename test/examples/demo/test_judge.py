# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Right label at the right place counts, nothing else does."""
import dataclasses
from collections import Counter

import numpy as np

from examples.demo.judge import PartResult, judge, judge_frame, share_found, shortcomings
from examples.film import Truth
from face_perception.core.detections import Detections

PERSON = Truth('human', (100, 100, 200, 200))
DRAWING = Truth('cartoon', (300, 100, 400, 200))


def seen(*rows):
    return Detections(np.array([r[1] for r in rows], np.float32).reshape(-1, 4), [0.9] * len(rows),
                      [r[0] for r in rows])


def test_nothing_there_and_nothing_seen():
    assert judge_frame([], Detections.empty()) == ({}, 0, 0)
    assert judge([], {}) == []


def test_two_faces_found():
    both = seen(('cartoon', (305, 105, 405, 205)), ('human', (95, 100, 195, 200)))
    assert judge_frame([PERSON, DRAWING], both) == ({'human': 1, 'cartoon': 1}, 0, 0)


def test_the_wrong_label_a_wrong_place_and_a_second_box_do_not_count():
    assert judge_frame([PERSON], seen(('cartoon', PERSON.box))) == ({}, 1, 0)
    assert judge_frame([PERSON], seen(('human', (160, 160, 260, 260)))) == ({}, 0, 1)
    assert judge_frame([PERSON], seen(('human', PERSON.box), ('human', PERSON.box))) == ({'human': 1}, 0, 1)
    assert judge_frame([], seen(('human', PERSON.box))) == ({}, 0, 1)
    assert judge_frame([PERSON, DRAWING], Detections.empty()) == ({}, 0, 0)


def test_of_two_labels_at_one_face_the_surer_counts():
    both = [('cartoon', PERSON.box), ('human', (100, 100, 200, 190))]       # best first, as detectors give them
    assert judge_frame([PERSON], seen(*both)) == ({}, 1, 1)
    assert judge_frame([PERSON], seen(*both[::-1])) == ({'human': 1}, 0, 1)


def test_a_film_is_judged_part_by_part():
    shots = [('one', [PERSON]), ('one', [PERSON, DRAWING]), ('empty', []), ('bonus', None), ('one', [PERSON])]
    answers = {0: seen(('human', PERSON.box)), 1: seen(('human', PERSON.box)), 2: seen(('human', PERSON.box)),
               3: seen(('cartoon', DRAWING.box))}
    one, empty, bonus = judge(shots, answers)
    assert one == PartResult('one', False, 3, 2, Counter(human=2, cartoon=1), Counter(human=2))
    assert empty == PartResult('empty', True, 1, 1, false_positives=1)
    assert bonus == PartResult('bonus', False, 1, 1, bonus=1)
    assert share_found([one, empty], 'human') == 1.0 and share_found([one], 'cartoon') == 0.0
    assert share_found([empty], 'human') is None


def result(human, cartoon, answered=100):
    return PartResult('film', False, 100, answered, Counter(human=100, cartoon=100),
                      Counter(human=human, cartoon=cartoon))


def test_the_demo_fails_without_either_kind_or_without_answers():
    assert shortcomings([result(100, 100)]) == []
    assert 'human' in shortcomings([result(50, 100)])[0]
    assert 'cartoon' in shortcomings([result(100, 20)])[0]
    assert len(shortcomings([result(0, 0)])) == 4, 'in all, and in the part'
    assert 'answered' in shortcomings([result(100, 100, answered=10)])[0]
    assert len(shortcomings([])) == 2


def test_a_style_that_is_missed_does_not_hide_behind_the_others():
    parts = [result(100, 100)] * 9 + [dataclasses.replace(result(100, 20), name='comic')]
    assert share_found(parts, 'cartoon') > 0.9
    said, = shortcomings(parts)
    assert 'comic' in said and '20 of 100 cartoon' in said
