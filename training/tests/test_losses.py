# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from face_training.config import Loss
from face_training.losses import efficient_iou_loss, hardest_negatives, multibox_loss

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


def test_by_the_number_of_all_that_count_and_four_times_is_the_usual_loss_at_three_to_one():
    """S3FD's balance of 4: its label term is divided by four times as many priors."""
    classes = torch.zeros(1, 100, dtype=torch.int64)
    classes[0, :4] = 1
    priors, boxes = torch.rand(100, 4) * 0.2 + 0.3, torch.rand(1, 100, 4).sort(-1).values
    usual = Loss(negatives=3, min_negatives=1)
    balanced = Loss(negatives=3, min_negatives=1, label_norm='used', label_weight=4)
    label_loss, box_loss = multibox_loss(torch.zeros(1, 100, 3), torch.zeros(1, 100, 4), classes, boxes, priors, balanced)
    assert label_loss.item() == pytest.approx(4 * math.log(3), rel=1e-5)
    expected = multibox_loss(torch.zeros(1, 100, 3), torch.zeros(1, 100, 4), classes, boxes, priors, usual)
    assert (label_loss.item(), box_loss.item()) == pytest.approx([each.item() for each in expected])


def test_focal_loss_takes_all_of_the_background_and_little_of_what_is_easy():
    classes = torch.tensor([[1, 0, -1]])
    boxes = torch.tensor([[[0.15, 0.15, 0.35, 0.35]] * 3])
    logits = torch.zeros(1, 3, 3)
    settings = Loss(label_loss='focal', focal_alpha=0.25, focal_gamma=2, class_weights=(1.0, 2.0, 1.0))
    label_loss, _ = multibox_loss(logits, NO_BOXES, classes, boxes, PRIORS, settings)
    assert label_loss.item() == pytest.approx((2 * 0.25 + 0.75) * (2 / 3) ** 2 * math.log(3), rel=1e-5)
    logits[0, 1] = torch.tensor([math.log(18), 0.0, 0.0])         # the background has a share of .9
    label_loss, _ = multibox_loss(logits, NO_BOXES, classes, boxes, PRIORS, settings)
    easy = 0.75 * 0.1 ** 2 * -math.log(0.9)
    assert label_loss.item() == pytest.approx(2 * 0.25 * (2 / 3) ** 2 * math.log(3) + easy, rel=1e-4)


def test_eiou_is_its_formula():
    """Boxes of 4 and 16 share 2 of 18, hull 5 by 4; centres (2, 1) apart, sides 2 and 2."""
    boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [3.0, 4.0, 5.0, 8.0]])
    others = torch.tensor([[1.0, 0.0, 5.0, 4.0], [3.0, 4.0, 5.0, 8.0]])
    expected = [1 - 2 / 18 + 5 / 41 + 4 / 25 + 4 / 16, 0]
    assert efficient_iou_loss(boxes, others).tolist() == pytest.approx(expected, abs=1e-6)


def test_eiou_counts_in_pixels():
    """A face .05 to the right of its prior is 16 of 320 pixels away, whatever the height."""
    classes = torch.tensor([[1, -1, -1]])
    boxes = torch.tensor([[[0.2, 0.15, 0.4, 0.35]] * 3])
    _, box_loss = multibox_loss(torch.zeros(1, 3, 3), NO_BOXES, classes, boxes, PRIORS, Loss(box_loss='eiou'), (320, 240))
    assert box_loss.item() == pytest.approx(1 - 15 / 25 + 16 ** 2 / (80 ** 2 + 48 ** 2), rel=1e-4)
