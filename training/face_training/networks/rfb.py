# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""RFB: ULFG's Slim with a receptive field block before the finest feature map, 0.28 M parameters.

The block lets a small face see its surroundings through dilated branches (Liu, Huang and Wang 2018, "Receptive Field Block
Net", section 3.2). Layer names are those of the published weights.
"""
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from .slim import CHANNELS, Slim

BLOCK_UNIT = 7      # the unit of Slim that the block replaces


class ConvBn(nn.Module):
    """Convolution without bias, batch norm, and ReLU where asked for."""

    def __init__(self, inputs: int, outputs: int, kernel: int, dilation: int = 1, relu: bool = True) -> None:
        super().__init__()
        padding = dilation * (kernel // 2)
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=padding, dilation=dilation, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.activation = nn.ReLU(inplace=True) if relu else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, height, width)."""
        return self.activation(self.bn(self.conv(x)))


class ReceptiveFieldBlock(nn.Module):
    """Three branches of growing dilation beside a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        inner = inputs // 8
        self.branch0 = nn.Sequential(ConvBn(inputs, inner, 1, relu=False), ConvBn(inner, 2 * inner, 3),
                                     ConvBn(2 * inner, 2 * inner, 3, dilation=2, relu=False))
        self.branch1 = nn.Sequential(ConvBn(inputs, inner, 1, relu=False), ConvBn(inner, 2 * inner, 3),
                                     ConvBn(2 * inner, 2 * inner, 3, dilation=3, relu=False))
        between = inner // 2 * 3
        self.branch2 = nn.Sequential(ConvBn(inputs, inner, 1, relu=False), ConvBn(inner, between, 3),
                                     ConvBn(between, 2 * inner, 3),
                                     ConvBn(2 * inner, 2 * inner, 3, dilation=5, relu=False))
        self.ConvLinear = ConvBn(6 * inner, outputs, 1, relu=False)
        self.shortcut = ConvBn(inputs, outputs, 1, relu=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, height, width)."""
        branches = torch.cat([self.branch0(x), self.branch1(x), self.branch2(x)], dim=1)
        return torch.relu(self.ConvLinear(branches) + self.shortcut(x))


class Rfb(Slim):
    """See `DetectionNetwork`."""

    def __init__(self, classes: int, channels: tuple[int, ...] = CHANNELS) -> None:
        """`channels` as slim.CHANNELS."""
        super().__init__(classes, channels)

    @staticmethod
    def unit(index: int, inputs: int, outputs: int) -> nn.Module:
        """Return the unit base_net.<index>."""
        if index == BLOCK_UNIT:
            return ReceptiveFieldBlock(inputs, outputs)
        return Slim.unit(index, inputs, outputs)

    @staticmethod
    def unit_channels(state: Mapping[str, Tensor], index: int) -> int:
        """Return the output channels of the unit base_net.<index>."""
        if index == BLOCK_UNIT:
            return state[f'base_net.{index}.ConvLinear.conv.weight'].shape[0]
        return Slim.unit_channels(state, index)
