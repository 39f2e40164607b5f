# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Slim with a light top-down path (Lin et al. 2017, "Feature Pyramid Networks for Object Detection", section 3).

Each feature map receives the next coarser one, brought to its channels and size. The path starts as zero, so that a
network with the weights of Slim gives what Slim gives until it has learnt more. Measured in docs/models.md, not shipped.
"""
import itertools
import pathlib
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from .base import read_weights
from .slim import CHANNELS, SOURCES, Slim


class SlimFpn(Slim):
    """See `DetectionNetwork`."""

    def __init__(self, classes: int, channels: tuple[int, ...] = CHANNELS) -> None:
        """`channels` as slim.CHANNELS."""
        super().__init__(classes, channels)
        widths = [channels[i] for i in (*SOURCES, 14)]
        self.top_down = nn.ModuleList([nn.Sequential(nn.Conv2d(coarse, fine, 1, bias=False), nn.BatchNorm2d(fine))
                                       for fine, coarse in itertools.pairwise(widths)])
        for path in self.top_down:
            nn.init.zeros_(path[1].weight)      # type: ignore[index]

    def load_pretrained(self, source: str | pathlib.Path | Mapping[str, Tensor]) -> None:
        """Take weights of this network, or of Slim, as `DetectionNetwork.load_pretrained` does."""
        state = dict(source) if isinstance(source, Mapping) else read_weights(source)
        if not any(name.startswith('top_down.') for name in state):
            state |= {name: tensor for name, tensor in self.state_dict().items() if name.startswith('top_down.')}
        super().load_pretrained(state)

    def extra_layers(self) -> list[nn.Module]:
        """The layer of stride 64 and the top-down path."""
        return [*self.extras, *self.top_down]

    def features(self, images: Tensor) -> list[Tensor]:
        """Return the four feature maps, strides 8, 16, 32, 64."""
        maps = super().features(images)
        for index in reversed(range(len(self.top_down))):
            finer = maps[index]
            coarse = functional.interpolate(self.top_down[index](maps[index + 1]), size=finer.shape[2:], mode='nearest')
            maps[index] = torch.relu(finer + coarse)
        return maps
