# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How far points are from the truth: NME, failures, cumulative error, in all and for each point and pose."""
from collections.abc import Sequence

import numpy as np

from .faces import LEFT_EYE, MOUTH, MOUTH_LEFT, MOUTH_RIGHT, POSES, RIGHT_EYE, ROWS, Face

FAILURE = 0.1                # NME of a face above which it counts as failed
LEVELS = np.linspace(0, 0.2, 201)       # of the cumulative error curve


def point_errors(faces: Sequence[Face], points: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return (N, P) errors in inter-ocular distances; NaN for points without a label.

    faces: N, with both eyes labelled; points: (N, P, 2) in pixels of their pictures; names: out of ROWS.
    """
    rows = [ROWS.index(name) for name in names]
    errors = np.full((len(faces), len(rows)), np.nan)
    for number, face in enumerate(faces):
        known = face.labelled[rows]
        distance = np.linalg.norm(face.points[RIGHT_EYE] - face.points[LEFT_EYE])
        away = np.linalg.norm(points[number] - face.points[rows], axis=1)
        errors[number, known] = away[known] / distance
    return errors


def four_points(points: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return (N, 4, 2): both eyes, nose and the middle of the mouth, so that networks of four and five points compare."""
    at = {name: points[:, number] for number, name in enumerate(names)}
    mouth = at[ROWS[MOUTH]] if ROWS[MOUTH] in at else (at[ROWS[MOUTH_RIGHT]] + at[ROWS[MOUTH_LEFT]]) / 2
    return np.stack([*(at[name] for name in ROWS[:3]), mouth], axis=1)


def figures(faces: Sequence[Face], errors: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    """Return the figures of a table by name; errors: (N, P) of point_errors."""
    each = np.nanmean(errors, axis=1) if len(errors) else np.zeros(0)
    values = {'nme': mean(each), 'failure': mean(each > FAILURE), 'median': float(np.median(each)) if len(each) else np.nan,
              'auc': area(each)}
    values |= {f'nme/{name}': mean(errors[:, number]) for number, name in enumerate(names)}
    poses = np.array([face.pose for face in faces], int)
    for pose in sorted(set(poses.tolist()) - {0}):
        words = POSES[pose].replace(' ', '_')
        values[f'nme/pose/{words}'] = mean(each[poses == pose])
        values[f'failure/pose/{words}'] = mean(each[poses == pose] > FAILURE)
    return values


def mean(values: np.ndarray) -> float:
    """Return the mean of what is known; NaN of nothing."""
    known = values[~np.isnan(values)] if values.dtype != bool else values
    return float(known.mean()) if len(known) else float('nan')


def cumulative(each: np.ndarray, levels: np.ndarray = LEVELS) -> np.ndarray:
    """Return the share of faces whose NME is at most each level."""
    return np.array([mean(each <= level) for level in levels])


def area(each: np.ndarray) -> float:
    """Return the area below the cumulative error curve up to FAILURE, 0..1: the mean of what each face leaves of it."""
    return mean(np.clip(1 - each / FAILURE, 0, None))
