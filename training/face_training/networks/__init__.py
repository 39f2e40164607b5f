# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The networks, one file each; `build` makes one and loads its first weights."""
import safetensors.torch

from .slim import Slim
from .widen import widen_classes

NETWORKS = {'slim': Slim}


def build(network, labels, pretrained=''):
    """Return a network for `labels` foreground labels.

    pretrained: safetensors file of its weights, or of a two-class network's, which are widened; '' for none.
    """
    if network not in NETWORKS:
        raise ValueError(f'model.network must be one of {", ".join(sorted(NETWORKS))}, got {network!r}')
    net = NETWORKS[network](classes=labels + 1)
    if pretrained:
        state = safetensors.torch.load_file(pretrained)
        own = {name: tensor.shape for name, tensor in net.state_dict().items()}
        if any(tensor.shape != own.get(name) for name, tensor in state.items()):
            state = widen_classes(state, net.head_names[0], labels + 1)
        net.load_state_dict(state)
    return net
