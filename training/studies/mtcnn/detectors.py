# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every detector of the study behind one call: the cascades, and the shipped models through the robot's own Detector."""
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from face_perception.api import open_detector
from face_perception.core.boxes import nms
from face_perception.core.detections import Detections

from .cascade import LABEL, Cascade, Settings
from .judge import Detect
from .nets import Stages

OURS = ('slim_320', 'rfb_320', 'slim_640', 'rfb_640')
# Low enough for the tail of the curve; the defaults of facenet-pytorch end it where precision is still high.
WHOLE_CURVE = Settings(thresholds=(0.5, 0.3, 0.05))
LOWEST_SCORE = 0.01
SAME_FACE = 0.45            # IoU


class Candidate(NamedTuple):
    """A detector with its name."""

    name: str
    detect: Detect
    close: Callable[[], None] = lambda: None


def cascade_candidate(name: str, stages: Stages, settings: Settings = WHOLE_CURVE) -> Candidate:
    """Return a cascade."""
    return Candidate(name, Cascade(stages, settings).detect)


def our_candidate(name: str) -> Candidate:
    """Return a shipped model, blind to labels: a cascade knows faces only."""
    detector = open_detector(name, score_threshold=LOWEST_SCORE, max_faces=200)

    def detect(image: np.ndarray) -> Detections:
        found = detector.detect(image)
        kept = nms(found.boxes, found.scores, SAME_FACE)      # a face that has both labels counts once
        return Detections(found.boxes[kept], found.scores[kept], np.full(len(kept), LABEL))
    return Candidate(name, detect, detector.close)


def close_all(candidates: Sequence[Candidate]) -> None:
    """Close each."""
    for candidate in candidates:
        candidate.close()
