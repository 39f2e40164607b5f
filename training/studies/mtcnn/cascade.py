# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The cascade of MTCNN: a pyramid for P-Net, R-Net and O-Net on what it proposes (Zhang et al. 2016, section II.A).

Thresholds, overlaps and rounding are facenet-pytorch's defaults, so that published weights give its boxes.
"""
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from face_perception.core import boxes as box_math
from face_perception.core.detections import Detections

from .nets import Answer, Stages

AT_ONCE = 512                # windows of one run
LABEL = 'face'
STRIDE, WINDOW = 2, 12       # of P-Net, pixels of its picture


class Settings(NamedTuple):
    """What the cascade lets through."""

    thresholds: tuple[float, float, float] = (0.6, 0.7, 0.7)    # of the scores of P-Net, R-Net and O-Net
    smallest: float = 20.0      # side of a face, pixels
    factor: float = 0.709       # from one level of the pyramid to the next


DEFAULTS = Settings()


class Cascade:
    """Three networks that look at a picture one after the other."""

    def __init__(self, stages: Stages, settings: Settings = DEFAULTS) -> None:
        self.stages, self.settings = stages, settings

    @torch.inference_mode()
    def detect(self, image: np.ndarray) -> Detections:
        """Return the faces of a picture, best first, in its pixels: (H, W, 3) uint8 BGR -> label LABEL."""
        boxes, scores = self.finish(image, self.refine(image, self.propose(image)))
        height, width = image.shape[:2]
        order = np.argsort(-scores, kind='stable')
        boxes = box_math.clip(boxes[order], width, height)
        return Detections(boxes, np.clip(scores[order], 0, 1), np.full(len(boxes), LABEL))

    @torch.inference_mode()
    def propose(self, image: np.ndarray) -> np.ndarray:
        """Return the squares that P-Net proposes: (H, W, 3) uint8 BGR -> (N, 4) float32."""
        height, width = image.shape[:2]
        pixels = to_tensor(image)
        found = []
        for scale in pyramid(width, height, self.settings):
            picture = functional.interpolate(pixels, (int(height * scale + 1), int(width * scale + 1)), mode='area')
            boxes, scores, offsets = windows(self.stages.p(normalise(picture)), scale, self.settings.thresholds[0])
            chosen = box_math.nms(boxes, scores, 0.5)
            found.append((boxes[chosen], scores[chosen], offsets[chosen]))
        if not found:
            return np.zeros((0, 4), np.float32)
        boxes, scores, offsets = (np.concatenate(parts) for parts in zip(*found))
        chosen = box_math.nms(boxes, scores, 0.7)
        return squares(moved(boxes[chosen], offsets[chosen], 0.0))

    @torch.inference_mode()
    def refine(self, image: np.ndarray, boxes: np.ndarray) -> np.ndarray:
        """Return what R-Net makes of squares: (N, 4) -> (M, 4) float32."""
        boxes, scores, offsets = self._judge('r', image, boxes, self.settings.thresholds[1])
        chosen = box_math.nms(boxes, scores, 0.7)
        return squares(moved(boxes[chosen], offsets[chosen], 1.0))

    @torch.inference_mode()
    def finish(self, image: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what O-Net makes of squares: (N, 4) -> boxes (M, 4), scores (M,)."""
        boxes, scores, offsets = self._judge('o', image, boxes, self.settings.thresholds[2])
        boxes = moved(boxes, offsets, 1.0)
        chosen = drop_nested(boxes, scores, 0.7)
        return boxes[chosen], scores[chosen]

    def _judge(self, stage: str, image: np.ndarray, boxes: np.ndarray, threshold: float
               ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        net = getattr(self.stages, stage)
        boxes, crops = cut(image, boxes, net.side)
        answers = [net(normalise(part)) for part in torch.split(crops, AT_ONCE)]
        scores = torch.cat([answer.scores for answer in answers]).numpy() if answers else np.zeros(0, np.float32)
        offsets = torch.cat([answer.offsets for answer in answers]).numpy() if answers else np.zeros((0, 4), np.float32)
        passed = scores > threshold
        return boxes[passed], scores[passed], offsets[passed]


def to_tensor(image: np.ndarray) -> Tensor:
    """(H, W, 3) uint8 BGR -> (1, 3, H, W) float32 RGB, 0..255."""
    return torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1].transpose(2, 0, 1))[None]).float()


