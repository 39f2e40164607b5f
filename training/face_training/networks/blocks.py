# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Building blocks that several networks share."""
import torch
from torch import Tensor, nn
from torch.nn import functional


def conv_bn_relu(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Return 3x3 convolution, batch norm, ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Depthwise(nn.Conv2d):
    """Depthwise 3x3 convolution, padding 1."""

    def __init__(self, channels: int, stride: int = 1, bias: bool = False) -> None:
        super().__init__(channels, channels, 3, stride, 1, groups=channels, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, channels, ceil(height / stride), ceil(width / stride))."""
        if self.training and self.stride != (1, 1) and x.device.type == 'cpu':
            # The same numbers: on a CPU the gradient of a strided depthwise convolution takes
            # some thirty times longer than that of a plain one of which every other value is used.
            full = functional.conv2d(x, self.weight, self.bias, 1, 1, 1, self.groups)
            return full[:, :, ::self.stride[0], ::self.stride[1]].contiguous(memory_format=torch.channels_last)
        return super().forward(x)


def separable_conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Return depthwise 3x3, then pointwise 1x1, each with batch norm and ReLU."""
    return nn.Sequential(
        Depthwise(inputs, stride), nn.BatchNorm2d(inputs), nn.ReLU(inplace=True),
        nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def separable_head(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """Return depthwise 3x3 and pointwise 1x1 with biases and no batch norm: heads and extra layers."""
    return nn.Sequential(Depthwise(inputs, stride, bias=True), nn.ReLU(inplace=True), nn.Conv2d(inputs, outputs, 1))
