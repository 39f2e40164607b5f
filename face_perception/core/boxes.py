# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Arithmetic on boxes: (N, 4) float32 arrays of corners x1 y1 x2 y2, x to the right, y downwards.

Every function is pure. The unit (pixels, or 0..1 of an image) is the caller's, one unit per call.
A box whose x2 < x1 or y2 < y1 has area 0 and overlaps nothing.
"""

import numpy as np


def area(boxes: np.ndarray) -> np.ndarray:
    """Return the area of each box: (N, 4) -> (N,) float32, in the boxes' unit squared.

    >>> area(np.array([[0, 0, 2, 3]], np.float32))
    array([6.], dtype=float32)
    """
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    areas: np.ndarray = sides[:, 0] * sides[:, 1]
    return areas


def intersection(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the area that each box of `a` shares with each of `b`: (N, 4), (M, 4) -> (N, M) float32."""
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(bottom_right - top_left, 0)
    shared: np.ndarray = sides[..., 0] * sides[..., 1]
    return shared


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return intersection over union of each box of `a` with each of `b`: (N, 4), (M, 4) -> (N, M) float32.

    Two empty boxes have 0, not NaN.
    """
    shared = intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def nms(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> np.ndarray:
    """Suppress the lower of any two boxes that overlap by more than `threshold` (IoU, 0..1).

    Args:
        boxes: (N, 4) corners.
        scores: (N,), higher is better; of equal scores the earlier box wins.
        threshold: the largest overlap that both boxes survive.

    Returns:
        (M,) int64 indices of the boxes that remain, best first.
    """
    order = np.argsort(-scores, kind='mergesort')    # stable, also in numpy 1.13
    if len(order) < 2:
        return order
    ranked = boxes[order]
    overlaps = iou(ranked, ranked) > threshold
    alive = np.ones(len(order), bool)
    for rank in range(len(order)):
        if alive[rank]:
            # A suppressed box suppresses no other; a box never suppresses one that ranks above it.
            alive[rank + 1:] &= ~overlaps[rank, rank + 1:]
    return order[alive]


def weighted_mean(selected: np.ndarray, boxes: np.ndarray, scores: np.ndarray,
                  threshold: float) -> np.ndarray:
    """Return each selected box as the mean of all boxes that overlap it, weighted by their scores.

    A network answers one face with several boxes; their mean is steadier than the best of them
    (box voting: Gidaris and Komodakis 2015, "Object detection via a multi-region CNN", section 5).

    Args:
        selected: (M, 4) corners that `nms` selected.
        boxes: (N, 4) corners of the same label; finite.
        scores: (N,) their weights, not negative.
        threshold: smallest overlap (IoU, 0..1) with the selected box that counts.

    Returns:
        (M, 4) float32; a box that nothing overlaps stays as it is.
    """
    weights = np.where(iou(selected, boxes) >= threshold, scores[None, :], 0)
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights @ boxes, total, out=selected.astype(np.float32), where=total > 0)


def clip(boxes: np.ndarray, width: float, height: float) -> np.ndarray:
    """Return the boxes cut to an image of `width` by `height` (same unit): (N, 4) -> (N, 4), a copy."""
    limits = np.array([width, height, width, height], boxes.dtype)
    return np.clip(boxes, 0, limits)
