# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A stage learns, mines what the stages before take for faces, and refuses what it cannot learn from."""
import numpy as np
import pytest
import torch
from studies.mtcnn.cascade import Cascade, Settings
from studies.mtcnn.nets import Answer, ProposalNet, new_stages
from studies.mtcnn.patches import FACE, NONE, PART, Patches, cut_patches
from studies.mtcnn.train import Recipe, mine, stage_loss, train_stage

from face_training.faults import TrainingError


def test_nothing_to_learn_from():
    none = cut_patches([], 12, 0)
    with pytest.raises(TrainingError, match='no faces to train on among 0 windows'):
        train_stage(ProposalNet(), none, Recipe(1, 1e-3), 0)


def test_windows_without_a_face_are_needed():
    faces = Patches(np.zeros((4, 3, 12, 12), np.uint8), np.full(4, FACE), np.zeros((4, 4), np.float32))
    with pytest.raises(TrainingError, match='no windows without a face'):
        train_stage(ProposalNet(), faces, Recipe(1, 1e-3), 0)


def test_a_few_steps_lower_the_loss_of_the_proposal_net(drawn_frames):
    torch.manual_seed(0)
    before = ProposalNet()
    kept = {name: value.clone() for name, value in before.state_dict().items()}
    after, losses = train_stage(before, cut_patches(drawn_frames, 12, 0), Recipe(8, 3e-3, batch=64), 0)
    assert len(losses) == 8 and losses[-1] < 0.7 * losses[0]
    assert all((before.state_dict()[name] == value).all() for name, value in kept.items())     # a copy is trained
    assert not after.training


def test_the_loss_worked_out_by_hand():
    logits = torch.tensor([[0., 0.], [0., 0.], [9., 0.]])      # log 2, not counted, next to 0
    offsets = torch.tensor([[0.1, 0, 0, 0], [0, 0.2, 0, 0], [1, 1, 1, 1]])
    loss = stage_loss(Answer(logits, offsets), torch.tensor([FACE, PART, NONE]), torch.zeros(3, 4), 2.0)
    # The harder of the two with a label; boxes of the face and the part: (.01 + .04) / 2.
    assert loss.item() == pytest.approx(np.log(2) + 2 * 0.025)


def test_a_loss_without_any_face_is_a_number():
    loss = stage_loss(Answer(torch.zeros(2, 2), torch.zeros(2, 4)), torch.tensor([NONE, NONE]), torch.zeros(2, 4), 1.0)
    assert loss.item() == pytest.approx(np.log(2))


def test_a_loss_that_is_no_number_ends_it(drawn_frames):
    patches = cut_patches(drawn_frames, 12, 0)
    patches.offsets[:] = np.nan
    with pytest.raises(TrainingError, match='the loss is nan'):
        train_stage(ProposalNet(), patches, Recipe(1, 1e-3, batch=64), 0)


def test_what_reaches_a_stage_is_mined(drawn_frames):
    torch.manual_seed(1)
    cascade = Cascade(new_stages(), Settings(thresholds=(0.3, 0.3, 0.3)))      # random weights let much through
    for stage, side in (('p', 12), ('r', 24), ('o', 48)):
        mined = mine(cascade, drawn_frames[:2], stage, 5, 0)
        assert mined.pixels.shape[1:] == (3, side, side)
        assert (mined.kinds == NONE).sum() <= 10
    assert len(mine(cascade, drawn_frames[:2], 'p', 5, 0)) > 0
