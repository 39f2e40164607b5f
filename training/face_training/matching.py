# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which prior learns which face.

Every prior takes the face it overlaps best from an IoU on; every face keeps the prior that overlaps
it best, whatever the IoU (Liu et al. 2016, section 2.2, "Matching strategy").  loss.assign names other ways.
"""
from collections.abc import Sequence

import torch
from torch import Tensor

from .config import Loss
from .priors import intersections, pairwise_iou, to_corners
from .simota import Prediction, simota

IGNORE = -1                  # class of priors that are neither rewarded nor punished
BACKGROUND = 0


def match(boxes: Tensor, classes: Tensor, priors: Tensor, slices: Sequence[slice], settings: Loss,
          size: tuple[int, int], predicted: Prediction | None = None) -> tuple[Tensor, Tensor]:
    """Return (classes (B, P) int64, boxes (B, P, 4)) that each prior has to learn.

    boxes: (B, G, 4) corners in 0..1, padded; classes: (B, G) int64, 1.. for faces, 0 for padding,
    -1 for ignore regions; priors: (P, 4) centre and size; slices: of the layers, as priors.layer_slices;
    settings: config.Loss; size: (width, height) of the input; predicted: of the batch, which simota goes by.
    A prior is ignored when half of it lies in an ignore region, or when it learns no face but overlaps one by
    ignore_iou or more.
    """
    corners = to_corners(priors)
    # Picture by picture: a crowd in one of them would pad all the others to its size.
    pairs = [match_picture(box[kind != BACKGROUND], kind[kind != BACKGROUND], corners, slices, settings, size,
                           predicted and Prediction(predicted.logits[row], predicted.boxes[row], predicted.strides))
             for row, (box, kind) in enumerate(zip(boxes, classes))]
    return torch.stack([c for c, _ in pairs]), torch.stack([b for _, b in pairs])


def match_picture(boxes: Tensor, classes: Tensor, corners: Tensor, slices: Sequence[slice], settings: Loss,
                  size: tuple[int, int], predicted: Prediction | None = None) -> tuple[Tensor, Tensor]:
    """Return (classes (P,) int64, boxes (P, 4)) of one picture: boxes (G, 4), classes (G,), priors (P, 4) corners."""
    target = torch.zeros(len(corners), dtype=torch.int64, device=corners.device)
    target_boxes = torch.zeros_like(corners)
    face = classes > BACKGROUND
    if face.any():
        iou = pairwise_iou(boxes[face], corners)
        if settings.assign == 'atss':
            learns = adaptive(boxes[face], corners, iou, slices, settings.candidates, size)
        elif settings.assign == 'simota':
            assert predicted is not None
            learns = simota(boxes[face], classes[face], corners, predicted, settings, size)
        elif settings.assign == 's3fd':
            learns = compensated(iou, settings)
        else:
            learns = iou >= settings.match_iou
        # Of several faces that a prior might learn, it learns the one that it overlaps best.
        best_iou, best_face = torch.where(learns, iou, -1.0).max(dim=0)
        if settings.assign != 'simota':
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


def compensated(iou: Tensor, settings: Loss) -> Tensor:
    """Return a mask (G, P): which priors may learn which face, in two steps (Zhang et al. 2017, "S3FD", section 3.2).

    First those of match_iou and more.  Then a face that had fewer than the faces of the picture have on average, or
    fewer than second_best, takes so many of its best ones above second_iou: tiny faces, and those between the scales.

    iou: (G, P) of faces and priors.
    """
    learns = iou >= settings.match_iou
    own = learns & (torch.arange(len(iou), device=iou.device)[:, None] == iou.argmax(dim=0))
    count = own.sum(1)
    enough = min(settings.second_best or max(1, round(count.float().mean().item())), iou.shape[1])
    values, priors = iou.topk(enough, dim=1)
    second = torch.zeros_like(learns).scatter_(1, priors, (values > settings.second_iou) & (count < enough)[:, None])
    return learns | second
