# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""MobileNetV2-SSDLite (Sandler et al. 2018, section 6.2), 300x300.

Input: RGB, (pixel - 127) / 128.
"""
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .blocks import Depthwise
from .ssd import MOBILENET_SIDES, RATIOS, STRIDES, Ssd, ssd_layers

# Expansion, channels, repetitions, stride (Sandler et al. 2018, table 2).
SETTING = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
FIRST_SOURCE = 14                # the expanded map inside this block feeds the first head
CHANNELS = (576, 1280, 512, 256, 256, 64)


def conv_bn(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    """Return convolution, batch norm, ReLU6."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs),
                         nn.ReLU6(inplace=True))


class InvertedResidual(nn.Module):
    """Expand, filter, project (section 3.3)."""

    def __init__(self, inputs: int, outputs: int, stride: int, expansion: float) -> None:
        super().__init__()
        middle = round(inputs * expansion)
        layers: list[nn.Module] = []
        if expansion != 1:
            layers += [nn.Conv2d(inputs, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU6(inplace=True)]
        layers += [Depthwise(middle, stride), nn.BatchNorm2d(middle), nn.ReLU6(inplace=True),
                   nn.Conv2d(middle, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.conv = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, height / stride, width / stride)."""
        return x + self.conv(x) if self.residual else self.conv(x)


def lite_head(inputs: int, outputs: int) -> nn.Sequential:
    """Return a separable head of SSDLite."""
    return nn.Sequential(Depthwise(inputs, bias=True), nn.BatchNorm2d(inputs), nn.ReLU6(), nn.Conv2d(inputs, outputs, 1))


class MobileNetV2SsdLite(Ssd):
    """See `Ssd`."""

    layers = ssd_layers(STRIDES, MOBILENET_SIDES, [RATIOS] * 6)

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        blocks: list[nn.Module] = [conv_bn(3, 32, 3, 2)]
        width = 32
        for expansion, outputs, repetitions, stride in SETTING:
            for n in range(repetitions):
                blocks.append(InvertedResidual(width, outputs, stride if n == 0 else 1, expansion))
                width = outputs
        self.base_net = nn.Sequential(*blocks, conv_bn(width, 1280, 1))
        self.extras = nn.ModuleList([InvertedResidual(1280, 512, 2, 0.2), InvertedResidual(512, 256, 2, 0.25),
                                     InvertedResidual(256, 256, 2, 0.5), InvertedResidual(256, 64, 2, 0.25)])
        self.classification_headers = self.make_heads(classes)
        self.regression_headers = self.make_heads(4)

    def make_heads(self, size: int) -> nn.ModuleList:
        """Return one head per map, with `size` values for each box of a cell."""
        counts = [len(layer.boxes()) * size for layer in self.layers]
        return nn.ModuleList([*(lite_head(c, n) for c, n in zip(CHANNELS[:5], counts)),
                              nn.Conv2d(CHANNELS[5], counts[5], 1)])

    def load_folded(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take ImageNet features whose batch norm is folded into int8 weights.

        Keys are those of torchvision with .weight_int8, .scale and .bias. Batch norm then begins as the identity,
        with the bias of the folded convolution.
        """
        with torch.no_grad():
            for key in sorted({name.rsplit('.', 1)[0] for name in arrays}):
                weight = torch.from_numpy(arrays[f'{key}.weight_int8'].astype(np.float32))
                weight *= torch.from_numpy(arrays[f'{key}.scale'])[:, None, None, None]
                convolution, norm = self.folded_place(key)
                convolution.weight.copy_(weight)
                norm.reset_running_stats()
                norm.weight.fill_((1 + norm.eps) ** 0.5)
                norm.bias.copy_(torch.from_numpy(arrays[f'{key}.bias']))

    def folded_place(self, key: str) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
        """Return the convolution and batch norm that torchvision's key names, such as features.2.conv.1.0."""
        _, block, *place = key.split('.')
        layers: Any = self.base_net[int(block)]
        if place[0] != 'conv':
            return layers[0], layers[1]
        first = 3 * int(place[1])
        return layers.conv[first], layers.conv[first + 1]

    def features(self, images: Tensor) -> list[Tensor]:
        """Return six feature maps."""
        maps: list[Tensor] = []
        x = images
        for index, block in enumerate(self.base_net):
            if index == FIRST_SOURCE:
                assert isinstance(block, InvertedResidual)
                maps.append(block.conv[:3](x))
                x = block.conv[3:](maps[0])
            else:
                x = block(x)
        return self.with_extras([*maps, x])
