# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How the fifth work judges: IoU .3, each face matched once, precision against recall over the ranked list, its area.

Average precision is pycocotools' (101 recalls), as everywhere in face_training; a hand-computed case is in the tests.
"""
import json
import pathlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from face_perception.core.boxes import area, intersection
from face_perception.core.detections import Detections
from face_perception.core.matching import UNMATCHED, match_boxes
from face_training.average_precision import precision_curves
from face_training.data.sample import IGNORE, Sample, read_image

from .cascade import LABEL

OVERLAP = 0.3
Detect = Callable[[np.ndarray], Detections]     # (H, W, 3) uint8 BGR -> faces of LABEL, best first


def detect_all(detect: Detect, samples: Sequence[Sample]) -> tuple[list[Detections], float]:
    """Return the faces of every picture and the seconds that finding them took, without reading the pictures."""
    found, seconds = [], 0.0
    for sample in samples:
        image = read_image(sample)
        start = time.perf_counter()
        found.append(detect(image))
        seconds += time.perf_counter() - start
    return found, seconds


def judge(samples: Sequence[Sample], found: Sequence[Detections]) -> dict[str, Any]:
    """Return ap (IoU .3), recall and precision of the whole list, and precision at 101 recalls (nan without faces)."""
    curve = precision_curves(samples, found, [LABEL], LABEL)[OVERLAP]
    hits, misses, faces = count(samples, found)
    return {'ap': float(curve.mean()), 'recall': hits / faces if faces else float('nan'),
            'precision': hits / (hits + misses) if hits + misses else float('nan'), 'curve': curve.tolist()}


def count(samples: Sequence[Sample], found: Sequence[Detections]) -> tuple[int, int, int]:
    """Return (true positives, false positives, faces): detections at OVERLAP, those in ignore regions left out."""
    hits = misses = faces = 0
    for sample, detections in zip(samples, found):
        truth, ignored = sample.boxes[sample.labels != IGNORE], sample.boxes[sample.labels == IGNORE]
        matches = match_boxes(truth, detections.boxes, OVERLAP)
        rest = detections.boxes[matches == UNMATCHED]
        hits += int((matches != UNMATCHED).sum())
        misses += int((~lie_in(rest, ignored)).sum())
        faces += len(truth)
    return hits, misses, faces


def lie_in(boxes: np.ndarray, ignored: np.ndarray) -> np.ndarray:
    """Tell which boxes lie in an ignore region by at least OVERLAP of their own area: (N, 4), (M, 4) -> (N,) bool."""
    shared = intersection(boxes, ignored)
    return np.asarray(((shared > 0) & (shared >= OVERLAP * area(boxes)[:, None])).any(axis=1))


def picture_name(sample: Sample) -> str:
    """Return show/file of a picture."""
    return f'{sample.path.parent.name}/{sample.path.name}'


def write_predictions(path: pathlib.Path, samples: Sequence[Sample], found: Sequence[Detections]) -> None:
    """Write PATH.npy as the fifth work does, a row (picture, [x1, y1, x2, y2], confidence) a face, and PATH.json as COCO."""
    rows, entries = [], []
    for number, (sample, detections) in enumerate(zip(samples, found), start=1):
        name = picture_name(sample)
        for (x1, y1, x2, y2), score in zip(detections.boxes.tolist(), detections.scores.tolist()):
            rows.append((name, [x1, y1, x2, y2], score))
            entries.append({'image_id': number, 'file_name': name, 'category_id': 1, 'bbox': [x1, y1, x2 - x1, y2 - y1],
                            'score': score})
    kind = np.dtype([('path', 'U128'), ('box', np.float32, 4), ('confidence', np.float32)])
    np.save(path.with_suffix('.npy'), np.array([(name, tuple(box), score) for name, box, score in rows], kind))
    path.with_suffix('.json').write_text(json.dumps(entries), encoding='utf-8')
