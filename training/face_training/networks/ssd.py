# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""SSD at 300x300 (Liu et al. 2016): what its three networks here share, a backbone with extra layers and six maps.

Names are those of qfgaohao/pytorch-ssd, so that its checkpoints (mobilenet-v1-ssd, mb2-ssd-lite, vgg16-ssd) load.
"""
from collections.abc import Sequence

from torch import Tensor, nn

from ..priors import PriorLayer
from .base import DetectionNetwork

STRIDES = (16, 32, 64, 100, 150, 300)
MOBILENET_SIDES = (60, 105, 150, 195, 240, 285, 330)        # scales linear from .2 to .95 of 300, and one more
RATIOS = (1.0, 2.0, 1 / 2, 3.0, 1 / 3)


def ssd_layers(strides: Sequence[int], sides: Sequence[float], ratios: Sequence[Sequence[float]]) -> tuple[PriorLayer, ...]:
    """Return the layers of section 2.2: scale s_k with its ratios, and a square of scale sqrt(s_k * s_k+1).

    sides: one more than strides, input pixels.
    """
    return tuple(PriorLayer(stride, (float(side),), tuple(own), ((side * larger) ** 0.5,), by_stride=True)
                 for stride, side, larger, own in zip(strides, sides[:-1], sides[1:], ratios, strict=True))


class Ssd(DetectionNetwork):
    """See `DetectionNetwork`; the input is 300x300."""

    base_net: nn.Sequential | nn.ModuleList
    extras: nn.ModuleList
    classification_headers: nn.ModuleList
    regression_headers: nn.ModuleList

    def backbone_stages(self) -> list[nn.Module]:
        """The layers of the backbone."""
        return list(self.base_net)

    def extra_layers(self) -> list[nn.Module]:
        """The layers of the four coarser maps."""
        return list(self.extras)

    def heads(self) -> dict[str, list[nn.Module]]:
        """One of each kind per map."""
        return {'classification': list(self.classification_headers), 'regression': list(self.regression_headers)}

    def with_extras(self, maps: list[Tensor]) -> list[Tensor]:
        """Return the maps of the backbone and those of the extra layers."""
        for layer in self.extras:
            maps.append(layer(maps[-1]))
        return maps


def extra(inputs: int, middle: int, outputs: int, stride: int = 2, padding: int = 1) -> nn.Sequential:
    """Return an extra layer: 1x1 and 3x3 convolutions with ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, middle, 1), nn.ReLU(), nn.Conv2d(middle, outputs, 3, stride, padding), nn.ReLU())


def dense_heads(channels: Sequence[int], layers: Sequence[PriorLayer], size: int) -> nn.ModuleList:
    """Return 3x3 heads, one per map, with `size` values for each box of a cell."""
    return nn.ModuleList([nn.Conv2d(inputs, len(layer.boxes()) * size, 3, padding=1)
                          for inputs, layer in zip(channels, layers, strict=True)])
