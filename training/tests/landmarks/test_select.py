# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Filters and split."""
import dataclasses
import pathlib

import numpy as np

from face_training.landmarks.config import Data
from face_training.landmarks.faces import make_face
from face_training.landmarks.select import keep, split

POINTS = np.array([[10, 20], [30, 22], [20, 30], [12, 40], [28, 42]])
PLAIN = Data(train=(), val='')


def face(name, **more):
    return make_face(pathlib.Path(name), POINTS, group=more.pop('group', name), **more)


def test_no_face_gives_empty_parts():
    assert keep([], PLAIN) == []
    assert split([], (0.8, 0.1, 0.1), 0) == {'train': [], 'choose': [], 'test': []}


def test_the_filters():
    alone, two, partial = face('a'), [face('b'), face('b')], face('c', labelled=np.array([1, 1, 1, 1, 0], bool))
    small = make_face(pathlib.Path('d'), POINTS / 4)
    faces = [alone, *two, partial, small]
    assert keep(faces, PLAIN) == [alone]
    assert keep(faces, dataclasses.replace(PLAIN, one_face=False)) == [alone, *two]
    assert keep(faces, dataclasses.replace(PLAIN, all_points=False)) == [alone, partial]
    assert keep(faces, dataclasses.replace(PLAIN, smallest_eye_distance=2)) == [alone, small]


def test_a_group_lies_on_one_side_and_the_shares_hold():
    faces = [face(f'{number}', group=f'person {number // 3}') for number in range(3000)]
    parts = split(faces, (0.8, 0.1, 0.1), 0)
    assert sum(len(part) for part in parts.values()) == 3000
    groups = [{each.group for each in part} for part in parts.values()]
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
    assert abs(len(parts['train']) / 3000 - 0.8) < 0.04 and abs(len(parts['test']) / 3000 - 0.1) < 0.03
    assert [each.path for each in split(faces[:30], (0.8, 0.1, 0.1), 0)['train']] == \
        [each.path for each in parts['train'] if each in faces[:30]]      # whatever else is there
