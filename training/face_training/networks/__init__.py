# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The networks, one file each; `build` makes one by name and loads its first weights."""
import pathlib

import safetensors.torch

from .base import DetectionNetwork
from .rfb import Rfb
from .slim import Slim

__all__ = ['NETWORKS', 'DetectionNetwork', 'build']

NETWORKS: dict[str, type[DetectionNetwork]] = {'slim': Slim, 'rfb': Rfb}


def build(network: str, labels: int, pretrained: str | pathlib.Path = '') -> DetectionNetwork:
    """Return a network for `labels` foreground labels.

    Args:
        network: key of NETWORKS.
        labels: how many.
        pretrained: safetensors file of its weights, or of those of a network with one label; '' for none.

    Raises:
        ValueError: no network of this name, or the weights are those of another.
    """
    if network not in NETWORKS:
        raise ValueError(f'model.network must be one of {", ".join(sorted(NETWORKS))}, got {network!r}')
    kind = NETWORKS[network]
    if not pretrained:
        return kind(labels + 1)
    state = safetensors.torch.load_file(pretrained)
    try:
        net = kind.from_state(state, labels + 1)
    except KeyError as error:
        raise ValueError(f'{pretrained} holds no weights of {network}: there is no tensor {error}') from error
    net.load_pretrained(state)
    return net
