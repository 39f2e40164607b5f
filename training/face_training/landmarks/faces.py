# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A labelled face, whatever file it comes from."""
import dataclasses
import pathlib
from collections.abc import Sequence

import numpy as np

# Rows of the truth, from the subject's own view: right_eye is on the left of an unmirrored picture. Sets with four points
# know the middle of the mouth alone; for those with both corners it follows.
ROWS = ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left', 'mouth')
RIGHT_EYE, LEFT_EYE, NOSE, MOUTH_RIGHT, MOUTH_LEFT, MOUTH = range(6)
MIRRORED = (LEFT_EYE, RIGHT_EYE, NOSE, MOUTH_LEFT, MOUTH_RIGHT, MOUTH)     # which row a row becomes in a mirror
POSES = ('unknown', 'left profile', 'left', 'frontal', 'right', 'right profile')   # as MTFL counts them


@dataclasses.dataclass(frozen=True)
class Face:
    """One face of a picture."""

    path: pathlib.Path
    points: np.ndarray           # (6, 2) float32, pixels; rows as ROWS, 0 where not labelled
    labelled: np.ndarray         # (6,) bool
    box: np.ndarray              # (4,) float32 corners x1 y1 x2 y2, pixels
    group: str = ''              # person or picture: what must not lie on both sides of a split
    source: str = ''
    pose: int = 0                # index into POSES

    @property
    def eye_distance(self) -> float:
        """Distance of the eyes in pixels."""
        return float(np.linalg.norm(self.points[RIGHT_EYE] - self.points[LEFT_EYE]))


def make_face(path: pathlib.Path, points: np.ndarray, box: Sequence[float] | None = None, group: str = '',
              source: str = '', pose: int = 0, labelled: np.ndarray | None = None) -> Face:
    """Return a Face from five points or four.

    Args:
        path: of the picture.
        points: (5, 2) in the order of ROWS, or (4, 2) with the middle of the mouth last; pixels.
        box: corners x1 y1 x2 y2, or None: estimated from the points.
        group: see Face.
        source: see Face.
        pose: see Face.
        labelled: (5,) or (4,) bool, which of them are known; None: all.
    """
    given = np.ones(len(points), bool) if labelled is None else labelled
    rows, known = np.zeros((6, 2), np.float32), np.zeros(6, bool)
    order = list(range(5)) if len(points) == 5 else [RIGHT_EYE, LEFT_EYE, NOSE, MOUTH]
    rows[order], known[order] = points, given
    if len(points) == 5:
        rows[MOUTH], known[MOUTH] = rows[[MOUTH_RIGHT, MOUTH_LEFT]].mean(0), known[[MOUTH_RIGHT, MOUTH_LEFT]].all()
    rows[~known] = 0
    where = box_of_points(rows) if box is None else np.asarray(box, np.float32)
    return Face(path, rows, known, where, group, source, pose)


def box_of_points(points: np.ndarray) -> np.ndarray:
    """Return corners (4,) float32 of a face whose points (6, 2) are known: those of the set's own, Caltech 10k WebFaces.

    2.03 x 2.6 times s, the larger of eye distance and eye line to mouth, .22 s above and .04 s left of the middle between
    eyes and mouth: medians against a face detector on pictures of that set.
    """
    eyes = points[[RIGHT_EYE, LEFT_EYE]].mean(0)
    size = max(float(np.linalg.norm(points[RIGHT_EYE] - points[LEFT_EYE])), float(np.linalg.norm(points[MOUTH] - eyes)))
    centre = (eyes + points[MOUTH]) / 2 - size * np.array([0.04, 0.22])
    half = size * np.array([2.03, 2.6]) / 2
    return np.concatenate([centre - half, centre + half]).astype(np.float32)
