# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Patches to train a stage on, cut out of frames (Zhang et al. 2016, section III.A): faces, parts of faces, and neither."""
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from face_perception.core.boxes import iou

from .cascade import cut
from .frames import Frame

FACE, PART, NONE = 1, -1, 0
FACE_IOU, PART_IOU, NONE_IOU = 0.65, 0.4, 0.3       # at least, at least, less than


class Patches(NamedTuple):
    """Windows of one size."""

    pixels: np.ndarray      # (N, 3, side, side) uint8 RGB
    kinds: np.ndarray       # (N,) int64: FACE, PART or NONE
    offsets: np.ndarray     # (N, 4) float32: from window to face, shares of the window's side; 0 for NONE

    def __len__(self) -> int:
        return len(self.kinds)


class Counts(NamedTuple):
    """How many patches a frame gives."""

    faces: int = 6          # of each face
    parts: int = 6          # of each face
    near: int = 5           # of each face: windows that touch it and do not hold it
    anywhere: int = 20      # of the frame


COUNTS = Counts()


def kind_of(windows: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (kinds, offsets) of windows (N, 4) among faces (M, 4); the kind of what lies between is PART - 1."""
    offsets = np.zeros((len(windows), 4), np.float32)
    if not len(faces) or not len(windows):
        return np.full(len(windows), NONE), offsets
    overlaps = iou(windows, faces)
    best = overlaps.argmax(axis=1)
    most = overlaps.max(axis=1)
    kinds = np.select([most >= FACE_IOU, most >= PART_IOU, most < NONE_IOU], [FACE, PART, NONE], PART - 1)
    sides = (windows[:, 2] - windows[:, 0])[:, None]
    offsets = np.where((kinds == NONE)[:, None], 0, (faces[best] - windows) / np.maximum(sides, 1)).astype(np.float32)
    return kinds, offsets


def random_windows(frame: Frame, counts: Counts, smallest: float, random: np.random.Generator) -> np.ndarray:
    """Return square windows of a frame that hold candidates of each kind, (N, 4) float32."""
    height, width = frame.image.shape[:2]
    made = []
    for face in frame.boxes:
        centre, sides = (face[:2] + face[2:]) / 2, face[2:] - face[:2]
        if sides.min() < smallest / 2:
            continue
        tries = 8 * (counts.faces + counts.parts)
        side = sides.max() * random.uniform(0.75, 1.3, tries)
        made.append(around(centre + sides * random.uniform(-0.25, 0.25, (tries, 2)), side))
        side = np.maximum(sides.min() * random.uniform(0.3, 1.2, 2 * counts.near), smallest)
        made.append(around(centre + sides * random.uniform(-1, 1, (2 * counts.near, 2)), side))
    side = random.uniform(smallest, min(width, height) / 2, 2 * counts.anywhere)
    corner = random.uniform(0, 1, (len(side), 2)) * (np.array([width, height]) - side[:, None])
    made.append(np.concatenate([corner, corner + side[:, None]], axis=1))
    return np.concatenate(made).astype(np.float32)


def around(centres: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Return the squares of these centres (N, 2) and sides (N,), (N, 4)."""
    half = sides[:, None] / 2
    return np.concatenate([centres - half, centres + half], axis=1)


def cut_patches(frames: Sequence[Frame], side: int, seed: int, counts: Counts = COUNTS, smallest: float = 20.0) -> Patches:
    """Cut random windows of every kind, as many of each as counts say, where there are so many."""
    random, parts = np.random.default_rng(seed), []
    for frame in frames:
        windows = random_windows(frame, counts, smallest, random)
        kinds, _ = kind_of(windows, frame.boxes)
        most = {FACE: counts.faces * len(frame.boxes), PART: counts.parts * len(frame.boxes),
                NONE: counts.near * len(frame.boxes) + counts.anywhere}
        chosen = np.concatenate([np.flatnonzero(kinds == kind)[:number] for kind, number in most.items()])
        parts.append(patches_at(frame, windows[chosen], side))
    return joined(parts, side)


def patches_at(frame: Frame, windows: np.ndarray, side: int) -> Patches:
    """Cut windows of a frame; those between the kinds are left out."""
    kept, pixels = cut(frame.image, windows, side)
    kinds, offsets = kind_of(kept, frame.boxes)
    used = kinds >= PART
    return Patches(pixels.numpy().round().astype(np.uint8)[used], kinds[used].astype(np.int64), offsets[used])


def joined(parts: Sequence[Patches], side: int) -> Patches:
    """Return all patches as one."""
    none = Patches(np.zeros((0, 3, side, side), np.uint8), np.zeros(0, np.int64), np.zeros((0, 4), np.float32))
    return Patches(*(np.concatenate(arrays) for arrays in zip(none, *parts)))


def mirrored(pixels: torch.Tensor, offsets: torch.Tensor, chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mirror the chosen of (N, 3, side, side) with their offsets (N, 4): left becomes right and changes its sign."""
    flipped = torch.stack([-offsets[:, 2], offsets[:, 1], -offsets[:, 0], offsets[:, 3]], dim=1)
    return torch.where(chosen[:, None, None, None], pixels.flip(3), pixels), torch.where(chosen[:, None], flipped, offsets)
