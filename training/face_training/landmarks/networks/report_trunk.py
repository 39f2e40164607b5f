# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The convolutions that Net and NalbertNet share: 3-32-64-128-256-512, kernels 5, 3, 3, 3, 1 without padding."""
from torch import nn

CHANNELS = 3, 32, 64, 128, 256, 512
KERNELS = 5, 3, 3, 3, 1


def report_trunk(batch_norm: bool) -> nn.Sequential:
    """Return five convolutions, each with ReLU and 2x2 max pooling, batch norm before the ReLU where it is asked for."""
    layers: list[nn.Module] = []
    for inputs, outputs, kernel in zip(CHANNELS, CHANNELS[1:], KERNELS):
        layers += [nn.Conv2d(inputs, outputs, kernel), *([nn.BatchNorm2d(outputs)] if batch_norm else []),
                   nn.ReLU(inplace=True), nn.MaxPool2d(2)]
    return nn.Sequential(*layers)


def trunk_side(side: int) -> int:
    """Return the side of its last map: 6 for an input of 224."""
    for kernel in KERNELS:
        side = (side - kernel + 1) // 2
    if side < 1:
        raise ValueError('the input is too small for five convolutions with pooling: expected 64 pixels or more')
    return side
