# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The whole cascade as one network of fixed shapes, so that the robot runs it like any other model.

It gives the boxes of `cascade`, with the operators that TensorRT 8.2 knows: averages of areas are products with constant
matrices, windows are cut out of a table of sums, and suppression is asked of all boxes at once, ROUNDS times over. Each
stage hands on a fixed number of windows, so a picture with more candidates than LIMITS loses the worst of them.
"""
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from .cascade import STRIDE, WINDOW, Settings, pyramid
from .nets import OutputNet, RefineNet, Stages


class Limits(NamedTuple):
    """How many windows go on."""

    level: int = 256            # of each level of the pyramid, before suppression
    together: int = 768         # of all levels, the same
    refine: int = 160           # into R-Net
    output: int = 48            # into O-Net, and rows of the output


LIMITS = Limits()
ROUNDS = 10                 # of `suppress`


class Windows(NamedTuple):
    """Boxes and where they want to move; those that were dropped have score 0."""

    boxes: Tensor       # (N, 4), pixels
    offsets: Tensor     # (N, 4), shares of the sides
    scores: Tensor      # (N,)

    def best(self, count: int) -> 'Windows':
        """Return the best so many, best first."""
        scores, rows = self.scores.topk(min(count, len(self.scores)))
        return Windows(self.boxes[rows], self.offsets[rows], scores)

    def moved(self, border: float) -> Tensor:
        """Return the boxes after their move; `border` 1: a box holds its last pixel."""
        sides = self.boxes[:, 2:] - self.boxes[:, :2] + border
        return self.boxes + self.offsets * torch.cat([sides, sides], dim=1)


class CascadeGraph(nn.Module):
    """(1, 3, H, W) float32 RGB, -1..1 -> boxes (1, K, 4) in 0..1, scores (1, K, 1), best first."""

    def __init__(self, stages: Stages, width: int, height: int, settings: Settings, limits: Limits = LIMITS) -> None:
        super().__init__()
        self.p, self.r, self.o = stages
        self.width, self.height, self.settings, self.limits = width, height, settings, limits
        self.scales = pyramid(width, height, settings)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return boxes and scores."""
        sums = before(self.height + 1)[:, :-1] @ image @ before(self.width + 1)[:, :-1].T
        first, second, third = self.settings.thresholds
        levels = [self.level(image, scale, first) for scale in self.scales]
        proposed = suppress(Windows(*(torch.cat(parts) for parts in zip(*levels))).best(self.limits.together), 0.7)
        proposed = proposed.best(self.limits.refine)
        refined = suppress(self.judge(self.r, sums, square(proposed.moved(0)), proposed.scores, second), 0.7)
        refined = refined.best(self.limits.output)
        final = self.judge(self.o, sums, square(refined.moved(1)), refined.scores, third)
        final = suppress(final._replace(boxes=final.moved(1)).best(self.limits.output), 0.7, nested=True)
        final = final.best(self.limits.output)
        size = torch.tensor([self.width, self.height, self.width, self.height], dtype=torch.float32)
        return (final.boxes / size).clamp(0, 1).unsqueeze(0), final.scores.reshape(1, -1, 1)

    def level(self, image: Tensor, scale: float, threshold: float) -> Windows:
        """Return the best windows of P-Net at one scale."""
        columns, rows = means(self.width, int(self.width * scale + 1)), means(self.height, int(self.height * scale + 1))
        answer = self.p(rows @ image @ columns.T)
        scores = above(answer.scores.reshape(-1), threshold)
        height, width = answer.logits.shape[2:]
        boxes = torch.from_numpy(places(height, width, scale))
        return suppress(Windows(boxes, answer.offsets.reshape(4, -1).T, scores).best(self.limits.level), 0.5)

    def judge(self, net: RefineNet | OutputNet, sums: Tensor, squares: Tensor, earlier: Tensor, threshold: float) -> Windows:
        """Return what a stage makes of squares, best first; one whose earlier score is 0 stays dropped."""
        crops, inside = cut(sums, squares, net.side)
        answer = net(crops)
        scores = above(answer.scores, threshold) * (earlier > 0).float() * inside
        return Windows(squares, answer.offsets, scores).best(len(squares))


def means(size: int, count: int) -> Tensor:
    """Return (count, size) that averages a side of `size` pixels to `count` of them, as adaptive_avg_pool2d does."""
    result = np.zeros((count, size), np.float32)
    for row in range(count):
        first, last = row * size // count, -(-(row + 1) * size // count)
        result[row, first:last] = 1 / (last - first)
    return torch.from_numpy(result)


