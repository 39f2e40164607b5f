# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Take whole channels out of a trained network (structured pruning, Fang et al. 2023, "DepGraph")."""
import copy
import pathlib

import torch
import torch_pruning
from torch import nn

from .config import Config
from .cost import cost
from .networks import DetectionNetwork
from .networks.rfb import BLOCK_UNIT, Rfb
from .networks.slim import Slim
from .run_folder import write_network


def kept_layers(net: DetectionNetwork) -> list[nn.Module]:
    """Return the layers whose outputs stay as they are.

    Heads give what the priors ask for.  The inner widths of a receptive field block follow from its input.
    """
    kept: list[nn.Module] = [head if isinstance(head, nn.Conv2d) else list(head.children())[-1]
                             for heads in net.heads().values() for head in heads]
    if isinstance(net, Rfb):
        block = net.base_net[BLOCK_UNIT]
        kept += [layer for name, branch in block.named_children() if name.startswith('branch')
                 for layer in branch.modules() if isinstance(layer, nn.Conv2d)]
        kept.append(net.base_net[BLOCK_UNIT - 1].get_submodule('3'))
    return kept


def prune(net: DetectionNetwork, share: float, width: int, height: int, round_to: int = 4) -> DetectionNetwork:
    """Return a copy without the weakest channels of each layer.

    Args:
        net: Slim or RFB, whose channels are read from their weights.
        share: of the channels of each layer, 0..1, that goes.
        width: of the input, pixels.
        height: of the input, pixels.
        round_to: widths stay multiples of it, for which processors are made.

    Raises:
        ValueError: another network, or a share out of range.
    """
    if not isinstance(net, Slim):
        raise ValueError(f'prune takes slim and rfb, got {type(net).__name__}')
    if not 0 < share < 1:
        raise ValueError(f'--share must lie between 0 and 1, got {share}')
    made = copy.deepcopy(net).eval().requires_grad_(True)
    pruner = torch_pruning.pruner.MagnitudePruner(
        made, torch.zeros(1, 3, height, width), importance=torch_pruning.importance.GroupMagnitudeImportance(p=2),
        pruning_ratio=share, ignored_layers=kept_layers(made), round_to=round_to)
    pruner.step()
    state = made.state_dict()
    # What training and export will make of these weights.
    again = type(net).from_state(state, net.classes)
    again.load_state_dict(state)
    return again.eval()


def write_pruned(net: DetectionNetwork, config: Config, folder: str | pathlib.Path, share: float) -> str:
    """Write weights and the config.yaml that fine-tunes them into `folder`; return the table before and after."""
    size = config.model.width, config.model.height
    pruned = prune(net, share, *size)
    write_network(pruned, config, folder)
    lines = ['| | Parameters, M | Multiply-adds, M |', '| --- | --- | --- |']
    for name, what in (('before', net), ('after', pruned)):
        found = cost(what, *size)
        lines.append(f'| {name} | {found.parameters:.3f} | {found.multiply_adds:.0f} |')
    return '\n'.join(lines)
