# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The whole cascade as one network of fixed shapes, so that the robot runs it like any other model.

Against `cascade`: pictures are resampled bilinearly in place of area averages, windows that reach over the border see its
last pixels, each stage hands on a fixed number of windows, and suppression goes as many steps as ROUNDS says: TensorRT 8.2
has no operator for it.
"""
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from .cascade import STRIDE, WINDOW, Settings, pyramid
from .nets import Stages


class Limits(NamedTuple):
    """How many windows go on."""

    level: int = 150            # of each level of the pyramid
    together: int = 512         # of all levels
    refine: int = 128           # into R-Net
    output: int = 32            # into O-Net, and rows of the output


LIMITS = Limits()
ROUNDS = 4                  # of `suppress`


class CascadeGraph(nn.Module):
    """(1, 3, H, W) float32 RGB, -1..1 -> boxes (1, K, 4) in 0..1, scores (1, K, 1), best first."""

    def __init__(self, stages: Stages, width: int, height: int, settings: Settings, limits: Limits = LIMITS) -> None:
        super().__init__()
        self.p, self.r, self.o = stages
        self.width, self.height, self.settings, self.limits = width, height, settings, limits
        self.scales = pyramid(width, height, settings)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return boxes and scores."""
        boxes, scores = zip(*(self.level(image, scale) for scale in self.scales))
        proposed = suppress(*best(torch.cat(boxes), torch.cat(scores), self.limits.together), 0.7, self.limits.refine)
        refined = suppress(*self.judge(self.r, image, proposed, self.settings.thresholds[1]), 0.7, self.limits.output)
        final, scores_o = suppress(*self.judge(self.o, image, refined, self.settings.thresholds[2]), 0.5, self.limits.output)
        size = torch.tensor([self.width, self.height, self.width, self.height], dtype=torch.float32)
        return (final / size).clamp(0, 1).unsqueeze(0), scores_o.reshape(1, -1, 1)

    def level(self, image: Tensor, scale: float) -> tuple[Tensor, Tensor]:
        """Return the best windows of P-Net at one scale, in pixels: (N, 4), (N,)."""
        size = (int(self.height * scale + 1), int(self.width * scale + 1))
        answer = self.p(functional.interpolate(image, size, mode='bilinear', align_corners=False))
        rows, columns = answer.logits.shape[2:]
        grid = torch.stack(torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing='xy'), dim=-1).reshape(-1, 2)
        corner = STRIDE * grid.float() / scale
        scores = above(answer.scores.reshape(-1), self.settings.thresholds[0])
        side = WINDOW / scale
        moved = torch.cat([corner, corner + side], dim=1) + side * answer.offsets.reshape(4, -1).T
        return suppress(moved, scores, 0.5, min(self.limits.level, rows * columns))

    def judge(self, net: nn.Module, image: Tensor, windows: tuple[Tensor, Tensor], threshold: float
              ) -> tuple[Tensor, Tensor]:
        """Return what a stage makes of windows: boxes (N, 4), scores (N,); a window that was suppressed stays so."""
        squares, before = square(windows[0]), windows[1]
        answer = net(sample(image, squares, net.side))
        sides = (squares[:, 2:] - squares[:, :2]).repeat(1, 2)
        return squares + answer.offsets * sides, above(answer.scores, threshold) * (before > 0).float()


def above(scores: Tensor, threshold: float) -> Tensor:
    """Return the scores, 0 for those below a threshold."""
    return scores * (scores > threshold).float()


def best(boxes: Tensor, scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return the best so many, best first."""
    scores, rows = scores.topk(count)
    return boxes[rows], scores


def suppress(boxes: Tensor, scores: Tensor, threshold: float, count: int) -> tuple[Tensor, Tensor]:
    """Return the best so many, best first; those that overlap a better one by more than `threshold` have score 0.

    Greedy suppression keeps a box if no better one that is kept overlaps it. Here that is asked of all at once, ROUNDS
    times, which is the same unless chains of boxes that suppress one another are longer.
    """
    boxes, scores = best(boxes, scores, count)
    corner = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    sides = (torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - corner).clamp(min=0)
    shared = sides[..., 0] * sides[..., 1]
    own = (boxes[:, 2:] - boxes[:, :2]).clamp(min=0)
    areas = own[:, 0] * own[:, 1]
    overlapping = (shared > threshold * (areas[:, None] + areas[None, :] - shared)).float()
    rank = torch.arange(count)
    better = (rank[:, None] > rank[None, :]).float()
    kept = torch.ones(count)
    for _ in range(ROUNDS):
        kept = ((overlapping * better) @ kept < 0.5).float()
    return best(boxes, scores * kept, count)


def square(boxes: Tensor) -> Tensor:
    """Return the squares around the centres, as large as the longer side."""
    sides = boxes[:, 2:] - boxes[:, :2]
    half = torch.maximum(sides[:, :1], sides[:, 1:]) / 2
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    return torch.cat([centre - half, centre + half], dim=1)


def sample(image: Tensor, squares: Tensor, side: int) -> Tensor:
    """Cut squares (N, 4), pixels, out of (1, 3, H, W); return (N, 3, side, side), each pixel the mean of 2x2 points."""
    height, width = image.shape[2:]
    steps = (torch.arange(2 * side).float() + 0.5) / (2 * side)
    spans = squares[:, 2:] - squares[:, :2]
    x = (squares[:, :1] + spans[:, :1] * steps - 0.5).clamp(0, width - 1)       # (N, 2 side)
    y = (squares[:, 1:2] + spans[:, 1:] * steps - 0.5).clamp(0, height - 1)
    left, top = x.floor(), y.floor()
    right, bottom = (left + 1).clamp(max=width - 1), (top + 1).clamp(max=height - 1)
    share_x, share_y = (x - left)[None, :, None, :], (y - top)[None, :, :, None]
    flat = image.reshape(3, -1)

    def at(rows: Tensor, columns: Tensor) -> Tensor:
        places = (rows[:, :, None] * width + columns[:, None, :]).long()
        return flat[:, places.reshape(-1)].reshape(3, len(squares), 2 * side, 2 * side)
    upper = at(top, left) * (1 - share_x) + at(top, right) * share_x
    lower = at(bottom, left) * (1 - share_x) + at(bottom, right) * share_x
    return functional.avg_pool2d((upper * (1 - share_y) + lower * share_y).transpose(0, 1), 2)
