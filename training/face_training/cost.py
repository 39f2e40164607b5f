# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a network costs: parameters and multiply-adds."""
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from .networks import NETWORKS
from .networks.extd import Extd

# Row of docs/models.md -> (network, width and height of its input).
VARIANTS: dict[str, tuple[nn.Module, int, int]] = {
    **{f'{name} {width}x{height}': (NETWORKS[name](3), width, height)
       for name in ('slim', 'rfb') for width, height in ((320, 240), (640, 480))},
    **{f'EXTD-{form}-{width}': (Extd(3, width, pyramid=form == 'FPN'), 640, 640)
       for form in ('FPN', 'SSD') for width in (32, 48, 64)},
    'EXTD-FPN-32 at 320x240': (Extd(3, 32), 320, 240),
    **{f'{name} 300x300': (NETWORKS[name](3), 300, 300)
       for name in ('mobilenet_v1_ssd', 'mobilenet_v2_ssdlite', 'vgg16_ssd')},
}


class Cost(NamedTuple):
    """Of one network, with two labels."""

    parameters: float        # millions
    multiply_adds: float     # millions, of convolutions, for one image


def cost(net: nn.Module, width: int, height: int) -> Cost:
    """Return what a network costs on an input of this size."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        net.eval()(torch.zeros(1, 3, height, width))
    return Cost(sum(parameter.numel() for parameter in net.parameters()) / 1e6, counter.get_total_flops() / 2e6)


def cost_table() -> str:
    """Return the table of docs/models.md."""
    lines = ['| Network | Parameters, M | Multiply-adds, M |', '| --- | --- | --- |']
    for name, (net, width, height) in VARIANTS.items():
        found = cost(net, width, height)
        lines.append(f'| {name} | {found.parameters:.3f} | {found.multiply_adds:.0f} |')
    return '\n'.join(lines)
