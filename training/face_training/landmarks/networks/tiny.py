# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tiny: our own network, below .2 M parameters. Plain convolutions where the map is large, depthwise ones below.

A head either regresses the coordinates, or gives a heat map for each point, whose mean place is the point (soft-argmax, as
Nibali et al. 2018 and Sun et al. 2018). Scores come from the last map.
"""
import torch
from torch import Tensor, nn
from torch.nn import functional

from ...networks.blocks import conv_bn_relu, separable_conv
from .base import Answer, LandmarkNetwork

WIDTHS = 16, 32, 48, 64, 96         # of the maps of stride 2, 4, 8, 16; and of that of regression, stride 32
SHARPNESS = 10.0                    # of heat maps before the first step: flat ones learn slowly


class Tiny(LandmarkNetwork):
    """See the module; heat maps."""

    def __init__(self, points: int, width: int, height: int) -> None:
        super().__init__(points, width, height)
        first, second, third, fourth, _ = WIDTHS
        self.to_quarter = nn.Sequential(conv_bn_relu(3, first, 2), conv_bn_relu(first, second, 2),
                                        conv_bn_relu(second, second))
        self.to_eighth = nn.Sequential(conv_bn_relu(second, third, 2), conv_bn_relu(third, third))
        self.to_sixteenth = nn.Sequential(separable_conv(third, fourth, 2), separable_conv(fourth, fourth),
                                          Residual(fourth), Residual(fourth))
        self.make_head(points, width, height)

    def make_head(self, points: int, width: int, height: int) -> None:
        """Make what follows the maps."""
        _, second, third, fourth, _ = WIDTHS
        self.up_eighth = nn.Conv2d(fourth, third, 1)
        self.mix_eighth = separable_conv(third, third)
        self.up_quarter = nn.Conv2d(third, second, 1)
        self.mix_quarter = conv_bn_relu(second, second)
        self.heat = nn.Conv2d(second, points, 1)
        self.score = nn.Linear(fourth + points, points)
        self.cells = -(-height // 4), -(-width // 4)        # rows and columns of a heat map
        down, across = (torch.arange(count) for count in self.cells)
        # Of the cells' centres, 0..1 of the crop.
        self.register_buffer('across', (across + 0.5) * 4 / width, persistent=False)
        self.register_buffer('down', (down + 0.5) * 4 / height, persistent=False)

    across: Tensor
    down: Tensor

    def maps(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the maps of stride 4, 8 and 16."""
        quarter = self.to_quarter(images)
        eighth = self.to_eighth(quarter)
        return quarter, eighth, self.to_sixteenth(eighth)

    def forward(self, images: Tensor) -> Answer:
        """Return points and scores."""
        quarter, eighth, sixteenth = self.maps(images)
        eighth = self.mix_eighth(eighth + enlarged(self.up_eighth(sixteenth)))
        quarter = self.mix_quarter(quarter + enlarged(self.up_quarter(eighth)))
        heat = torch.softmax(SHARPNESS * self.heat(quarter).flatten(2), dim=2)
        cells = heat.reshape(-1, self.points, *self.cells)
        points = torch.stack([(cells.sum(2) * self.across).sum(2), (cells.sum(3) * self.down).sum(2)], dim=2)
        # How peaked the maps are says how sure the place is.
        peaks = torch.log(heat.amax(2) + 1e-6)
        return Answer(points, self.score(torch.cat([sixteenth.mean((2, 3)), peaks], dim=1)))


class TinyRegression(Tiny):
    """See the module; coordinates."""

    def make_head(self, points: int, width: int, height: int) -> None:
        """Make what follows the maps."""
        *_, fourth, last = WIDTHS
        cells = -(-width // 32) * -(-height // 32)
        self.to_last = separable_conv(fourth, last, 2)
        self.coordinates = nn.Sequential(nn.Linear(last * cells, 64), nn.ReLU(inplace=True), nn.Linear(64, 2 * points))
        self.score = nn.Linear(last, points)

    def forward(self, images: Tensor) -> Answer:
        """Return points and scores."""
        last = self.to_last(self.maps(images)[2])
        points = self.coordinates(last.flatten(1)).reshape(-1, self.points, 2) + 0.5
        return Answer(points, self.score(last.mean((2, 3))))


class Residual(nn.Module):
    """Two separable convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(separable_conv(channels, channels), separable_conv(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, channels, H, W)."""
        changed: Tensor = x + self.body(x)
        return changed


def enlarged(x: Tensor) -> Tensor:
    """Return a map of twice the size."""
    return functional.interpolate(x, scale_factor=2.0, mode='nearest')
