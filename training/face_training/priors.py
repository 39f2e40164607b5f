# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Priors (default boxes, anchors) and the box code of SSD: a pure function of the input size.

Formulas are those of SSD (Liu et al. 2016, section 2.2) and of ULFG (Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB),
so that its published weights keep their meaning.
"""
import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

CENTRE_VARIANCE = 0.1
SIZE_VARIANCE = 0.2


class PriorLayer(NamedTuple):
    """One feature map and the boxes of each of its cells: squares, extra squares, then the other ratios of each side."""

    stride: int                             # input pixels between cells
    sides: tuple[float, ...]                # input pixels; a box of ratio r is side * sqrt(r) by side / sqrt(r)
    ratios: tuple[float, ...] = (1.0,)      # width : height
    extra_sides: tuple[float, ...] = ()     # squares beside; SSD's is sqrt(s_k * s_k+1)
    by_stride: bool = False                 # centres are (column + .5) * stride, as SSD300 and S3FD have them
    clamp: bool = True                      # values are cut to 0..1

    def boxes(self) -> list[tuple[float, float]]:
        """Return (width, height) of each box of a cell, input pixels."""
        shapes = [(side, side) for side in self.sides if 1 in self.ratios] + [(side, side) for side in self.extra_sides]
        return shapes + [(side * math.sqrt(ratio), side / math.sqrt(ratio))
                         for side in self.sides for ratio in self.ratios if ratio != 1]

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Return (columns, rows) of the feature map for an input of this size."""
        return math.ceil(width / self.stride), math.ceil(height / self.stride)


def make_priors(width: int, height: int, layers: Sequence[PriorLayer]) -> Tensor:
    """Return priors (P, 4) float32, centre x y and size w h in 0..1 of the input.

    Order: layer, row, column, box.  Centres divide by the size of the feature map, which is ceil(size / stride),
    not by size / stride, unless the layer says so: they differ where the division leaves a rest.
    """
    parts = []
    for layer in layers:
        columns, lines = layer.grid(width, height)
        across, down = (width / layer.stride, height / layer.stride) if layer.by_stride else (columns, lines)
        rows = torch.tensor([((column + 0.5) / across, (line + 0.5) / down, wide / width, high / height)
                             for line, column, (wide, high) in itertools.product(
                                 range(lines), range(columns), layer.boxes())], dtype=torch.float32)
        parts.append(rows.clamp_(0, 1) if layer.clamp else rows)
    return torch.cat(parts)


def layer_slices(width: int, height: int, layers: Sequence[PriorLayer]) -> list[slice]:
    """Return the slice of `make_priors` that each layer takes, in their order."""
    slices, first = [], 0
    for layer in layers:
        columns, lines = layer.grid(width, height)
        count = columns * lines * len(layer.boxes())
        slices.append(slice(first, first + count))
        first += count
    return slices


def prior_strides(width: int, height: int, layers: Sequence[PriorLayer]) -> Tensor:
    """Return the stride (P,) float32 of the layer of each prior, input pixels."""
    parts = layer_slices(width, height, layers)
    return torch.cat([torch.full((part.stop - part.start,), float(layer.stride)) for part, layer in zip(parts, layers)])


def intersections(boxes: Tensor, others: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return (intersection (G, P), area of boxes (G,), area of others (P,)) of corners (G, 4) and (P, 4)."""
    top_left = torch.maximum(boxes[:, None, :2], others[:, :2])
    bottom_right = torch.minimum(boxes[:, None, 2:], others[:, 2:])
    return ((bottom_right - top_left).clamp(min=0).prod(-1),
            (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1), (others[:, 2:] - others[:, :2]).prod(-1))


def pairwise_iou(boxes: Tensor, others: Tensor) -> Tensor:
    """Return the IoU (G, P) of corners (G, 4) and (P, 4)."""
    overlap, own, other = intersections(boxes, others)
    return overlap / (own[:, None] + other - overlap)


def to_corners(boxes: Tensor) -> Tensor:
    """Return (..., 4) corners x1 y1 x2 y2 of boxes given as centre and size."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def encode(corners: Tensor, priors: Tensor) -> Tensor:
    """Return the regression targets (..., 4) of boxes (..., 4) in corners for their priors."""
    centre = (corners[..., :2] + corners[..., 2:]) / 2
    size = (corners[..., 2:] - corners[..., :2]).clamp(min=1e-6)
    return torch.cat([(centre - priors[..., :2]) / priors[..., 2:] / CENTRE_VARIANCE,
                      torch.log(size / priors[..., 2:]) / SIZE_VARIANCE], dim=-1)


def decode(regression: Tensor, priors: Tensor) -> Tensor:
    """Return boxes (..., 4), corners in 0..1 of the input, of a regression (..., 4)."""
    centre = regression[..., :2] * CENTRE_VARIANCE * priors[..., 2:] + priors[..., :2]
    size = priors[..., 2:] * torch.exp(regression[..., 2:] * SIZE_VARIANCE)
    return to_corners(torch.cat([centre, size], dim=-1))
