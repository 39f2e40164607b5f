# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch

from face_training.config import Loss
from face_training.matching import IGNORE, adaptive, compensated, match
from face_training.networks.slim import ULFG_LAYERS
from face_training.priors import intersections, layer_slices, make_priors, prior_strides, to_corners
from face_training.simota import Prediction, simota

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


# Three faces: four priors of enough overlap, two, none.
OVERLAPS = torch.tensor([[0.9, 0.8, 0.5, 0.4, 0.0, 0.0, 0.0, 0.0],
                         [0.0, 0.0, 0.0, 0.2, 0.6, 0.5, 0.05, 0.0],
                         [0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.3, 0.15]])


def test_faces_with_too_few_priors_take_as_many_as_others_have():
    """On average a face has two; the third takes its two best."""
    learns = compensated(OVERLAPS, Loss(assign='s3fd'))
    assert learns.int().tolist() == [[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1, 1, 0]]


def test_or_as_many_as_the_yaml_says_but_none_below_the_second_overlap():
    learns = compensated(OVERLAPS, Loss(assign='s3fd', second_best=4))
    assert learns.int().tolist() == [[1, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1, 1, 1]]


def test_a_prior_that_two_steps_offer_learns_the_face_it_overlaps_best():
    """A large face, and one of 9.6 pixels at the corner of four cells, where no prior overlaps it by .35."""
    faces = [[0.1, 0.1, 0.3, 0.35], [0.61, 0.48, 0.64, 0.52]]
    once, _ = matched(faces, [1, 2])
    classes, boxes = matched(faces, [1, 2], assign='s3fd')
    large = (once == 1).sum().item()                     # and none of the small one: half of it is the average
    assert ((once == 2).sum().item(), (classes == 2).sum().item()) == (1, large / 2) == (1, 6)
    assert torch.equal(once == 1, classes == 1)
    assert torch.allclose(boxes[0][classes[0] == 2], torch.tensor(faces[1]))


# Four priors of stride 8 in a picture of 40x40; the face is 16 by 14 around (12, 11).
SPOTS = torch.tensor([[6, 6, 14, 14], [10, 6, 18, 14], [26, 26, 34, 34], [8, 8, 16, 16]]) / 40
FACE = [4, 4, 20, 18]
STRIDES = torch.full((4,), 8.0)


def test_simota_takes_the_priors_of_least_cost_and_as_many_as_the_boxes_are_good():
    found = torch.tensor([FACE, [4, 4, 12, 18], FACE, [4, 4, 20, 16.6]]) / 40       # IoU 1, .5, 1 and .9
    logits = torch.zeros(4, 3)
    logits[1, 1] = 20.0                                                 # sure of the class, poor in the box
    learns = simota(torch.tensor([FACE]) / 40, torch.tensor([1]), SPOTS, Prediction(logits, found, STRIDES),
                    Loss(assign='simota', candidates=10, centre_radius=1), (40, 40))
    # Costs log 3, 3 log 2, no candidate, log 3 - 3 log .9; the IoUs of the candidates add up to 2.4.
    assert learns.tolist() == [[True, False, False, True]]


def test_simota_gives_a_prior_to_the_face_that_it_costs_least():
    faces = torch.tensor([FACE, [5, 4, 21, 18]]) / 40
    found = torch.tensor([[5, 4, 21, 18], FACE, FACE, FACE]) / 40
    learns = simota(faces, torch.tensor([1, 2]), SPOTS, Prediction(torch.zeros(4, 3), found, STRIDES),
                    Loss(assign='simota', candidates=1, centre_radius=1), (40, 40))
    # Each face wants one prior: the first the second prior (the first of equals), the second the one on it.
    assert learns.sum(1).tolist() == [1, 1] and not (learns[0] & learns[1]).any()
    assert learns[1].tolist() == [True, False, False, False]


def test_simota_leaves_no_face_without_a_prior():
    """One in a corner that no centre is near to."""
    learns = simota(torch.tensor([[0.95, 0.0, 1.0, 0.05]]), torch.tensor([1]), SPOTS,
                    Prediction(torch.zeros(4, 3), SPOTS, STRIDES), Loss(assign='simota', centre_radius=0.5), (40, 40))
    assert learns.tolist() == [[False, True, False, False]]


def test_simota_in_a_batch_goes_by_the_boxes_of_each_picture():
    face = torch.tensor([[[0.3, 0.2, 0.6, 0.7]], [[0.3, 0.2, 0.6, 0.7]]])
    boxes = to_corners(PRIORS).repeat(2, 1, 1)
    near = (PRIORS[:, :2] - torch.tensor([0.45, 0.45])).abs().sum(-1).argmin()
    boxes[1, near] = face[0, 0]
    predicted = Prediction(torch.zeros(2, len(PRIORS), 3), boxes, prior_strides(320, 240, ULFG_LAYERS))
    classes, learnt = match(face, torch.tensor([[1], [2]]), PRIORS, SLICES, Loss(assign='simota'), (320, 240), predicted)
    assert (classes[0] == 1).any() and not (classes[0] == 2).any() and classes[1, near] == 2
    assert torch.allclose(learnt[1][classes[1] == 2], face[1])
