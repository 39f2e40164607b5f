# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Loss of points, box and scores."""
import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from .augment import Crops
from .config import Loss
from .faces import LEFT_EYE, MOUTH, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE, ROWS
from .networks import Answer


def wing(error: Tensor, width: float, curve: float) -> Tensor:
    """Return the wing loss of absolute errors (Feng et al. 2018, eq. 5): logarithmic below `width`, linear above."""
    join = width - width * math.log1p(width / curve)
    return torch.where(error < width, width * torch.log1p(error / curve), error - join)


def eye_distances(points: Tensor) -> Tensor:
    """Return the distance of the eyes (B,) of truth points (B, 6, 2)."""
    return (points[:, RIGHT_EYE] - points[:, LEFT_EYE]).norm(dim=1)


def with_mouth(points: Tensor, rows: Sequence[int]) -> tuple[Tensor, list[int]]:
    """Return (points, rows) with the middle of the mouth appended where both corners are there: some sets know it alone."""
    if MOUTH in rows or MOUTH_RIGHT not in rows or MOUTH_LEFT not in rows:
        return points, list(rows)
    middle = (points[:, list(rows).index(MOUTH_RIGHT)] + points[:, list(rows).index(MOUTH_LEFT)]) / 2
    return torch.cat([points, middle[:, None]], dim=1), [*rows, MOUTH]


def point_loss(answer: Answer, crops: Crops, rows: Sequence[int], settings: Loss) -> Tensor:
    """Return the mean loss of the labelled points; the middle of the mouth counts where its corners are not known."""
    points, all_rows = with_mouth(answer.points, rows)
    truth, weights = crops.points[:, all_rows], crops.labelled[:, all_rows]
    if len(all_rows) > len(rows):
        weights = weights.clone()
        weights[:, -1] = weights[:, -1] * (1 - crops.labelled[:, MOUTH_RIGHT])
    difference = points - truth
    if settings.normalise:
        distance = eye_distances(crops.points).clamp(min=settings.least_eye_distance)
        difference = difference / distance[:, None, None]
    if settings.points == 'mse':
        loss = difference ** 2
    elif settings.points == 'smooth_l1':
        loss = functional.smooth_l1_loss(difference, torch.zeros_like(difference), reduction='none',
                                        beta=settings.wing_width)
    else:
        loss = wing(difference.abs(), settings.wing_width, settings.wing_curve)
    return (loss.sum(2) * weights).sum() / weights.sum().clamp(min=1)


def score_loss(answer: Answer, crops: Crops, rows: Sequence[int], settings: Loss) -> Tensor:
    """Return the mean cross-entropy of the scores: of points near their truth, of others, of crops without a face."""
    assert answer.scores is not None
    with torch.no_grad():
        distance = eye_distances(crops.points)[:, None].clamp(min=1e-6)
        error = (answer.points - crops.points[:, list(rows)]).norm(dim=2) / distance
        inside = ((crops.points >= 0) & (crops.points <= 1)).all(2).float()[:, list(rows)]
        labelled = crops.labelled[:, list(rows)]
        target = (error < settings.sure_below).float() * labelled * inside
        weights = torch.maximum(labelled, (crops.labelled.amax(1, keepdim=True) == 0).float())
    loss = functional.binary_cross_entropy_with_logits(answer.scores, target, reduction='none')
    return (loss * weights).sum() / weights.sum().clamp(min=1)


def loss_terms(answer: Answer, crops: Crops, names: Sequence[str], settings: Loss) -> dict[str, Tensor]:
    """Return the weighted terms by name."""
    rows = [ROWS.index(name) for name in names]
    terms = {'point_loss': settings.point_weight * point_loss(answer, crops, rows, settings)}
    if answer.box is not None and settings.box_weight:
        faces = crops.labelled.amax(1)
        box = functional.smooth_l1_loss(answer.box, crops.boxes, reduction='none').sum(1)
        terms['box_loss'] = settings.box_weight * (box * faces).sum() / faces.sum().clamp(min=1)
    if answer.scores is not None and settings.score_weight:
        terms['score_loss'] = settings.score_weight * score_loss(answer, crops, rows, settings)
    return terms
