# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Slim: the small network of ULFG (Linzaer), 0.26 M parameters, four feature maps.

Layer names are those of the published weights, so a state dict of theirs loads as it is.
"""
from collections.abc import Mapping

from torch import Tensor, nn

from ..priors import PriorLayer
from .base import DetectionNetwork
from .blocks import conv_bn_relu, separable_conv, separable_head

ULFG_LAYERS = (PriorLayer(8, (10, 16, 24)), PriorLayer(16, (32, 48)), PriorLayer(32, (64, 96)),
               PriorLayer(64, (128, 192, 256)))
# Output channels of the units base_net.0 .. base_net.12, then of the two 1x1 convolutions of the extra layer.
CHANNELS = (16, 32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 256, 256, 64, 256)
STRIDED = (2, 4, 8, 11)           # units with stride 2, after the first
SOURCES = (7, 10, 12)             # units whose output feeds a head; the fourth source is the extra layer


class Slim(DetectionNetwork):
    """See `DetectionNetwork`."""

    layers = ULFG_LAYERS

    def __init__(self, classes: int, channels: tuple[int, ...] = CHANNELS) -> None:
        """`channels` as CHANNELS, other numbers for a pruned network."""
        super().__init__(classes)
        self.channels = channels
        self.base_net = nn.Sequential(conv_bn_relu(3, channels[0], 2),
                                      *(self.unit(i, channels[i - 1], channels[i]) for i in range(1, 13)))
        middle, last = channels[13:]
        self.extras = nn.ModuleList([nn.Sequential(
            nn.Conv2d(channels[12], middle, 1), nn.ReLU(inplace=True),
            separable_head(middle, last, stride=2), nn.ReLU(inplace=True))])
        self.classification_headers = self.make_heads(classes)
        self.regression_headers = self.make_heads(4)

    @staticmethod
    def unit(index: int, inputs: int, outputs: int) -> nn.Module:
        """Return the unit base_net.<index>."""
        return separable_conv(inputs, outputs, 2 if index in STRIDED else 1)

    def make_heads(self, size: int) -> nn.ModuleList:
        """Return one head per source, with `size` values for each box of a cell."""
        widths = [self.channels[i] for i in (*SOURCES, 14)]
        counts = [len(layer.boxes()) * size for layer in self.layers]
        return nn.ModuleList([*(separable_head(c, n) for c, n in zip(widths[:3], counts)),
                              nn.Conv2d(widths[3], counts[3], 3, padding=1)])

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], classes: int) -> 'Slim':
        """Read the channels from the weights."""
        units = [state['base_net.0.0.weight'].shape[0]]
        units += [cls.unit_channels(state, i) for i in range(1, 13)]
        extra = [state['extras.0.0.weight'].shape[0], state['extras.0.2.2.weight'].shape[0]]
        return cls(classes, (*units, *extra))

    @staticmethod
    def unit_channels(state: Mapping[str, Tensor], index: int) -> int:
        """Return the output channels of the unit base_net.<index>."""
        return state[f'base_net.{index}.3.weight'].shape[0]

    def backbone_stages(self) -> list[nn.Module]:
        """The thirteen units."""
        return list(self.base_net)

    def extra_layers(self) -> list[nn.Module]:
        """The layer of stride 64."""
        return list(self.extras)

    def heads(self) -> dict[str, list[nn.Module]]:
        """One of each kind per source."""
        return {'classification': list(self.classification_headers), 'regression': list(self.regression_headers)}

    def features(self, images: Tensor) -> list[Tensor]:
        """Return the four feature maps, strides 8, 16, 32, 64."""
        maps, last = self.base_maps(images)
        return [*maps, self.extras[0](last)]

    def base_maps(self, images: Tensor, count: int = len(SOURCES)) -> tuple[list[Tensor], Tensor]:
        """Return (the first feature maps of strides 8, 16, 32; the output of the last unit that they took)."""
        maps, x = [], images
        for index, unit in enumerate(self.base_net):
            x = unit(x)
            if index in SOURCES:
                maps.append(x)
            if len(maps) == count:
                break
        return maps, x
