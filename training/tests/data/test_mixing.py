# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import collections

import pytest

from face_training.data.mixing import Mixture


def shown(mixture, *epochs):
    return collections.Counter(mixture.index(epoch * len(mixture) + place)
                               for epoch in epochs for place in range(len(mixture)))


@pytest.mark.parametrize('parts', [[], [(0, 2.0)]])
def test_nothing_has_no_places(parts):
    assert len(Mixture(parts)) == 0


def test_two_parts_without_weights_are_one_list():
    """Keys mean what they meant before there were weights: former trainings are repeated to the bit."""
    mixture = Mixture([(3, 1.0), (4, 1.0)], seed=7)
    assert [mixture.index(key) for key in range(14)] == [*range(7), *range(7)]


def test_a_weight_of_two_shows_twice_and_a_half_every_second_epoch():
    mixture = Mixture([(3, 2.0), (4, 0.5), (2, 1.0)], seed=7)
    assert len(mixture) == 10
    first, second = shown(mixture, 0), shown(mixture, 1)
    assert first[0] == first[1] == first[2] == 2 and first[7] == first[8] == 1
    halves = [{n for n in epoch if 3 <= n < 7} for epoch in (first, second)]
    assert [len(half) for half in halves] == [2, 2] and halves[0] | halves[1] == {3, 4, 5, 6}


@pytest.mark.parametrize('weight', [0.3, 1.7])
def test_all_pictures_of_a_part_are_shown_equally_often(weight):
    counts = shown(Mixture([(10, weight), (5, 1.0)]), *range(10))
    assert {counts[n] for n in range(10)} == {round(10 * weight)}


def test_a_part_has_one_place_at_least():
    assert len(Mixture([(10, 0.01)])) == 1


def test_the_seed_alone_decides_what_an_epoch_shows():
    one, same, other = (Mixture([(100, 0.5)], seed) for seed in (1, 1, 2))
    assert shown(one, 0) == shown(same, 0) != shown(other, 0)
