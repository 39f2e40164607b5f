# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which prior learns which face.

Every prior takes the face it overlaps best from an IoU on; every face keeps the prior that overlaps
it best, whatever the IoU (Liu et al. 2016, section 2.2, "Matching strategy").
"""
import torch

from .priors import to_corners

IGNORE = -1                  # class of priors that are neither rewarded nor punished
BACKGROUND = 0


def match(boxes, classes, priors, match_iou, ignore_iou):
    """Return (classes (B, P) int64, boxes (B, P, 4)) that each prior has to learn.

    boxes: (B, G, 4) corners in 0..1, padded; classes: (B, G) int64, 1.. for faces, 0 for padding,
    -1 for ignore regions; priors: (P, 4) centre and size.
    A prior is ignored when half of it lies in an ignore region, or when its best overlap with a
    face lies between ignore_iou and match_iou.
    """
    corners = to_corners(priors)
    # Picture by picture: a crowd in one of them would pad all the others to its size.
    pairs = [match_picture(box[kind != BACKGROUND], kind[kind != BACKGROUND], corners, match_iou, ignore_iou)
             for box, kind in zip(boxes, classes)]
    return torch.stack([c for c, _ in pairs]), torch.stack([b for _, b in pairs])


def match_picture(boxes, classes, corners, match_iou, ignore_iou):
    """Return (classes (P,) int64, boxes (P, 4)) of one picture: boxes (G, 4), classes (G,), priors (P, 4) corners."""
    target = torch.zeros(len(corners), dtype=torch.int64, device=corners.device)
    target_boxes = torch.zeros_like(corners)
    face = classes > BACKGROUND
    if face.any():
        overlap, own, other = intersections(boxes[face], corners)
        iou = overlap / (own[:, None] + other - overlap)
        best_iou, best_face = iou.max(dim=0)
        best_prior = iou.argmax(dim=1)
        # Of two faces with the same best prior the later one has it: as good a choice as any.
        best_face[best_prior] = torch.arange(len(best_prior), device=corners.device)
        best_iou[best_prior] = 2.0
        target = torch.where(best_iou >= match_iou, classes[face][best_face],
                             torch.where(best_iou >= ignore_iou, IGNORE, BACKGROUND))
        target_boxes = boxes[face][best_face]
    if not face.all():
        overlap, _, other = intersections(boxes[~face], corners)
        ignored = (overlap >= 0.5 * other).any(dim=0)
        target = torch.where(ignored & (target == BACKGROUND), IGNORE, target)
    return target, target_boxes


def intersections(boxes, others):
    """Return (intersection (G, P), area of boxes (G,), area of others (P,)) of corners (G, 4) and (P, 4)."""
    top_left = torch.maximum(boxes[:, None, :2], others[:, :2])
    bottom_right = torch.minimum(boxes[:, None, 2:], others[:, 2:])
    return ((bottom_right - top_left).clamp(min=0).prod(-1),
            (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1), (others[:, 2:] - others[:, :2]).prod(-1))
