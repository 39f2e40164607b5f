# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How good a landmark network is, judged through the robot's own LandmarkFinder: its crops, its run, its way back."""
import collections
import pathlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from face_perception.api import open_detector, open_landmarks
from face_perception.core.boxes import iou
from face_perception.core.detections import Detections
from face_perception.core.landmarks import LandmarkFinder

from .config import Data
from .crops import read_picture
from .faces import Face
from .graph import torch_finder
from .metrics import figures, four_points, mean, point_errors
from .readers import read_faces
from .select import keep
from .train import load_landmark_run

LEAST_OVERLAP = 0.3          # IoU of a detection with the labelled box, from which on it is that face
LEAST_SCORE = 0.3


class Judged(NamedTuple):
    """What a network says of faces."""

    faces: list[Face]            # N
    names: tuple[str, ...]       # P
    points: np.ndarray           # (N, P, 2), pixels of their pictures
    scores: np.ndarray           # (N, P)
    errors: np.ndarray           # (N, P), in distances of the eyes; NaN for points without a label


def open_any(model: str | pathlib.Path, backend: str = 'onnxruntime') -> LandmarkFinder:
    """Return the LandmarkFinder of a model folder, a model's name or a run folder."""
    if (pathlib.Path(model) / 'config.yaml').exists():
        return torch_finder(*load_landmark_run(model))
    return open_landmarks(str(model), backend)


def judged_faces(path: str | pathlib.Path) -> list[Face]:
    """Return the faces of a file that can be judged: both eyes labelled, apart, and all points where they are known."""
    return keep(read_faces(path), Data(train=(), val='', one_face=False, smallest_eye_distance=2))


def judge(finder: LandmarkFinder, faces: Sequence[Face], boxes: np.ndarray | None = None) -> Judged:
    """Return what a network says of faces.

    Args:
        finder: of the network.
        faces: N of them.
        boxes: (N, 4) corners to cut them out by, pixels; None: the labelled ones.
    """
    boxes = np.array([face.box for face in faces], np.float32).reshape(-1, 4) if boxes is None else boxes
    points = np.zeros((len(faces), len(finder.names), 2), np.float32)
    scores = np.zeros((len(faces), len(finder.names)), np.float32)
    for rows in tqdm(by_picture(faces), desc='evaluate', unit='image', disable=not sys.stderr.isatty()):
        found = finder.find(read_picture(faces[rows[0]]), Detections(boxes[rows], np.ones(len(rows)), [''] * len(rows)))
        points[rows], scores[rows] = found.points, found.scores
    return Judged(list(faces), finder.names, points, scores, point_errors(faces, points, finder.names))


def by_picture(faces: Sequence[Face]) -> list[list[int]]:
    """Return the rows of the faces of each picture."""
    rows = collections.defaultdict(list)
    for row, face in enumerate(faces):
        rows[face.path].append(row)
    return list(rows.values())


def detected_boxes(detector: str, faces: Sequence[Face], backend: str = 'onnxruntime') -> np.ndarray:
    """Return the boxes (N, 4) that a detection model gives for the faces, NaN for those that it does not find."""
    boxes = np.full((len(faces), 4), np.nan, np.float32)
    with open_detector(detector, backend, score_threshold=LEAST_SCORE) as opened:
        for rows in by_picture(faces):
            found = opened.detect(read_picture(faces[rows[0]])).boxes
            for row in rows:
                overlaps = iou(faces[row].box[None], found)[0] if len(found) else np.zeros(1)
                if overlaps.max() >= LEAST_OVERLAP:
                    boxes[row] = found[overlaps.argmax()]
    return boxes


def evaluate_landmarks(finder: LandmarkFinder, faces: Sequence[Face], boxes: np.ndarray | None = None,
                       judged: Judged | None = None) -> dict[str, float]:
    """Return the figures of a network on faces; with boxes of detected_boxes also those on them.

    `nme4` is that of both eyes, nose and the middle of the mouth, which networks of four points have too. `score_auc` is
    how well the scores tell points within a tenth of the eye distance from others: the area below the ROC curve.
    """
    judged = judged or judge(finder, faces)
    values = figures(judged.faces, judged.errors, judged.names)
    values |= {'nme4': mean(four_errors(judged)), 'score_auc': score_auc(judged)}
    if boxes is not None:
        seen = np.isfinite(boxes).all(1)
        chosen = [face for face, known in zip(faces, seen) if known]
        again = judge(finder, chosen, boxes[seen])
        values['detected/share'] = float(seen.mean())
        found = figures(chosen, again.errors, again.names)
        values |= {'detected/nme': found['nme'], 'detected/failure': found['failure']}
        values['detected/growth'] = values['detected/nme'] / figures(chosen, judged.errors[seen], judged.names)['nme'] - 1
    return values


def four_errors(judged: Judged) -> np.ndarray:
    """Return the NME (N,) over both eyes, nose and the middle of the mouth."""
    names = ('right_eye', 'left_eye', 'nose', 'mouth')
    each: np.ndarray = np.nanmean(point_errors(judged.faces, four_points(judged.points, judged.names), names), axis=1)
    return each


def score_auc(judged: Judged) -> float:
    """Return the probability that a point near its truth has a higher score than one that is not; NaN without both."""
    known = ~np.isnan(judged.errors)
    near, scores = judged.errors[known] < 0.1, judged.scores[known]
    if near.all() or not near.any():
        return float('nan')
    wins = (scores[near][:, None] > scores[~near][None]).mean() + (scores[near][:, None] == scores[~near][None]).mean() / 2
    return float(wins)
