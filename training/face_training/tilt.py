# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Recall of people against the tilt of their heads: the same pictures, turned."""
from collections.abc import Sequence

import cv2
import numpy as np

from face_perception.core.boxes import iou
from face_perception.core.detector import Detector

from .data.sample import Sample, read_image

SMALLEST_FACE = 14           # side at 320x240: smaller faces are missed for other reasons
SAME_FACE_IOU = 0.4          # a turned box is a bound, not a measurement
GREY = (127, 127, 127)


def turn(image: np.ndarray, boxes: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the picture turned about its centre, as large as it then is, and the bounds of the turned ellipses.

    image: (height, width, 3) uint8; boxes: (N, 4) corners, pixels; degrees: counter-clockwise.  The ground is grey.
    """
    height, width = image.shape[:2]
    angle = np.deg2rad(degrees)
    cosine, sine = abs(np.cos(angle)), abs(np.sin(angle))
    size = round(width * cosine + height * sine), round(width * sine + height * cosine)
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), degrees, 1)
    matrix[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
    # OpenCV puts pixel centres on whole numbers; boxes count from pixel corners.
    centres = ((boxes[:, :2] + boxes[:, 2:]) / 2 - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    half = np.sqrt((((boxes[:, 2:] - boxes[:, :2]) / 2)[:, None, :] ** 2 * matrix[None, :, :2] ** 2).sum(-1))
    turned = np.hstack([centres - half, centres + half]).astype(np.float32)
    return cv2.warpAffine(image, matrix, size, borderValue=GREY), turned


def tilt_recall(detector: Detector, samples: Sequence[Sample], angles: Sequence[float], label: int = 0) -> dict[str, float]:
    """Return {'tilt_recall/15': share of faces seen, 'tilt_recall/15/<source>': ...}, at the detector's own thresholds.

    Counted are faces of `label` with a side of SMALLEST_FACE or more; one is seen when any detection overlaps it by
    SAME_FACE_IOU or more, whatever its label.  Every other picture is turned the other way.
    """
    counts: dict[str, list[int]] = {}
    for number, sample in enumerate(samples):
        boxes = sample.boxes[sample.labels == label]
        if not len(boxes):
            continue
        image = read_image(sample)
        for angle in angles:
            turned, bounds = turn(image, boxes, angle if number % 2 else -angle)
            height, width = turned.shape[:2]
            sides = np.sqrt((bounds[:, 2:] - bounds[:, :2]).prod(1) * (320 / width) * (240 / height))
            bounds = bounds[sides >= SMALLEST_FACE]
            overlaps = iou(bounds, detector.detect(turned).boxes) >= SAME_FACE_IOU
            seen = np.atleast_1d(overlaps.any(axis=1))
            for key in (f'tilt_recall/{angle:g}', f'tilt_recall/{angle:g}/{sample.source}'):
                count = counts.setdefault(key, [0, 0])
                count[0] += int(seen.sum())
                count[1] += len(seen)
    return {key: found / shown for key, (found, shown) in sorted(counts.items()) if shown}
