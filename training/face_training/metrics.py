# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of a detector on labelled pictures.

Ignore regions (iscrowd) neither reward nor punish a detection, whatever its label.
"""
from collections.abc import Sequence
from typing import Any

import numpy as np

from face_perception.core.boxes import area, iou
from face_perception.core.detections import Detections
from face_perception.core.matching import UNMATCHED, match_boxes

from .average_precision import average_precisions
from .data.sample import Sample

MATCH_IOU = 0.5
SCORE = 0.5                  # of the figures that speak of a robot's default threshold
LARGE = 0.05                 # share of the picture from which on a false positive is large
CALIBRATED_FROM = 0.1        # scores below are too many and mean nothing to a robot


def at_threshold(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                 score: float = SCORE) -> dict[str, Any]:
    """Return the counts that a robot with a fixed score threshold sees, as a dict.

    images, right_images: pictures with a face, and those with at least one face found with its right label;
    matched, confused: faces that a detection matches (IoU >= .5), and those whose detection has another label;
    face_free, false_positives: pictures without any annotation, and detections on them;
    large_false_positives: those of them whose box takes more than 5 % of the picture;
    faces, found: per label, labelled faces and those found with the right label.
    """
    counts: dict[str, Any] = dict(images=0, right_images=0, matched=0, confused=0, face_free=0, false_positives=0,
                                  large_false_positives=0,
                  faces=dict.fromkeys(labels, 0), found=dict.fromkeys(labels, 0))
    for sample, every in zip(samples, detections):
        detection = every[every.scores >= score]
        detection = detection[np.argsort(-detection.scores, kind='stable')]
        if not len(sample.boxes):
            counts['face_free'] += 1
            counts['false_positives'] += len(detection)
            counts['large_false_positives'] += int((area(detection.boxes) > LARGE * sample.width * sample.height).sum())
            continue
        real = sample.labels >= 0
        if not real.any():
            continue
        names = np.array(labels)[sample.labels[real]]
        truth = sample.boxes[real]
        same_label = names[:, None] == detection.labels[None, :]
        right = np.isin(np.arange(len(truth)), match_boxes(truth, detection.boxes, MATCH_IOU, same_label))
        counts['images'] += 1
        counts['right_images'] += bool(right.any())
        for column, row in enumerate(match_boxes(truth, detection.boxes, MATCH_IOU)):
            if row != UNMATCHED:
                counts['matched'] += 1
                counts['confused'] += bool(detection.labels[column] != names[row])
        for name, hit in zip(names, right):
            counts['faces'][name] += 1
            counts['found'][name] += bool(hit)
    return counts


def share(part: float, whole: float) -> float:
    """Return part / whole, nan where there is nothing to divide by."""
    return part / whole if whole else float('nan')


def calibration_error(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                      bins: int = 10) -> float:
    """Return the expected calibration error of the scores, 0..1 (Guo et al. 2017, equation 3).

    It is how far the share of right detections lies from their score, over bins of equal width, for scores from
    CALIBRATED_FROM on.  Detections in ignore regions are left out.
    """
    scores: list[float] = []
    right: list[bool] = []
    for sample, every in zip(samples, detections):
        shown = every[every.scores >= CALIBRATED_FROM]
        shown = shown[np.argsort(-shown.scores, kind='stable')]
        real = sample.labels >= 0
        names = np.array(labels)[sample.labels[real]]
        matches = match_boxes(sample.boxes[real], shown.boxes, MATCH_IOU, names[:, None] == shown.labels[None, :])
        ignored = (iou(shown.boxes, sample.boxes[~real]) >= MATCH_IOU).any(axis=1) & (matches == UNMATCHED)
        scores += shown.scores[~ignored].tolist()
        right += (matches != UNMATCHED)[~ignored].tolist()
    if not scores:
        return float('nan')
    bin_of = np.minimum((np.array(scores) * bins).astype(int), bins - 1)
    gaps = [abs(np.array(right)[bin_of == n].mean() - np.array(scores)[bin_of == n].mean()) * (bin_of == n).mean()
            for n in np.unique(bin_of)]
    return float(sum(gaps))


def figures(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str]) -> dict[str, float]:
    """Return every figure of the model card as a flat dict, name -> number 0..1 (or a mean count)."""
    counts = at_threshold(samples, detections, labels)
    result = {'image_accuracy': share(counts['right_images'], counts['images']),
              'label_confusion': share(counts['confused'], counts['matched']),
              'false_positives_per_face_free_image': share(counts['false_positives'], counts['face_free']),
              'large_false_positives_per_face_free_image': share(counts['large_false_positives'], counts['face_free']),
              'calibration_error': calibration_error(samples, detections, labels)}
    for label in labels:
        result[f'recall/{label}'] = share(counts['found'][label], counts['faces'][label])
        result.update({f'{name}/{label}' if '/' not in name else name.replace('/', f'/{label}/'): value
                       for name, value in average_precisions(samples, detections, labels, label).items()})
    for source in sorted({s.source for s in samples} - {''}):
        chosen = [n for n, s in enumerate(samples) if s.source == source]
        for number, label in enumerate(labels):
            if any((samples[n].labels == number).any() for n in chosen):
                result[f'ap50/{label}/{source}'] = average_precisions(
                    [samples[n] for n in chosen], [detections[n] for n in chosen], labels, label)['ap50']
    return result
