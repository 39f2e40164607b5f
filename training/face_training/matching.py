# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which prior learns which face.

Every prior takes the face it overlaps best from an IoU on; every face keeps the prior that overlaps
it best, whatever the IoU (Liu et al. 2016, section 2.2, "Matching strategy").
"""
from collections.abc import Sequence

import torch
from torch import Tensor

from .config import Loss
from .priors import to_corners

IGNORE = -1                  # class of priors that are neither rewarded nor punished
BACKGROUND = 0


def match(boxes: Tensor, classes: Tensor, priors: Tensor, slices: Sequence[slice], settings: Loss,
          size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return (classes (B, P) int64, boxes (B, P, 4)) that each prior has to learn.

    boxes: (B, G, 4) corners in 0..1, padded; classes: (B, G) int64, 1.. for faces, 0 for padding,
    -1 for ignore regions; priors: (P, 4) centre and size; slices: of the layers, as priors.layer_slices;
    settings: config.Loss; size: (width, height) of the input.
    A prior is ignored when half of it lies in an ignore region, or when it learns no face but overlaps one by
    ignore_iou or more.
    """
    corners = to_corners(priors)
    # Picture by picture: a crowd in one of them would pad all the others to its size.
    pairs = [match_picture(box[kind != BACKGROUND], kind[kind != BACKGROUND], corners, slices, settings, size)
             for box, kind in zip(boxes, classes)]
    return torch.stack([c for c, _ in pairs]), torch.stack([b for _, b in pairs])


def match_picture(boxes: Tensor, classes: Tensor, corners: Tensor, slices: Sequence[slice], settings: Loss,
                  size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return (classes (P,) int64, boxes (P, 4)) of one picture: boxes (G, 4), classes (G,), priors (P, 4) corners."""
    target = torch.zeros(len(corners), dtype=torch.int64, device=corners.device)
    target_boxes = torch.zeros_like(corners)
    face = classes > BACKGROUND
    if face.any():
        overlap, own, other = intersections(boxes[face], corners)
        iou = overlap / (own[:, None] + other - overlap)
        if settings.assign == 'atss':
            learns = adaptive(boxes[face], corners, iou, slices, settings.candidates, size)
        else:
            learns = iou >= settings.match_iou
        # Of several faces that a prior might learn, it learns the one that it overlaps best.
        best_iou, best_face = torch.where(learns, iou, -1.0).max(dim=0)
        best_prior = iou.argmax(dim=1)
        # Of two faces with the same best prior the later one has it: as good a choice as any.
        best_face[best_prior] = torch.arange(len(best_prior), device=corners.device)
        best_iou[best_prior] = 2.0
        near = iou.max(dim=0).values >= settings.ignore_iou
        target = torch.where(best_iou >= 0, classes[face][best_face], torch.where(near, IGNORE, BACKGROUND))
        target_boxes = boxes[face][best_face]
    if not face.all():
        overlap, _, other = intersections(boxes[~face], corners)
        ignored = (overlap >= 0.5 * other).any(dim=0)
        target = torch.where(ignored & (target == BACKGROUND), IGNORE, target)
    return target, target_boxes


def adaptive(boxes: Tensor, corners: Tensor, iou: Tensor, slices: Sequence[slice], candidates: int,
             size: tuple[int, int]) -> Tensor:
    """Return a mask (G, P): which priors learn which face by ATSS (Zhang et al. 2020, algorithm 1).

    Of each layer the `candidates` priors whose centres are nearest to that of the face may learn it; those do
    whose overlap is at least the mean plus the standard deviation of all candidates, and whose centre lies in it.
    """
    centres = (corners[:, :2] + corners[:, 2:]) / 2
    offsets = (centres - (boxes[:, None, :2] + boxes[:, None, 2:]) / 2) * torch.tensor(size, device=boxes.device)
    distance = offsets.square().sum(-1)
    candidate = torch.zeros_like(iou, dtype=torch.bool)
    for part in slices:
        count = min(candidates, part.stop - part.start)
        nearest = distance[:, part].topk(count, dim=1, largest=False).indices + part.start
        candidate.scatter_(1, nearest, True)
    of_candidates = torch.where(candidate, iou, torch.nan)
    mean = of_candidates.nanmean(1, keepdim=True)
    deviation = (of_candidates - mean).square().nanmean(1, keepdim=True).sqrt()
    inside = ((centres > boxes[:, None, :2]) & (centres < boxes[:, None, 2:])).all(-1)
    return candidate & (iou >= mean + deviation) & inside


def intersections(boxes: Tensor, others: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return (intersection (G, P), area of boxes (G,), area of others (P,)) of corners (G, 4) and (P, 4)."""
    top_left = torch.maximum(boxes[:, None, :2], others[:, :2])
    bottom_right = torch.minimum(boxes[:, None, 2:], others[:, 2:])
    return ((bottom_right - top_left).clamp(min=0).prod(-1),
            (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1), (others[:, 2:] - others[:, :2]).prod(-1))
