# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""MultiBox loss: cross entropy over mined priors plus a box loss over matched ones (Liu et al. 2016, 2.2)."""
import torch
from torch import Tensor
from torch.nn import functional

from .config import Loss
from .matching import BACKGROUND
from .priors import decode, encode


def hardest_negatives(background_loss: Tensor, candidates: Tensor, wanted: Tensor) -> Tensor:
    """Return a mask (B, P): in each picture the `wanted` (B,) candidates of the highest loss."""
    loss = background_loss.masked_fill(~candidates, -1.0)
    rank = loss.argsort(dim=1, descending=True).argsort(dim=1)
    return candidates & (rank < wanted[:, None])


def multibox_loss(logits: Tensor, regression: Tensor, classes: Tensor, boxes: Tensor, priors: Tensor,
                  settings: Loss) -> tuple[Tensor, Tensor]:
    """Return (classification loss, box loss), both divided by the number of matched priors.

    logits: (B, P, 1 + labels); regression: (B, P, 4); classes: (B, P) with -1 ignored and 0
    background; boxes: (B, P, 4) corners in 0..1; settings: config.Loss.
    """
    weights = logits.new_tensor(settings.class_weights)
    positive = classes > BACKGROUND
    with torch.no_grad():
        background_loss = -functional.log_softmax(logits, dim=-1)[..., BACKGROUND]
        wanted = (positive.sum(1) * settings.negatives).clamp(min=settings.min_negatives)
        negative = hardest_negatives(background_loss, classes == BACKGROUND, wanted)
    used = positive | negative
    target = classes.clamp(min=BACKGROUND)
    entropy = functional.cross_entropy(logits[used], target[used], weight=weights, reduction='sum')
    if settings.box_loss == 'giou':
        found = decode(regression, priors.expand_as(boxes))[positive]
        distance = (1 - generalised_iou(found, boxes[positive])).sum()
    else:
        distance = functional.smooth_l1_loss(
            regression[positive], encode(boxes, priors.expand_as(boxes))[positive], reduction='sum')
    matched = positive.sum().clamp(min=1)
    return entropy / matched, settings.box_weight * distance / matched


def generalised_iou(boxes: Tensor, others: Tensor) -> Tensor:
    """Return the generalised IoU, -1..1, of boxes with others, pair by pair (Rezatofighi et al. 2019, algorithm 1).

    boxes, others: (N, 4) corners; returns (N,).
    """
    shared = (torch.minimum(boxes[:, 2:], others[:, 2:]) - torch.maximum(boxes[:, :2], others[:, :2])).clamp(min=0).prod(1)
    areas = [(each[:, 2:] - each[:, :2]).clamp(min=0).prod(1) for each in (boxes, others)]
    union = areas[0] + areas[1] - shared
    hull = (torch.maximum(boxes[:, 2:], others[:, 2:]) - torch.minimum(boxes[:, :2], others[:, :2])).prod(1).clamp(min=1e-9)
    return shared / union.clamp(min=1e-9) - (hull - union) / hull
