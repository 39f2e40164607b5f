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


def mean_count(count: Tensor) -> Tensor:
    """Return what sums over the priors of this process are divided by: 1 at least.

    Of several processes it is the mean of their counts: the mean of their gradients is that of one process with all.
    """
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return count.clamp(min=1)
    world = torch.distributed.get_world_size()
    total = count.float()
    torch.distributed.all_reduce(total)
    return total.clamp(min=1) / world


@torch.no_grad()
def counting_priors(logits: Tensor, classes: Tensor, settings: Loss) -> Tensor:
    """Return a mask (B, P): the priors whose labels count, which are those with a face and the negatives chosen."""
    positive = classes > BACKGROUND
    if settings.label_loss == 'focal':
        return classes >= BACKGROUND
    background_loss = -functional.log_softmax(logits, dim=-1)[..., BACKGROUND]
    wanted = (positive.sum(1) * settings.negatives).clamp(min=settings.min_negatives)
    return positive | hardest_negatives(background_loss, classes == BACKGROUND, wanted)


def multibox_loss(logits: Tensor, regression: Tensor, classes: Tensor, boxes: Tensor, priors: Tensor, settings: Loss,
                  size: tuple[int, int] = (1, 1)) -> tuple[Tensor, Tensor]:
    """Return (classification loss, box loss), both divided by the number of matched priors, or as label_norm says.

    logits: (B, P, 1 + labels); regression: (B, P, 4); classes: (B, P) with -1 ignored and 0
    background; boxes: (B, P, 4) corners in 0..1; settings: config.Loss; size: (width, height) of the input, for eiou.
    """
    weights = logits.new_tensor(settings.class_weights)
    positive = classes > BACKGROUND
    used = counting_priors(logits, classes, settings)
    target = classes.clamp(min=BACKGROUND)
    if settings.label_loss == 'focal':
        entropy = focal(logits[used], target[used], weights, settings.focal_alpha, settings.focal_gamma)
    else:
        entropy = functional.cross_entropy(logits[used], target[used], weight=weights, reduction='sum')
    if settings.box_loss != 'smooth_l1':
        found, true = decode(regression, priors.expand_as(boxes))[positive], boxes[positive]
        if settings.box_loss == 'giou':
            distance = (1 - generalised_iou(found, true)).sum()
        else:
            pixels = boxes.new_tensor(size).repeat(2)
            distance = efficient_iou_loss(found * pixels, true * pixels).sum()
    else:
        distance = functional.smooth_l1_loss(
            regression[positive], encode(boxes, priors.expand_as(boxes))[positive], reduction='sum')
    matched = mean_count(positive.sum())
    counted = mean_count(used.sum()) if settings.label_norm == 'used' else matched
    return settings.label_weight * entropy / counted, settings.box_weight * distance / matched


def focal(logits: Tensor, target: Tensor, weights: Tensor, alpha: float, gamma: float) -> Tensor:
    """Return the sum of the focal loss (Lin et al. 2017, equation 5), over a softmax instead of a sigmoid.

    logits: (N, classes); target: (N,); weights: (classes,); alpha: weight of faces, 1 - alpha is that of the background.
    """
    log_share = functional.log_softmax(logits, dim=-1).gather(1, target[:, None])[:, 0]
    balance = torch.where(target > BACKGROUND, alpha, 1 - alpha) * weights[target]
    return -(balance * (1 - log_share.exp()) ** gamma * log_share).sum()


def generalised_iou(boxes: Tensor, others: Tensor) -> Tensor:
    """Return the generalised IoU, -1..1, of boxes with others, pair by pair (Rezatofighi et al. 2019, algorithm 1).

    boxes, others: (N, 4) corners; returns (N,).
    """
    shared = (torch.minimum(boxes[:, 2:], others[:, 2:]) - torch.maximum(boxes[:, :2], others[:, :2])).clamp(min=0).prod(1)
    areas = [(each[:, 2:] - each[:, :2]).clamp(min=0).prod(1) for each in (boxes, others)]
    union = areas[0] + areas[1] - shared
    hull = (torch.maximum(boxes[:, 2:], others[:, 2:]) - torch.minimum(boxes[:, :2], others[:, :2])).prod(1).clamp(min=1e-9)
    return shared / union.clamp(min=1e-9) - (hull - union) / hull


def efficient_iou_loss(boxes: Tensor, others: Tensor) -> Tensor:
    """Return the EIoU loss of boxes for others, pair by pair (Zhang et al. 2021, "Focal and Efficient IOU Loss", section 3).

    1 - IoU, plus the squared distance of the centres, of the widths and of the heights, each by that of the hull: its
    diagonal, its width, its height.

    boxes, others: (N, 4) corners, pixels, since a distance across weighs like one down; returns (N,).
    """
    sides, true = boxes[:, 2:] - boxes[:, :2], others[:, 2:] - others[:, :2]
    shared = (torch.minimum(boxes[:, 2:], others[:, 2:]) - torch.maximum(boxes[:, :2], others[:, :2])).clamp(min=0).prod(1)
    union = sides.clamp(min=0).prod(1) + true.clamp(min=0).prod(1) - shared
    hull = (torch.maximum(boxes[:, 2:], others[:, 2:]) - torch.minimum(boxes[:, :2], others[:, :2])).square().clamp(min=1e-9)
    centres = ((boxes[:, :2] + boxes[:, 2:] - others[:, :2] - others[:, 2:]) / 2).square()
    return (1 - shared / union.clamp(min=1e-9) + centres.sum(1) / hull.sum(1)
            + ((sides - true).square() / hull).sum(1))
