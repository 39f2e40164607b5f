# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from face_training.config import Loss
from face_training.losses import hardest_negatives, multibox_loss

PRIORS = torch.tensor([[0.25, 0.25, 0.2, 0.2], [0.75, 0.75, 0.2, 0.2], [0.5, 0.5, 0.4, 0.4]])
NO_BOXES = torch.zeros(1, 3, 4)


def test_without_faces_the_background_is_learnt_and_no_box():
    classes = torch.zeros(1, 3, dtype=torch.int64)
    label_loss, box_loss = multibox_loss(torch.zeros(1, 3, 3), NO_BOXES, classes, NO_BOXES, PRIORS, Loss())
    assert label_loss.item() == pytest.approx(3 * math.log(3), rel=1e-5)
    assert box_loss.item() == 0


def test_two_faces_of_two_labels_weigh_by_their_class():
    classes = torch.tensor([[1, 2, -1]])
    boxes = torch.tensor([[[0.15, 0.15, 0.35, 0.35], [0.65, 0.65, 0.85, 0.85], [0.0, 0.0, 0.0, 0.0]]])
    weighted = Loss(class_weights=(1.0, 2.0, 4.0))
    label_loss, box_loss = multibox_loss(torch.zeros(1, 3, 3), NO_BOXES, classes, boxes, PRIORS, weighted)
    assert label_loss.item() == pytest.approx((2 + 4) * math.log(3) / 2, rel=1e-5)
    assert box_loss.item() == pytest.approx(0, abs=1e-5)          # boxes equal to their priors need no correction


def test_a_face_at_the_wrong_place_costs():
    classes = torch.tensor([[1, -1, -1]])
    boxes = torch.tensor([[[0.2, 0.15, 0.4, 0.35]] * 3])
    _, box_loss = multibox_loss(torch.zeros(1, 3, 3), NO_BOXES, classes, boxes, PRIORS, Loss())
    assert box_loss.item() == pytest.approx(2.5 - 0.5, rel=1e-4)   # 0.05 / 0.2 / 0.1 off in x: smooth L1 of 2.5


def test_an_ignored_prior_has_no_say():
    classes = torch.tensor([[1, 0, -1]])
    boxes = torch.tensor([[[0.15, 0.15, 0.35, 0.35]] * 3])
    logits = torch.randn(1, 3, 3)
    first = multibox_loss(logits, NO_BOXES, classes, boxes, PRIORS, Loss())
    logits[0, 2] = torch.tensor([-50.0, 50.0, 0.0])
    assert multibox_loss(logits, NO_BOXES, classes, boxes, PRIORS, Loss()) == first


def test_the_hardest_negatives_are_taken_and_only_candidates():
    loss = torch.tensor([[0.1, 0.9, 0.5, 0.7], [0.4, 0.3, 0.2, 0.1]])
    candidates = torch.tensor([[True, False, True, True], [True, True, True, True]])
    mask = hardest_negatives(loss, candidates, torch.tensor([2, 1]))
    assert mask.tolist() == [[False, False, True, True], [True, False, False, False]]


def test_mining_keeps_the_ratio_to_the_faces():
    classes = torch.zeros(1, 100, dtype=torch.int64)
    classes[0, :4] = 1
    settings = Loss(negatives=3, min_negatives=1)
    priors = torch.rand(100, 4) * 0.2 + 0.3
    boxes = torch.rand(1, 100, 4).sort(-1).values
    label_loss, _ = multibox_loss(torch.zeros(1, 100, 3), torch.zeros(1, 100, 4), classes, boxes, priors, settings)
    assert label_loss.item() == pytest.approx((4 + 12) * math.log(3) / 4, rel=1e-5)
