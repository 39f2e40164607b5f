# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of a detector on labelled pictures.

Ignore regions (iscrowd) neither reward nor punish a detection, whatever its label.
"""
import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from face_perception.core.detections import Detections
from face_perception.core.matching import UNMATCHED, match_boxes

from .data.coco import Sample

MATCH_IOU = 0.5
SCORE = 0.5                  # of the figures that speak of a robot's default threshold
MOST = 200                   # detections of a picture that count for AP


def average_precision(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                      label: str) -> float:
    """Return AP at IoU .5 of one label as pycocotools computes it (101 points); nan without such faces.

    samples, detections: lists of equal length; detections hold the ranked list down to low scores.
    """
    category = labels.index(label) + 1
    if not any((s.labels == category - 1).any() for s in samples):
        return float('nan')
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for number, (sample, faces) in enumerate(zip(samples, detections), start=1):
        for (x1, y1, x2, y2), own in zip(sample.boxes.tolist(), sample.labels.tolist()):
            if own not in (category - 1, -1):
                continue
            truth.append({'id': len(truth) + 1, 'image_id': number, 'category_id': category,
                          'bbox': [x1, y1, x2 - x1, y2 - y1], 'area': (x2 - x1) * (y2 - y1),
                          'iscrowd': int(own == -1)})
        chosen = faces[faces.labels == label]
        for box, score in zip(chosen.xywh().tolist(), chosen.scores.tolist()):
            found.append({'image_id': number, 'category_id': category, 'bbox': box, 'score': score})
    if not found:
        return 0.0
    with contextlib.redirect_stdout(io.StringIO()):
        coco: Any = COCO()
        coco.dataset = {'info': {}, 'annotations': truth, 'categories': [{'id': category, 'name': label}],
                        'images': [{'id': n + 1, 'width': s.width, 'height': s.height}
                                   for n, s in enumerate(samples)]}
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(found), 'bbox')
        judge.params.iouThrs = np.array([MATCH_IOU])
        judge.params.maxDets = [MOST]
        judge.params.areaRng, judge.params.areaRngLbl = [[0, 1e10]], ['all']
        judge.evaluate()
        judge.accumulate()
    return float(np.mean(judge.eval['precision'][0, :, 0, 0, 0]))


def at_threshold(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                 score: float = SCORE) -> dict[str, Any]:
    """Return the counts that a robot with a fixed score threshold sees, as a dict.

    images, right_images: pictures with a face, and those with at least one face found with its right label;
    matched, confused: faces that a detection matches (IoU >= .5), and those whose detection has another label;
    face_free, false_positives: pictures without any annotation, and detections on them;
    faces, found: per label, labelled faces and those found with the right label.
    """
    counts: dict[str, Any] = dict(images=0, right_images=0, matched=0, confused=0, face_free=0, false_positives=0,
                  faces=dict.fromkeys(labels, 0), found=dict.fromkeys(labels, 0))
    for sample, every in zip(samples, detections):
        detection = every[every.scores >= score]
        if not len(sample.boxes):
            counts['face_free'] += 1
            counts['false_positives'] += len(detection)
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


def figures(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str]) -> dict[str, float]:
    """Return every figure of the model card as a flat dict, name -> number 0..1 (or a mean count)."""
    counts = at_threshold(samples, detections, labels)
    result = {'image_accuracy': share(counts['right_images'], counts['images']),
              'label_confusion': share(counts['confused'], counts['matched']),
              'false_positives_per_face_free_image': share(counts['false_positives'], counts['face_free'])}
    for label in labels:
        result[f'recall/{label}'] = share(counts['found'][label], counts['faces'][label])
        result[f'ap50/{label}'] = average_precision(samples, detections, labels, label)
    for source in sorted({s.source for s in samples}):
        chosen = [n for n, s in enumerate(samples) if s.source == source]
        for number, label in enumerate(labels):
            if any((samples[n].labels == number).any() for n in chosen):
                result[f'ap50/{label}/{source}'] = average_precision(
                    [samples[n] for n in chosen], [detections[n] for n in chosen], labels, label)
    return result
