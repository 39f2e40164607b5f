# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Average precision as WIDER FACE has it.

Yang et al. 2016, "WIDER FACE: A face detection benchmark", section on evaluation, and what the toolbox of that benchmark
(eval_tools, MATLAB) does beyond it. pycocotools, behind `..average_precision`, does otherwise in each of these, so nothing
can be shared but the overlap:

* scores are stretched to 0..1 over all pictures, and precision and recall are taken at 1000 thresholds;
* the area under the envelope of precision is exact (Everingham et al. 2010, VOC from 2010 on), not a mean at 101 recalls;
* a detection belongs to the face that it overlaps most, also where another detection has that face already: it is a
  false positive then, whatever else it overlaps;
* a detection whose face is not of the set is left out, however many lie there;
* boxes count whole pixels: a box from x1 to x2 is x2 - x1 + 1 wide.
"""
from collections.abc import Sequence

import numpy as np

from face_perception.core.boxes import iou
from face_perception.core.detections import Detections

from .reader import Faces

MATCH_IOU = 0.5              # or more, as in the toolbox
THRESHOLDS = 1000


def average_precision(faces: Sequence[Faces], detections: Sequence[Detections]) -> float:
    """Return the AP of one set, nan where it has no faces.

    Args:
        faces: of each picture.
        detections: of the same pictures, down to low scores, whatever their labels.
    """
    total = sum(int(picture.counted.sum()) for picture in faces)
    if not total:
        return float('nan')
    counts = np.zeros((THRESHOLDS, 2), np.int64)
    for picture, found, scores in zip(faces, detections, normalised([found.scores for found in detections]), strict=True):
        counts += count(picture, found.boxes, scores)
    proposals, hits = counts.T
    # Without proposals there are no hits, and the precision does not matter.
    return area_under_envelope(hits / total, hits / np.maximum(proposals, 1))


def normalised(scores: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the scores of all pictures, stretched so that the lowest of them is 0 and the highest 1 (all 1 where equal)."""
    every = np.concatenate([np.zeros(0), *scores]).astype(np.float64)
    low, high = (every.min(), every.max()) if len(every) else (0.0, 1.0)
    return [(part - low) / (high - low) if high > low else np.ones(len(part)) for part in
            (np.asarray(part, np.float64) for part in scores)]


def count(faces: Faces, boxes: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Count what one picture adds at each threshold.

    Args:
        faces: of the picture.
        boxes: (M, 4) corners of the detections.
        scores: (M,) 0..1.

    Returns:
        (THRESHOLDS, 2) int64: detections that are not left out, and faces found; the highest threshold first.
    """
    order = np.argsort(-scores, kind='stable')
    best, overlap = most_overlapped(faces.boxes, boxes[order])
    matched = overlap >= MATCH_IOU
    left_out = matched & ~faces.counted[best] if len(faces.boxes) else np.zeros(len(boxes), bool)
    first = np.zeros(len(boxes), bool)
    hits = np.flatnonzero(matched & ~left_out)
    first[hits[np.unique(best[hits], return_index=True)[1]]] = True
    running = np.zeros((1 + len(boxes), 2), np.int64)
    running[1:] = np.cumsum(np.stack([~left_out, first], axis=1), axis=0)
    thresholds = 1 - np.arange(1, THRESHOLDS + 1) / THRESHOLDS
    return running[np.searchsorted(-scores[order], -thresholds, side='right')]


def most_overlapped(faces: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (row of the face that each box overlaps most, overlap); 0 and 0 where there are no faces."""
    if not len(faces) or not len(boxes):
        return np.zeros(len(boxes), np.int64), np.zeros(len(boxes))
    pixel = np.array([0.0, 0.0, 1.0, 1.0])
    overlaps = iou(boxes.astype(np.float64) + pixel, faces + pixel)
    return overlaps.argmax(axis=1), overlaps.max(axis=1)


def area_under_envelope(recall: np.ndarray, precision: np.ndarray) -> float:
    """Return the area under the highest precision at each recall or a greater one; recall rises."""
    steps = np.diff(np.concatenate([[0.0], recall]))
    return float(steps @ np.maximum.accumulate(precision[::-1])[::-1])
