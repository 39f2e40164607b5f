# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""VGG16-SSD (Liu et al. 2016), 300x300.

Input: RGB minus (123, 117, 104), not scaled.
"""
import torch
from torch import Tensor, nn
from torch.nn import functional

from .ssd import Ssd, dense_heads, extra, ssd_layers

# Channels of 3x3 convolutions; M halves the map, C does so rounding up.
LAYERS: tuple[int | str, ...] = (64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'C', 512, 512, 512, 'M', 512, 512, 512)
FIRST_SOURCE = 22                # conv4_3 with its ReLU
WIDE, NARROW = (1.0, 2.0, 1 / 2, 3.0, 1 / 3), (1.0, 2.0, 1 / 2)
CHANNELS = (512, 1024, 512, 256, 256, 256)


class ScaledL2Norm(nn.Module):
    """Normalise each cell to a learnt length per channel (Liu, Rabinovich and Berg 2015, "ParseNet", section 3.3)."""

    def __init__(self, channels: int, length: float) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels,), length))

    def forward(self, x: Tensor) -> Tensor:
        """Return an array of the same shape."""
        return functional.normalize(x, p=2.0, dim=1) * self.scale[None, :, None, None]


class Vgg16Ssd(Ssd):
    """See `Ssd`."""

    layers = ssd_layers((8, 16, 32, 64, 100, 300), (30, 60, 111, 162, 213, 264, 315),
                        [NARROW, WIDE, WIDE, WIDE, NARROW, NARROW])

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        modules: list[nn.Module] = []
        width = 3
        for layer in LAYERS:
            if isinstance(layer, str):
                modules.append(nn.MaxPool2d(2, 2, ceil_mode=layer == 'C'))
            else:
                modules += [nn.Conv2d(width, layer, 3, padding=1), nn.ReLU(inplace=True)]
                width = layer
        self.base_net = nn.ModuleList([
            *modules, nn.MaxPool2d(3, 1, 1), nn.Conv2d(512, 1024, 3, padding=6, dilation=6), nn.ReLU(inplace=True),
            nn.Conv2d(1024, 1024, 1), nn.ReLU(inplace=True)])
        self.extras = nn.ModuleList([extra(1024, 256, 512), extra(512, 128, 256), extra(256, 128, 256, 1, 0),
                                     extra(256, 128, 256, 1, 0)])
        self.source_layer_add_ons = nn.ModuleList([ScaledL2Norm(512, 20.0)])
        self.classification_headers = dense_heads(CHANNELS, self.layers, classes)
        self.regression_headers = dense_heads(CHANNELS, self.layers, 4)

    def extra_layers(self) -> list[nn.Module]:
        """The layers of the four coarser maps, and the norm of the finest."""
        return [*self.extras, *self.source_layer_add_ons]

    def features(self, images: Tensor) -> list[Tensor]:
        """Return six feature maps."""
        maps, x = [], images
        for index, layer in enumerate(self.base_net):
            x = layer(x)
            if index == FIRST_SOURCE:
                maps.append(self.source_layer_add_ons[0](x))
                x = x.clone()        # the next layers work in place
        return self.with_extras([*maps, x])
