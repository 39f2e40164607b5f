# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import torch
from face_training.priors import make_priors
from face_training.matching import IGNORE, match

PRIORS = make_priors(320, 240)


def matched(boxes, classes, match_iou=0.35, ignore_iou=0.35):
    count = len(boxes)
    return match(torch.tensor(boxes).reshape(1, count, 4), torch.tensor(classes).reshape(1, count).long(),
                 PRIORS, match_iou, ignore_iou)


def test_without_faces_every_prior_is_background():
    classes, boxes = matched([], [])
    assert classes.shape == (1, 4420) and (classes == 0).all()
    assert boxes.shape == (1, 4420, 4)


def test_two_faces_get_priors_of_their_own_class_and_box():
    faces = [[0.1, 0.1, 0.3, 0.35], [0.6, 0.5, 0.9, 0.9]]
    classes, boxes = matched(faces, [1, 2])
    for face, kind in zip(faces, (1, 2)):
        own = classes[0] == kind
        assert own.any()
        assert torch.allclose(boxes[0][own], torch.tensor(face))


def test_a_face_smaller_than_every_prior_still_has_one():
    classes, _ = matched([[0.5, 0.5, 0.505, 0.505]], [2])
    assert (classes == 2).sum() == 1


def test_padding_changes_nothing():
    plain, _ = matched([[0.1, 0.1, 0.3, 0.35]], [1])
    padded, _ = matched([[0.1, 0.1, 0.3, 0.35], [0.0, 0.0, 0.0, 0.0]], [1, 0])
    assert torch.equal(plain, padded)


def test_priors_in_an_ignore_region_are_neither_face_nor_background():
    classes, _ = matched([[0.0, 0.0, 0.5, 1.0]], [IGNORE])
    assert (classes == IGNORE).any()
    assert not (classes > 0).any()
    assert (classes[0][PRIORS[:, 0] > 0.8] == 0).any()


def test_a_face_inside_an_ignore_region_is_still_learnt():
    classes, _ = matched([[0.0, 0.0, 0.5, 1.0], [0.1, 0.1, 0.3, 0.35]], [IGNORE, 1])
    assert (classes == 1).sum() == (matched([[0.1, 0.1, 0.3, 0.35]], [1])[0] == 1).sum()


def test_between_the_two_overlaps_a_prior_is_ignored():
    plain, _ = matched([[0.1, 0.1, 0.3, 0.35]], [1])
    banded, _ = matched([[0.1, 0.1, 0.3, 0.35]], [1], ignore_iou=0.25)
    assert (banded == IGNORE).sum() > 0
    assert torch.equal(plain == 1, banded == 1)
