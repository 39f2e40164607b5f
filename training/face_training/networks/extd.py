# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""EXTD: one tiny backbone applied six times, 0.06 to 0.16 M parameters.

Yoo, Han and Yun 2019, "EXTD: Extremely Tiny Face Detector via Iterative Filter Reuse". Layer names are those of the
published weights. Input: RGB minus (123, 117, 104), not scaled.
"""
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..priors import PriorLayer
from .base import DetectionNetwork
from .blocks import Depthwise

# Anchors of S3FD (Zhang et al. 2017, table 1): one square per cell, four times the stride.
EXTD_LAYERS = tuple(PriorLayer(4 * 2 ** k, (16.0 * 2 ** k,), by_stride=True, clamp=False) for k in range(6))
STEM = 64                        # channels of the stem, whatever the width
BACKGROUNDS = 3                  # outputs of the background on the finest map (max-out, S3FD section 3.3)
# Expansion of the shared blocks; the last of them halves the resolution (section 4 and the published networks).
EXPANSIONS = {64: (2, 2, 4, 4), 48: (2, 2, 4, 4), 32: (2, 2, 4, 4, 2, 2)}
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    'prelu': nn.PReLU, 'leaky': lambda: nn.LeakyReLU(0.25), 'relu': nn.ReLU}


class Block(nn.Module):
    """Inverted residual; the first of a network has no expansion."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int, activation: Callable[[], nn.Module],
                 activated: bool) -> None:
        """expansion: 0 for none.  activated: one more activation at the end, as the narrowest network has it."""
        super().__init__()
        middle = inputs * expansion or inputs
        layers: list[nn.Module] = []
        if expansion:
            layers += [nn.Conv2d(inputs, middle, 1, bias=False), nn.BatchNorm2d(middle), activation()]
        layers += [Depthwise(middle, stride, bias=True), nn.BatchNorm2d(middle), activation(),
                   nn.Conv2d(middle, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        if activated:
            layers.append(activation())
        self.conv = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outputs, height / stride, width / stride)."""
        return x + self.conv(x) if self.residual else self.conv(x)


class MaxOutBackground(nn.Conv2d):
    """A label head whose background is the highest of several outputs."""

    backgrounds = BACKGROUNDS

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, 1 + labels, height, width)."""
        x = super().forward(x)
        return torch.cat([x[:, :self.backgrounds].max(dim=1, keepdim=True).values, x[:, self.backgrounds:]], dim=1)


class Extd(DetectionNetwork):
    """See `DetectionNetwork`."""

    layers = EXTD_LAYERS

    def __init__(self, classes: int, width: int = 32, pyramid: bool = True, activation: str = 'prelu') -> None:
        """Build the network.

        Args:
            classes: the background counted.
            width: channels of the shared blocks, key of EXPANSIONS.
            pyramid: the FPN form (top-down path), else the SSD form.
            activation: key of ACTIVATIONS.
        """
        super().__init__(classes)
        act, activated = ACTIVATIONS[activation], width == 32
        expansions = EXPANSIONS[width]
        self.width = width
        blocks = [Block(STEM, width, 0, 1, act, activated)]
        blocks += [Block(width, width, t, 1 if n < len(expansions) else 2, act, activated)
                   for n, t in enumerate(expansions, start=1)]
        stem = nn.Sequential(nn.Conv2d(3, STEM, 3, 2, 1, bias=False), nn.BatchNorm2d(STEM), act())
        self.base = nn.ModuleList([stem, *blocks])
        self.upfeat = nn.ModuleList([
            nn.Sequential(Depthwise(width), nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
            for _ in self.layers[1:]] if pyramid else [])
        self.loc = nn.ModuleList([nn.Conv2d(width, 4, 3, padding=1) for _ in self.layers])
        self.conf = nn.ModuleList([MaxOutBackground(width, classes - 1 + BACKGROUNDS, 3, padding=1),
                                   *(nn.Conv2d(width, classes, 3, padding=1) for _ in self.layers[1:])])
        for module in self.modules():
            if isinstance(module, nn.Conv2d):           # section 4: He initialisation
                nn.init.kaiming_normal_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], classes: int) -> 'Extd':
        """Read width, form and activation from the weights."""
        width = state['base.1.conv.3.weight'].shape[0]
        return cls(classes, width, 'upfeat.0.0.weight' in state, 'prelu' if 'base.0.2.weight' in state else 'relu')

    def backbone_stages(self) -> list[nn.Module]:
        """The stem and the blocks; all but the first two are shared by six resolutions."""
        return list(self.base)

    def extra_layers(self) -> list[nn.Module]:
        """The top-down path."""
        return list(self.upfeat)

    def heads(self) -> dict[str, list[nn.Module]]:
        """One of each kind per resolution."""
        return {'classification': list(self.conf), 'regression': list(self.loc)}

    def features(self, images: Tensor) -> list[Tensor]:
        """Return six feature maps, strides 4 to 128."""
        x = self.base[1](self.base[0](images))
        maps = []
        for _ in self.layers:
            for block in list(self.base)[2:]:
                x = block(x)
            maps.append(x)
        if not len(self.upfeat):
            return maps
        found = [maps[-1]]
        for layer, finer in zip(self.upfeat, reversed(maps[:-1])):
            coarse = functional.interpolate(found[0], size=finer.shape[2:], mode='bilinear', align_corners=False)
            found.insert(0, finer + layer(coarse))
        return found
