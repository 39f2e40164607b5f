# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Arithmetic on boxes: (N, 4) float32 arrays of corners x1 y1 x2 y2, x to the right, y downwards.

Every function is pure. The unit (pixels, or 0..1 of an image) is the caller's, one unit per call.
A box whose x2 < x1 or y2 < y1 has area 0 and overlaps nothing.
"""

import numpy as np


def area(boxes):
    """Return the area of each box: (N, 4) -> (N,) float32, in the boxes' unit squared.

    >>> area(np.array([[0, 0, 2, 3]], np.float32))
    array([6.], dtype=float32)
    """
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def iou(a, b):
    """Return intersection over union of each box of `a` with each of `b`: (N, 4), (M, 4) -> (N, M) float32.

    Two empty boxes have 0, not NaN.
    """
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(bottom_right - top_left, 0)
    shared = sides[..., 0] * sides[..., 1]
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def nms(boxes, scores, threshold):
    """Suppress the lower of any two boxes that overlap by more than `threshold` (IoU, 0..1).

    :param boxes: (N, 4) corners.
    :param scores: (N,) higher is better; of equal scores the earlier box wins.
    :return: (M,) int64 indices of the boxes kept, best first.
    """
    order = np.argsort(-scores, kind='stable')
    if len(order) < 2:
        return order
    ranked = boxes[order]
    overlaps = iou(ranked, ranked) > threshold
    alive = np.ones(len(order), bool)
    for rank in range(len(order)):
        if alive[rank]:
            # What this box beats is dead; a box never kills one that ranks above it, those are settled.
            alive[rank + 1:] &= ~overlaps[rank, rank + 1:]
    return order[alive]


def vote(kept, boxes, scores, threshold):
    """Return each kept box as the mean of all boxes that overlap it, weighted by their scores.

    A network answers one face with several boxes; their mean lies steadier than the best of them
    (Gidaris and Komodakis 2015, "Object detection via a multi-region CNN", section 5, box voting).

    :param kept: (M, 4) corners that `nms` kept.
    :param boxes: (N, 4) corners that vote, of the same label; finite.
    :param scores: (N,) their weights, not negative.
    :param threshold: least overlap (IoU, 0..1) of a voter with the kept box.
    :return: (M, 4) float32; a box without a voter stays as it is.
    """
    weights = np.where(iou(kept, boxes) >= threshold, scores[None, :], 0)
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights @ boxes, total, out=kept.astype(np.float32), where=total > 0)


def clip(boxes, width, height):
    """Return the boxes cut to an image of `width` by `height` (same unit): (N, 4) -> (N, 4), a copy."""
    limits = np.array([width, height, width, height], boxes.dtype)
    return np.clip(boxes, 0, limits)


def corners_to_centres(boxes):
    """Return x1 y1 x2 y2 as centre x, centre y, width, height: (N, 4) -> (N, 4), a copy."""
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1)


def centres_to_corners(boxes):
    """Return centre x, centre y, width, height as x1 y1 x2 y2: (N, 4) -> (N, 4), a copy."""
    half = boxes[:, 2:] / 2
    return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)