def normalise(pixels: Tensor) -> Tensor:
    """0..255 -> -1..1, as the networks expect."""
    return (pixels - 127.5) * 0.0078125


def pyramid(width: int, height: int, settings: Settings) -> list[float]:
    """Return the scales at which P-Net looks; the first makes the smallest face 12 pixels large."""
    scale, scales = WINDOW / settings.smallest, []
    while min(width, height) * scale >= WINDOW:
        scales.append(scale)
        scale *= settings.factor
    return scales


def windows(answer: Answer, scale: float, threshold: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return boxes (N, 4), scores (N,) and offsets (N, 4) of the windows above a score, in pixels of the source."""
    scores = answer.scores[0].numpy()
    rows, columns = np.nonzero(scores >= threshold)
    corners = STRIDE * np.stack([columns, rows], axis=1).astype(np.float32)
    scale = np.float32(scale)
    boxes = np.concatenate([np.floor((corners + 1) / scale), np.floor((corners + WINDOW) / scale)], axis=1)
    return boxes, scores[rows, columns], answer.offsets[0].numpy()[:, rows, columns].T


def moved(boxes: np.ndarray, offsets: np.ndarray, border: float) -> np.ndarray:
    """Move the corners by offsets in shares of the sides; `border` 1: a box holds its last pixel, as Matlab counts."""
    sides = np.tile(boxes[:, 2:] - boxes[:, :2] + np.float32(border), 2)
    result: np.ndarray = boxes + offsets * sides
    return result


def squares(boxes: np.ndarray) -> np.ndarray:
    """Return the squares around the centres, as large as the longer side."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longest = sides.max(axis=1, keepdims=True) if len(boxes) else np.zeros((0, 1), np.float32)
    corner = boxes[:, :2] + (sides - longest) / 2
    return np.concatenate([corner, corner + longest], axis=1).astype(np.float32)


def cut(image: np.ndarray, boxes: np.ndarray, side: int) -> tuple[np.ndarray, Tensor]:
    """Cut boxes out, without what lies outside of the picture, and shrink or enlarge them.

    Returns:
        The boxes that are not empty, (M, 4), and their pixels, (M, 3, side, side) float32 RGB, 0..255.
    """
    height, width = image.shape[:2]
    corners = np.trunc(boxes).astype(int)
    left, top = np.maximum(corners[:, 0], 1) - 1, np.maximum(corners[:, 1], 1) - 1
    right, bottom = np.minimum(corners[:, 2], width), np.minimum(corners[:, 3], height)
    kept = np.flatnonzero((right > left) & (bottom > top))
    pixels = to_tensor(image)
    crops = [functional.interpolate(pixels[:, :, top[n]:bottom[n], left[n]:right[n]], (side, side), mode='area')
             for n in kept]
    return boxes[kept], torch.cat(crops) if crops else torch.zeros(0, 3, side, side)


def drop_nested(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> np.ndarray:
    """Suppress the lower of two boxes that share more than `threshold` of the smaller one; return indices, best first."""
    order = np.argsort(-scores, kind='stable')
    ranked = boxes[order] + np.array([0, 0, 1, 1], np.float32)
    areas = box_math.area(ranked)
    smaller = np.minimum(areas[:, None], areas[None, :])
    overlaps = box_math.intersection(ranked, ranked) > threshold * smaller
    alive = np.ones(len(order), bool)
    for rank in range(len(order)):
        if alive[rank]:
            alive[rank + 1:] &= ~overlaps[rank, rank + 1:]
    return order[alive]
