# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest

from face_training.data.listing import Face, Picture
from face_training.data.split import split
from face_training.data.structure import DataError


@pytest.fixture
def draw(tmp_path):
    """The function that writes pictures {name: (seed of its look, labels)}."""
    def make(looks):
        pictures = []
        for name, (seed, *labels) in looks.items():
            path = tmp_path / f'{name}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
            cv2.imwrite(str(path), cv2.resize(noise, (160, 120), interpolation=cv2.INTER_CUBIC))
            pictures.append(Picture(name, path, tuple(Face(name, label, [1, 2, 30, 40]) for label in labels), (160, 120)))
        return pictures
    return make


def names(pictures):
    return [picture.name for picture in pictures]


def test_no_pictures_and_one_picture_cannot_be_split(draw):
    with pytest.raises(DataError, match='0 pictures in 0 groups cannot be split'):
        split([], 0.2, 0)
    with pytest.raises(DataError, match='1 pictures in 1 groups cannot be split'):
        split(draw({'a': (1, 'dad')}), 0.5, 0)


def test_the_seed_decides_and_no_picture_is_lost(draw):
    pictures = draw({f'{n:03}': (n, 'dad') for n in range(20)})
    learnt, judged = split(pictures, 0.21, 3)
    assert (len(learnt), len(judged)) == (16, 4) and sorted(names(learnt + judged)) == names(pictures)
    assert names(split(pictures, 0.21, 3)[1]) == names(judged) == sorted(names(judged))
    assert any(names(split(pictures, 0.21, seed)[1]) != names(judged) for seed in (4, 5))


@pytest.mark.parametrize('name', ['clip{}/{:03}', 'clip{}__{:03}'])
@pytest.mark.parametrize('seed', range(3))
def test_a_scene_lies_on_one_side(draw, name, seed):
    pictures = draw({name.format(n // 4, n): (n, 'dad') for n in range(20)})
    learnt, judged = split(pictures, 0.4, seed)
    scenes = [{each[:5] for each in names(side)} for side in (learnt, judged)]
    assert len(judged) == 8 and not scenes[0] & scenes[1]
    assert len({each[:5] for each in names(split(pictures, 0.4, seed, group='')[1])}) > 2


def test_what_is_nearly_the_same_lies_on_one_side(draw):
    """Frames of a film that somebody saved twice, under any names."""
    pictures = draw({f'{n:03}': (n // 2, 'dad') for n in range(20)})
    for seed in range(5):
        judged = {int(name) // 2 for name in names(split(pictures, 0.3, seed)[1])}
        assert len(judged) == 3


def test_a_regular_expression_names_other_groups(draw):
    pictures = draw({f'cam{n % 5}-{n:03}': (n, 'dad') for n in range(20)})
    judged = names(split(pictures, 0.4, 0, group=r'^(cam\d)')[1])
    assert len(judged) == 8 and len({name[:4] for name in judged}) == 2


def test_groups_that_are_too_large_are_said(draw):
    pictures = draw({f'{label}/{n:03}': (10 * place + n, label) for place, label in enumerate(('dad', 'dexter'))
                     for n in range(8)})
    with pytest.raises(DataError, match="smallest of 2 groups has more than the 3 pictures .* say --group ''"):
        split(pictures, 0.2, 0)
    with pytest.raises(DataError, match='the label d[a-z]* is only on pictures to judge'):
        split(pictures, 0.5, 0)
