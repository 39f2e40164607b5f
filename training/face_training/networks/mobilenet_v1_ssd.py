# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""MobileNetV1-SSD (Howard et al. 2017, Liu et al. 2016), 300x300; 0.25 of the width for small boards.

Input: RGB, (pixel - 127) / 128.
"""
import pathlib
from collections.abc import Mapping

from torch import Tensor, nn

from .base import read_weights
from .blocks import conv_bn_relu, separable_conv
from .ssd import MOBILENET_SIDES, RATIOS, STRIDES, Ssd, dense_heads, extra, ssd_layers

# Output channels and strides of the units 1 .. 13 at full width (Howard et al. 2017, table 1).
UNITS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
         (1024, 2), (1024, 1))
SOURCES = (11, 13)               # units that feed a head: strides 16 and 32
BODY = 'stage1.0.0.weight'       # is in a state dict of a body, see `load_body`


class MobileNetV1Ssd(Ssd):
    """See `Ssd`."""

    layers = ssd_layers(STRIDES, MOBILENET_SIDES, [RATIOS] * 6)

    def __init__(self, classes: int, multiplier: float = 1.0) -> None:
        """multiplier: of the width of the backbone."""
        super().__init__(classes)
        widths = [round(32 * multiplier), *(round(width * multiplier) for width, _ in UNITS)]
        self.base_net = nn.Sequential(conv_bn_relu(3, widths[0], 2), *(
            separable_conv(widths[i], widths[i + 1], stride) for i, (_, stride) in enumerate(UNITS)))
        self.extras = nn.ModuleList([extra(widths[-1], 256, 512), extra(512, 128, 256), extra(256, 128, 256),
                                     extra(256, 128, 256)])
        channels = [*(widths[i] for i in SOURCES), 512, 256, 256, 256]
        self.classification_headers = dense_heads(channels, self.layers, classes)
        self.regression_headers = dense_heads(channels, self.layers, 4)

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], classes: int) -> 'MobileNetV1Ssd':
        """Read the width from the weights, or from those of a body, see `load_body`."""
        return cls(classes, state[BODY if BODY in state else 'base_net.0.0.weight'].shape[0] / 32)

    def load_pretrained(self, source: str | pathlib.Path | Mapping[str, Tensor]) -> None:
        """Take weights as all networks do, or those of a body alone."""
        state = source if isinstance(source, Mapping) else read_weights(source)
        if BODY in state:
            self.load_body(state)
        else:
            super().load_pretrained(state)

    def load_body(self, state: Mapping[str, Tensor]) -> None:
        """Take a backbone trained elsewhere: keys stage1.0 .. stage3.1 as RetinaFace's MobileNetV1 x0.25 has them."""
        stages = {'stage1': 0, 'stage2': 6, 'stage3': 12}
        body = {}
        for name, tensor in state.items():
            stage, unit, rest = name.split('.', 2)
            body[f'{stages[stage] + int(unit)}.{rest}'] = tensor
        self.base_net.load_state_dict(body)

    def features(self, images: Tensor) -> list[Tensor]:
        """Return six feature maps."""
        maps, x = [], images
        for index, unit in enumerate(self.base_net):
            x = unit(x)
            if index in SOURCES:
                maps.append(x)
        return self.with_extras(maps)
