# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Training of one stage: label and box losses, the hardest windows of each step (Zhang et al. 2016, section II.C)."""
import copy
import dataclasses
import logging
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from face_training.faults import TrainingError

from .cascade import Cascade, normalise
from .frames import Frame
from .nets import Answer
from .patches import FACE, NONE, PART, Patches, joined, mirrored, patches_at

_log = logging.getLogger(__name__)
HARD_SHARE = 0.7            # of a step's windows with a label whose label loss counts
MIX = {FACE: 0.25, PART: 0.25, NONE: 0.5}


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a stage is trained."""

    epochs: int
    rate: float             # at the start; a cosine brings it to 0
    batch: int = 256
    box_weight: float = 1.0


RECIPES = {'p': Recipe(10, 1e-3), 'r': Recipe(6, 1e-3), 'o': Recipe(5, 5e-4)}


def stage_loss(answer: Answer, kinds: Tensor, offsets: Tensor, box_weight: float) -> Tensor:
    """Return cross-entropy of the hardest faces and others, and squared error of the boxes of faces and parts.

    answer: logits (N, 2), offsets (N, 4); kinds: (N,) FACE, PART or NONE; offsets: (N, 4).
    """
    labelled = kinds != PART
    losses = functional.cross_entropy(answer.logits[labelled], kinds[labelled], reduction='none')
    hardest = losses.topk(max(1, int(HARD_SHARE * len(losses)))).values if len(losses) else losses
    boxed = kinds != NONE
    distance = (answer.offsets[boxed] - offsets[boxed]).square().sum(dim=1)
    # The sum of nothing is 0 and has a gradient, its mean is not a number.
    label_loss = hardest.mean() if len(hardest) else hardest.sum()
    return label_loss + box_weight * (distance.mean() if len(distance) else distance.sum())


def train_stage(net: nn.Module, patches: Patches, recipe: Recipe, seed: int) -> tuple[nn.Module, list[float]]:
    """Return a trained copy of a stage and the mean loss of each epoch; every step has the same mix of kinds.

    Raises:
        TrainingError: a kind is missing, or the loss is no number.
    """
    of_kind = {kind: np.flatnonzero(patches.kinds == kind) for kind in MIX}
    for kind, what in ((FACE, 'faces'), (NONE, 'windows without a face')):
        if not len(of_kind[kind]):
            raise TrainingError(f'there are no {what} to train on among {len(patches)} windows; add labelled frames')
    net, random = copy.deepcopy(net).train(), np.random.default_rng(seed)
    steps = max(1, len(patches) // recipe.batch)
    optimizer = torch.optim.Adam(net.parameters(), recipe.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, recipe.epochs * steps)
    means = []
    for _ in range(recipe.epochs):
        total = 0.0
        for _ in range(steps):
            rows = np.concatenate([random.choice(of_kind[kind], int(share * recipe.batch))
                                   for kind, share in MIX.items() if len(of_kind[kind])])
            pixels = normalise(torch.from_numpy(patches.pixels[rows]).float())
            offsets, kinds = torch.from_numpy(patches.offsets[rows]), torch.from_numpy(patches.kinds[rows])
            pixels, offsets = mirrored(pixels, offsets, torch.from_numpy(random.random(len(rows)) < 0.5))
            answer = Answer(*(part.flatten(1) for part in net(pixels)))
            loss = stage_loss(answer, kinds, offsets, recipe.box_weight)
            if not torch.isfinite(loss):
                raise TrainingError(f'the loss is {loss.item()}; a lower rate than {recipe.rate} may help')
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item()
        means.append(total / steps)
    return net.eval(), means


def mine(cascade: Cascade, frames: Sequence[Frame], stage: str, most_of_a_frame: int, seed: int) -> Patches:
    """Cut out what reaches a stage of a cascade on frames: for 'p' what it proposes itself, for 'r' and 'o' their input.

    The windows without a face are what the stages before take for faces: the hard ones.
    """
    side, parts, start = getattr(cascade.stages, stage).side, [], time.perf_counter()
    random = np.random.default_rng(seed)
    for frame in frames:
        windows = cascade.propose(frame.image)
        if stage == 'o':
            windows = cascade.refine(frame.image, windows)
        found = patches_at(frame, windows, side)
        empty = random.permutation(np.flatnonzero(found.kinds == NONE))[:most_of_a_frame]
        rows = np.concatenate([np.flatnonzero(found.kinds != NONE), empty])
        parts.append(Patches(*(array[rows] for array in found)))
    _log.info('mined %d frames for %s in %.0f s', len(frames), stage, time.perf_counter() - start)
    return joined(parts, side)
