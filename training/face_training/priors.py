# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Priors (anchor boxes) and the box code of SSD: a pure function of the input size.

Sizes and formulas are those of ULFG (Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB) and SSD
(Liu et al. 2016, section 2.2), so that its published weights keep their meaning.
"""
import itertools
import math
import typing

import torch

CENTRE_VARIANCE = 0.1
SIZE_VARIANCE = 0.2


class PriorLayer(typing.NamedTuple):
    """One feature map: its stride in input pixels and the sides of its square priors."""

    stride: int
    sides: tuple


ULFG_LAYERS = (PriorLayer(8, (10, 16, 24)), PriorLayer(16, (32, 48)),
               PriorLayer(32, (64, 96)), PriorLayer(64, (128, 192, 256)))


def make_priors(width, height, layers=ULFG_LAYERS):
    """Return priors (P, 4) float32, centre x y and size w h in 0..1 of the input.

    Order: layer, row, column, side.  Centres divide by the size of the feature map, which is
    ceil(size / stride), not by size / stride: they differ where the division leaves a rest.
    """
    rows = []
    for layer in layers:
        columns, lines = math.ceil(width / layer.stride), math.ceil(height / layer.stride)
        for line, column, side in itertools.product(range(lines), range(columns), layer.sides):
            rows.append(((column + 0.5) / columns, (line + 0.5) / lines, side / width, side / height))
    return torch.tensor(rows, dtype=torch.float32).clamp_(0, 1)


def to_corners(boxes):
    """Return (..., 4) corners x1 y1 x2 y2 of boxes given as centre and size."""
    centre, half = boxes[..., :2], boxes[..., 2:] / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def encode(corners, priors):
    """Return the regression targets (..., 4) of boxes (..., 4) in corners for their priors."""
    centre = (corners[..., :2] + corners[..., 2:]) / 2
    size = (corners[..., 2:] - corners[..., :2]).clamp(min=1e-6)
    return torch.cat([(centre - priors[..., :2]) / priors[..., 2:] / CENTRE_VARIANCE,
                      torch.log(size / priors[..., 2:]) / SIZE_VARIANCE], dim=-1)


def decode(regression, priors):
    """Return boxes (..., 4), corners in 0..1 of the input, of a regression (..., 4)."""
    centre = regression[..., :2] * CENTRE_VARIANCE * priors[..., 2:] + priors[..., :2]
    size = priors[..., 2:] * torch.exp(regression[..., 2:] * SIZE_VARIANCE)
    return to_corners(torch.cat([centre, size], dim=-1))