def before(count: int) -> Tensor:
    """Return (count, count) with 1 where the column comes before the row, a constant of the exported file."""
    return torch.from_numpy(np.tril(np.ones((count, count), np.float32), -1))


def places(rows: int, columns: int, scale: float) -> np.ndarray:
    """Return the windows of P-Net on maps of so many rows and columns, as `cascade.windows` does: (rows * columns, 4)."""
    corners = STRIDE * np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=2).reshape(-1, 2).astype(np.float32)
    one_scale = np.float32(scale)
    return np.concatenate([np.floor((corners + 1) / one_scale), np.floor((corners + WINDOW) / one_scale)], axis=1)


def above(scores: Tensor, threshold: float) -> Tensor:
    """Return the scores, 0 for those below a threshold."""
    return scores * (scores > threshold).float()


def suppress(windows: Windows, threshold: float, nested: bool = False) -> Windows:
    """Give score 0 to those that overlap a better one by more than `threshold`; windows are sorted, best first.

    Greedy suppression keeps a box if no better one that is kept overlaps it. Here that is asked of all at once, ROUNDS
    times, which is the same unless chains of boxes that suppress one another are longer.

    Args:
        windows: best first.
        threshold: IoU, or with `nested` the share of the smaller box, whose last pixels count.
        nested: see there.
    """
    boxes, count = windows.boxes, len(windows.scores)
    left_top, right_bottom = boxes[:, :2], boxes[:, 2:] + (1.0 if nested else 0.0)
    sides = torch.minimum(right_bottom[:, None], right_bottom[None]) - torch.maximum(left_top[:, None], left_top[None])
    sides = sides.clamp(min=0)
    shared = sides[..., 0] * sides[..., 1]
    own = (right_bottom - left_top).clamp(min=0)
    areas = own[:, 0] * own[:, 1]
    whole = torch.minimum(areas[:, None], areas[None]) if nested else areas[:, None] + areas[None] - shared
    overlapping = (shared > threshold * whole).float() * before(count)
    kept = torch.from_numpy(np.ones((count, 1), np.float32))
    for _ in range(ROUNDS):
        kept = (overlapping @ kept < 0.5).float()
    return windows._replace(scores=windows.scores * kept[:, 0])


def square(boxes: Tensor) -> Tensor:
    """Return the squares around the centres, as large as the longer side."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longest = torch.maximum(sides[:, :1], sides[:, 1:])
    corner = boxes[:, :2] + (sides - longest) / 2
    return torch.cat([corner, corner + longest], dim=1)


def cut(sums: Tensor, squares: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Cut squares out and average their areas, as `cascade.cut` does.

    Args:
        sums: (1, 3, H + 1, W + 1), over all pixels above and to the left.
        squares: (N, 4), pixels.
        side: of the result.

    Returns:
        (N, 3, side, side), and (N,): 1, or 0 for a square outside of the picture, whose pixels mean nothing.
    """
    height, width = sums.shape[2] - 1, sums.shape[3] - 1
    corners = squares.floor()
    first = corners[:, :2].clamp(min=1) - 1
    size = torch.tensor([width, height], dtype=torch.float32)
    last = torch.minimum(corners[:, 2:], size)
    inside = (last > first).float()
    first = torch.minimum(first, size - 1)
    spans = torch.maximum(last - first, torch.ones(2))
    steps = torch.arange(side).float()
    begins = first[:, :, None] + (steps * spans[:, :, None] / side).floor()             # (N, 2, side): x, y
    ends = first[:, :, None] + ((steps + 1) * spans[:, :, None] / side).ceil()
    flat = sums.reshape(3, -1)

    def at(y: Tensor, x: Tensor) -> Tensor:
        indices = (y[:, :, None] * (width + 1) + x[:, None, :]).long()
        return flat[:, indices.reshape(-1)].reshape(3, len(squares), side, side)
    x1, y1, x2, y2 = begins[:, 0], begins[:, 1], ends[:, 0], ends[:, 1]
    total = (at(y2, x2) - at(y1, x2)) - (at(y2, x1) - at(y1, x1))
    area = (y2 - y1)[:, :, None] * (x2 - x1)[:, None, :]
    return (total / area).transpose(0, 1), inside[:, 0] * inside[:, 1]
