# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Assignment by what the network says already: SimOTA (Ge et al. 2021, "YOLOX", section 2.1; YuNet, Wu et al. 2023)."""
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .config import Loss
from .priors import pairwise_iou

OUTSIDE = 1e5                # cost of a candidate that does not lie in the face and near its centre: taken last


class Prediction(NamedTuple):
    """What the network says of one picture, or of a batch with one more dimension in front."""

    logits: Tensor               # (P, classes)
    boxes: Tensor                # (P, 4) corners, 0..1
    strides: Tensor              # (P,) input pixels, of the layer of each prior


def simota(boxes: Tensor, classes: Tensor, corners: Tensor, predicted: Prediction, settings: Loss,
           size: tuple[int, int]) -> Tensor:
    """Return a mask (G, P): which priors learn which face; a prior learns one at most.

    A prior is a candidate of a face where its centre lies in it, or within `centre_radius` strides of its centre.  The
    cost is the cross entropy of the face's class plus `iou_cost` times -log(IoU) of the predicted box.  A face takes as
    many candidates of the least cost as the sum of its `candidates` highest IoUs says, and one at least.  A prior that
    several faces take goes to the one that it costs least.

    boxes: (G, 4) corners in 0..1; classes: (G,) 1..; corners: (P, 4) of the priors; size: (width, height) of the input.
    """
    pixels = torch.tensor(size, device=boxes.device)
    centres = (corners[:, :2] + corners[:, 2:]) / 2
    offsets = ((centres - (boxes[:, None, :2] + boxes[:, None, 2:]) / 2) * pixels).abs()
    near = (offsets < settings.centre_radius * predicted.strides[:, None]).all(-1)
    inside = ((centres > boxes[:, None, :2]) & (centres < boxes[:, None, 2:])).all(-1)
    candidate = near | inside
    # What no prior comes near to is learnt by the nearest one.
    candidate |= ~candidate.any(1, keepdim=True) & (offsets.sum(-1) == offsets.sum(-1).min(1, keepdim=True).values)

    iou = torch.where(candidate, pairwise_iou(boxes, predicted.boxes), 0.0)
    cost = (-functional.log_softmax(predicted.logits, dim=-1)[:, classes].T
            - settings.iou_cost * torch.log(iou.clamp(min=1e-8)) + OUTSIDE * ~(near & inside))
    cost = cost.masked_fill(~candidate, torch.inf)
    highest = iou.topk(min(settings.candidates, iou.shape[1]), dim=1).values.sum(1)
    wanted = torch.minimum(highest.long().clamp(min=1), candidate.sum(1))
    rank = cost.argsort(dim=1, stable=True).argsort(dim=1)
    taken = rank < wanted[:, None]
    cheapest = torch.where(taken, cost, torch.inf).argmin(dim=0)
    return taken & (torch.arange(len(boxes), device=boxes.device)[:, None] == cheapest)
