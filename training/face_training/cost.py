# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a network costs: parameters and multiply-adds."""
import copy
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from .networks import NETWORKS
from .networks.extd import ACTIVATIONS, EXPANSIONS, Extd
from .pyramid import Pyramid

# Row of docs/models.md -> (network, width and height of its input).
VARIANTS: dict[str, tuple[nn.Module, int, int]] = {
    **{f'{name} {width}x{height}': (NETWORKS[name](3), width, height)
       for name in ('slim', 'rfb') for width, height in ((320, 240), (640, 480))},
    **{f'{name} 640x480 and at half size': (Pyramid(NETWORKS[name](3)), 640, 480) for name in ('slim', 'rfb')},
    **{f'EXTD-{form}-{width}': (Extd(3, width, pyramid=form == 'FPN'), 640, 640)
       for form in ('FPN', 'SSD') for width in (32, 48, 64)},
    'EXTD-FPN-32 at 320x240': (Extd(3, 32), 320, 240),
    **{f'{name} 300x300': (NETWORKS[name](3), 300, 300)
       for name in ('mobilenet_v1_ssd', 'mobilenet_v2_ssdlite', 'vgg16_ssd')},
}


EXTD_INPUT = 640, 640       # of the paper

# Key of ACTIVATIONS -> its name in the paper.
ACTIVATION_NAMES = {'prelu': 'PReLU', 'leaky': 'LeakyReLU', 'relu': 'ReLU'}


class Cost(NamedTuple):
    """Of one network."""

    parameters: float        # millions
    multiply_adds: float     # millions, of convolutions, for one image


def cost(net: nn.Module, width: int, height: int) -> Cost:
    """Return what a network costs on an input of this size; nothing is computed but shapes."""
    shapes = copy.deepcopy(net).to('meta')
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        shapes.eval()(torch.zeros(1, 3, height, width, device='meta'))
    return Cost(sum(parameter.numel() for parameter in net.parameters()) / 1e6, counter.get_total_flops() / 2e6)


def cost_table() -> str:
    """Return the table of docs/models.md, with two labels."""
    lines = ['| Network | Parameters, M | Multiply-adds, M |', '| --- | --- | --- |']
    for name, (net, width, height) in VARIANTS.items():
        found = cost(net, width, height)
        lines.append(f'| {name} | {found.parameters:.3f} | {found.multiply_adds:.0f} |')
    return '\n'.join(lines)


def extd_table() -> str:
    """Return what EXTD costs in each form, width and activation of its paper's table 3, with one label as there."""
    lines = ['| Form | Width | Activation | Parameters | Multiply-adds, M |', '| --- | --- | --- | --- | --- |']
    for form in ('FPN', 'SSD'):
        for width in sorted(EXPANSIONS):
            for activation in ACTIVATIONS:
                found = cost(Extd(2, width, form == 'FPN', activation), *EXTD_INPUT)
                lines.append(f'| {form} | {width} | {ACTIVATION_NAMES[activation]} | {1e6 * found.parameters:,.0f} | '
                             f'{found.multiply_adds:.0f} |')
    return '\n'.join(lines)
