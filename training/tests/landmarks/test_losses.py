# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The terms of the loss against numbers worked out by hand."""
import math

import pytest
import torch

from face_training.landmarks.augment import Crops
from face_training.landmarks.config import Loss
from face_training.landmarks.losses import loss_terms, point_loss, score_loss, wing
from face_training.landmarks.networks import Answer

FIVE = ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left')
FOUR = ('right_eye', 'left_eye', 'nose', 'mouth')
TRUTH = torch.tensor([[0.3, 0.4], [0.7, 0.4], [0.5, 0.5], [0.4, 0.7], [0.6, 0.7], [0.5, 0.7]])


def crops(count=1, labelled=(1, 1, 1, 1, 1, 1)):
    return Crops(torch.zeros(count, 3, 4, 4), TRUTH.repeat(count, 1, 1), torch.tensor(labelled).float().repeat(count, 1),
                 torch.tensor([[0.2, 0.1, 0.8, 0.9]]).repeat(count, 1))


def five(*changes):
    points = TRUTH[:5].clone()
    for row, x in changes:
        points[row, 0] += x
    return points[None]


def test_crops_without_a_face_have_no_point_loss():
    none = crops(2, (0, 0, 0, 0, 0, 0))
    assert point_loss(Answer(torch.rand(2, 5, 2)), none, range(5), Loss()) == 0


def test_wing_is_logarithmic_and_then_linear():
    found = wing(torch.tensor([0.0, 0.02, 0.1, 0.3]), 0.1, 0.02)
    join = 0.1 - 0.1 * math.log(6)
    assert found.tolist() == pytest.approx([0, 0.1 * math.log(2), 0.1 * math.log(6), 0.3 - join], abs=1e-6)
    assert wing(torch.tensor([0.1 - 1e-6]), 0.1, 0.02).item() == pytest.approx(found[2].item(), abs=1e-4)


def test_mean_square_of_the_labelled_points():
    answer = Answer(five((0, 0.2)))
    assert point_loss(answer, crops(), range(5), Loss(points='mse')).item() == pytest.approx(0.04 / 5)
    hidden = crops(labelled=(0, 1, 1, 1, 1, 1))
    assert point_loss(answer, hidden, range(5), Loss(points='mse')).item() == pytest.approx(0, abs=1e-6)


def test_normalised_errors_are_in_eye_distances():
    """Which is .4 of the crop here; at least .5 is asked for in the second case."""
    answer = Answer(five((0, 0.2)))
    assert point_loss(answer, crops(), range(5), Loss(points='mse', normalise=True)).item() == pytest.approx(0.25 / 5)
    wide = Loss(points='mse', normalise=True, least_eye_distance=0.5)
    assert point_loss(answer, crops(), range(5), wide).item() == pytest.approx(0.16 / 5)


def test_where_the_corners_are_not_known_the_middle_of_the_mouth_is_learnt():
    known = crops(labelled=(1, 1, 1, 0, 0, 1))
    opened = five((3, -0.1), (4, 0.1))            # the middle stays
    assert point_loss(Answer(opened), known, range(5), Loss(points='mse')).item() == pytest.approx(0, abs=1e-6)
    moved = five((3, 0.1), (4, 0.1))
    assert point_loss(Answer(moved), known, range(5), Loss(points='mse')).item() == pytest.approx(0.01 / 4)
    # With the corners the middle says nothing more.
    assert point_loss(Answer(moved), crops(), range(5), Loss(points='mse')).item() == pytest.approx(0.02 / 5)


def test_scores_learn_what_is_near():
    near = Answer(five(), torch.full((1, 5), 10.0))
    far = Answer(five(*((row, 0.2) for row in range(5))), torch.full((1, 5), 10.0))
    nothing = crops(labelled=(0,) * 6)
    assert score_loss(near, crops(), range(5), Loss()).item() < 1e-3
    assert score_loss(far, crops(), range(5), Loss()).item() == pytest.approx(10, abs=0.01)
    assert score_loss(near, nothing, range(5), Loss()).item() == pytest.approx(10, abs=0.01)
    # Of a face whose corners are not known only the other points are judged.
    some = Answer(five(), torch.tensor([[10.0, 10, 10, -10, -10]]))
    assert score_loss(some, crops(labelled=(1, 1, 1, 0, 0, 1)), range(5), Loss()).item() < 1e-3


def test_the_terms_are_weighted_and_those_without_weight_left_out():
    answer = Answer(torch.cat([five()[:, :3], TRUTH[None, 5:]], 1), box=torch.tensor([[0.2, 0.1, 0.8, 0.7]]))
    terms = loss_terms(answer, crops(), FOUR, Loss(points='mse', box_weight=2))
    assert set(terms) == {'point_loss', 'box_loss'}
    assert terms['point_loss'].item() == pytest.approx(0, abs=1e-6)
    assert terms['box_loss'].item() == pytest.approx(2 * 0.2 ** 2 / 2)
    assert set(loss_terms(answer, crops(), FOUR, Loss(points='mse'))) == {'point_loss'}
    terms = loss_terms(Answer(five(), torch.zeros(1, 5)), crops(), FIVE, Loss(score_weight=0.5))
    assert terms['score_loss'].item() == pytest.approx(0.5 * math.log(2))
