# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Slim: the small network of ULFG (Linzaer), 0.26 M parameters, four feature maps.

Layer names are those of the published weights, so a state dict of theirs loads as it is.
"""
import torch
from torch import nn
from torch.nn import functional

from ..priors import ULFG_LAYERS

# (in, out, stride) of the depthwise separable units base_net.1 .. base_net.12
UNITS = ((16, 32, 1), (32, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1), (64, 64, 1),
         (64, 128, 2), (128, 128, 1), (128, 128, 1), (128, 256, 2), (256, 256, 1))
SOURCES = (7, 10, 12)             # units whose output feeds a head; the fourth source is the extra layer
CHANNELS = (64, 128, 256, 256)    # of the four sources


def dense(inputs, outputs, stride):
    """3x3 convolution, batch norm, ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Depthwise(nn.Conv2d):
    """Depthwise 3x3 convolution, padding 1."""

    def __init__(self, channels, stride, bias):
        super().__init__(channels, channels, 3, stride, 1, groups=channels, bias=bias)

    def forward(self, x):
        """Return (B, channels, ceil(height / stride), ceil(width / stride))."""
        if self.training and self.stride != (1, 1) and x.device.type == 'cpu':
            # The same numbers: on a CPU the gradient of a strided depthwise convolution takes
            # some thirty times longer than that of a plain one of which every other value is kept.
            full = functional.conv2d(x, self.weight, self.bias, 1, 1, 1, self.groups)
            return full[:, :, ::self.stride[0], ::self.stride[1]].contiguous(memory_format=torch.channels_last)
        return super().forward(x)


def separable(inputs, outputs, stride):
    """Depthwise 3x3, then pointwise 1x1, each with batch norm and ReLU."""
    return nn.Sequential(
        Depthwise(inputs, stride, bias=False),
        nn.BatchNorm2d(inputs), nn.ReLU(inplace=True),
        nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def light(inputs, outputs, stride=1):
    """Depthwise 3x3 and pointwise 1x1 with biases and no batch norm: extra layer and heads."""
    return nn.Sequential(Depthwise(inputs, stride, bias=True), nn.ReLU(inplace=True),
                         nn.Conv2d(inputs, outputs, 1))


def heads(outputs):
    """One head per source; `outputs` values for each prior of a cell."""
    counts = [len(layer.sides) * outputs for layer in ULFG_LAYERS]
    return nn.ModuleList([*(light(c, n) for c, n in zip(CHANNELS[:3], counts)),
                          nn.Conv2d(CHANNELS[3], counts[3], 3, padding=1)])


class Slim(nn.Module):
    """Images (B, 3, height, width) -> logits (B, P, classes), regression (B, P, 4)."""

    layers = ULFG_LAYERS
    head_names = ('classification_headers', 'regression_headers')

    def __init__(self, classes):
        """`classes` counts the background."""
        super().__init__()
        self.classes = classes
        self.base_net = nn.Sequential(dense(3, 16, 2), *(separable(*unit) for unit in UNITS))
        self.extras = nn.ModuleList([nn.Sequential(
            nn.Conv2d(256, 64, 1), nn.ReLU(inplace=True), light(64, 256, stride=2), nn.ReLU(inplace=True))])
        self.classification_headers = heads(classes)
        self.regression_headers = heads(4)

    def features(self, images):
        """Return the four feature maps, strides 8, 16, 32, 64."""
        maps, x = [], images
        for index, unit in enumerate(self.base_net):
            x = unit(x)
            if index in SOURCES:
                maps.append(x)
        return [*maps, self.extras[0](x)]

    def forward(self, images):
        """Return (logits, regression); priors run as in anchors.make_priors."""
        maps = self.features(images)
        return (self._rows(self.classification_headers, maps, self.classes),
                self._rows(self.regression_headers, maps, 4))

    @staticmethod
    def _rows(modules, maps, size):
        # Cells in row order, priors of a cell together: channels go last before the reshape.
        return torch.cat([head(x).permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, size))
                          for head, x in zip(modules, maps)], dim=1)
