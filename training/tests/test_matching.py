# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch

from face_training.config import Loss
from face_training.matching import IGNORE, adaptive, intersections, match
from face_training.networks.slim import ULFG_LAYERS
from face_training.priors import layer_slices, make_priors, to_corners

PRIORS = make_priors(320, 240, ULFG_LAYERS)
SLICES = layer_slices(320, 240, ULFG_LAYERS)


def matched(boxes, classes, **settings):
    count = len(boxes)
    return match(torch.tensor(boxes).reshape(1, count, 4), torch.tensor(classes).reshape(1, count).long(),
                 PRIORS, SLICES, Loss(**settings), (320, 240))


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


def test_atss_gives_every_face_priors_of_its_own_size():
    """A small and a large face, both of which fixed overlap would treat unequally."""
    faces = [[0.1, 0.1, 0.15, 0.17], [0.3, 0.2, 0.9, 0.95]]
    classes, boxes = matched(faces, [1, 2], assign='atss', ignore_iou=0.5)
    for face, kind in zip(faces, (1, 2)):
        own = classes[0] == kind
        assert own.sum() >= 2
        assert torch.allclose(boxes[0][own], torch.tensor(face))
        centres = PRIORS[own][:, :2]
        assert ((centres > torch.tensor(face[:2])) & (centres < torch.tensor(face[2:]))).all()


def test_atss_is_its_formula_on_one_face():
    """The mask against plain numpy: nearest candidates of each layer, mean plus deviation, centre inside."""
    corners = to_corners(PRIORS)
    face = torch.tensor([[0.30, 0.30, 0.45, 0.52]])
    overlap, own, other = intersections(face, corners)
    iou = overlap / (own[:, None] + other - overlap)
    found = adaptive(face, corners, iou, SLICES, 6, (320, 240))[0].numpy()
    centre = np.array([0.375 * 320, 0.41 * 240])
    distance = np.linalg.norm((corners[:, :2] + corners[:, 2:]).numpy() / 2 * [320, 240] - centre, axis=1)
    candidates = np.concatenate([part.start + np.argsort(distance[part], kind='stable')[:6] for part in SLICES])
    values = iou[0].numpy()[candidates]
    expected = {int(c) for c in candidates[values >= values.mean() + values.std()]
                if (0.30 < PRIORS[c, 0] < 0.45) and (0.30 < PRIORS[c, 1] < 0.52)}
    assert set(np.flatnonzero(found).tolist()) == expected and expected


def test_what_atss_leaves_out_near_a_face_is_no_background():
    classes, _ = matched([[0.3, 0.2, 0.9, 0.95]], [1], assign='atss', ignore_iou=0.3)
    assert (classes == IGNORE).any() and (classes == 1).any()
