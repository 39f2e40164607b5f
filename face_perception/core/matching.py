# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Matches detected boxes to ground truth: the one matcher of metrics, demo and the reference check."""

from typing import Optional

import numpy as np

from face_perception.core.boxes import iou

UNMATCHED = -1


def match_boxes(truth: np.ndarray, found: np.ndarray, min_iou: float,
                compatible: Optional[np.ndarray] = None) -> np.ndarray:
    """Match each detection to at most one true box and each true box to at most one detection.

    Detections are taken in their order (best score first, as `Detector` returns them); each takes the free
    true box that it overlaps most (Everingham et al. 2010, "The PASCAL VOC challenge", section 4.2).

    Args:
        truth: (N, 4) corners.
        found: (M, 4) corners, same unit, best first.
        min_iou: smallest overlap of a match, 0..1.
        compatible: (N, M) bool, which pairs may match (for example: same label); default: all.

    Returns:
        (M,) int64: the row of `truth` each detection matched, or UNMATCHED.
    """
    matches = np.full(len(found), UNMATCHED, np.int64)
    if not len(truth) or not len(found):
        return matches
    overlaps = iou(truth, found)
    allowed = overlaps >= min_iou if compatible is None else (overlaps >= min_iou) & compatible
    overlaps = np.where(allowed, overlaps, -1)
    for column in range(len(found)):
        row = int(np.argmax(overlaps[:, column]))
        if overlaps[row, column] >= 0:
            matches[column] = row
            overlaps[row, :] = -1       # taken
    return matches
