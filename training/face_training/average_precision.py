# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Average precision as pycocotools computes it (Lin et al. 2014), per label, overlap and size of face."""
import contextlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from face_perception.core.detections import Detections

from .data.sample import Sample

OVERLAPS = {'ap50': 0.5, 'ap30': 0.3}
# Side of a face, sqrt(width * height), when the picture is stretched to 320x240.
SIZES = {'below_16': (0, 16), '16_to_32': (16, 32), '32_to_64': (32, 64), 'from_64': (64, 1e5)}
MOST = 200                   # detections of a picture that count


def average_precisions(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                       label: str) -> dict[str, float]:
    """Return {'ap50', 'ap30', 'ap50/below_16', ...} of one label, 101 points each; nan without such faces.

    samples, detections: of equal length; detections hold the ranked list down to low scores.  Ignore regions neither
    reward nor punish a detection.
    """
    precision = precisions(samples, detections, labels, label)
    values = np.where((precision < 0).all(axis=1), np.nan, precision.mean(axis=1))
    overlaps = sorted(OVERLAPS.values())
    result = {name: float(values[overlaps.index(overlap), 0]) for name, overlap in OVERLAPS.items()}
    result.update({f'ap50/{size}': float(values[overlaps.index(0.5), n]) for n, size in enumerate(SIZES, start=1)})
    return result


def precision_curves(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                     label: str) -> dict[float, np.ndarray]:
    """Return {overlap: (101,) precision at the recalls 0, .01, ... 1} of one label; nan without such faces."""
    precision = precisions(samples, detections, labels, label)[:, :, 0]
    return {overlap: np.where(row < 0, np.nan, row) for overlap, row in zip(sorted(OVERLAPS.values()), precision)}


def precisions(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
               label: str) -> np.ndarray:
    """Return the precision by (overlap in rising order, 101 recalls, all sizes and each of SIZES); -1: no such face."""
    category = labels.index(label) + 1
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for number, (sample, faces) in enumerate(zip(samples, detections), start=1):
        # Overlaps stay as they are when both axes are stretched, and areas become comparable.
        stretch = np.array([320 / sample.width, 240 / sample.height] * 2)
        for (x1, y1, x2, y2), own in zip((sample.boxes * stretch).tolist(), sample.labels.tolist()):
            if own in (category - 1, -1):
                truth.append({'id': len(truth) + 1, 'image_id': number, 'category_id': category,
                              'bbox': [x1, y1, x2 - x1, y2 - y1], 'area': (x2 - x1) * (y2 - y1), 'iscrowd': int(own == -1)})
        chosen = faces[faces.labels == label]
        for box, score in zip((chosen.xywh() * stretch).tolist(), chosen.scores.tolist()):
            found.append({'image_id': number, 'category_id': category, 'bbox': box, 'score': score})
    shape = len(OVERLAPS), 101, 1 + len(SIZES)
    if all(face['iscrowd'] for face in truth):
        return np.full(shape, -1.0)
    if not found:
        return np.zeros(shape)
    with contextlib.redirect_stdout(io.StringIO()):
        coco: Any = COCO()
        coco.dataset = {'info': {}, 'annotations': truth, 'categories': [{'id': category, 'name': label}],
                        'images': [{'id': n + 1, 'width': 320, 'height': 240} for n in range(len(samples))]}
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(found), 'bbox')
        judge.params.iouThrs = np.array(sorted(OVERLAPS.values()))
        judge.params.maxDets = [MOST]
        judge.params.areaRng = [[0, 1e10], *([low ** 2, high ** 2] for low, high in SIZES.values())]
        judge.params.areaRngLbl = ['all', *SIZES]
        judge.evaluate()
        judge.accumulate()
    precision: np.ndarray = judge.eval['precision'][:, :, 0, :, 0]
    return precision
