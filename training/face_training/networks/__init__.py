# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The networks, one file each; `build` makes one by name and loads its first weights."""
import pathlib

from .base import DetectionNetwork, read_weights
from .extd import Extd
from .mobilenet_v1_ssd import MobileNetV1Ssd
from .mobilenet_v2_ssdlite import MobileNetV2SsdLite
from .rfb import Rfb
from .slim import Slim
from .slim_fpn import SlimFpn
from .vgg16_ssd import Vgg16Ssd

__all__ = ['NETWORKS', 'DetectionNetwork', 'build']

NETWORKS: dict[str, type[DetectionNetwork]] = {
    'slim': Slim, 'slim_fpn': SlimFpn, 'rfb': Rfb, 'extd': Extd, 'mobilenet_v1_ssd': MobileNetV1Ssd,
    'mobilenet_v2_ssdlite': MobileNetV2SsdLite, 'vgg16_ssd': Vgg16Ssd}


def build(network: str, labels: int, pretrained: str | pathlib.Path = '') -> DetectionNetwork:
    """Return a network for `labels` foreground labels.

    Args:
        network: key of NETWORKS.
        labels: how many.
        pretrained: file of its weights, see `DetectionNetwork.load_pretrained`; '' for none.

    Raises:
        ValueError: no network of this name, or the weights are those of another.
    """
    if network not in NETWORKS:
        raise ValueError(f'model.network must be one of {", ".join(sorted(NETWORKS))}, got {network!r}')
    kind = NETWORKS[network]
    if not pretrained:
        return kind(labels + 1)
    state = read_weights(pretrained)
    try:
        net = kind.from_state(state, labels + 1)
    except KeyError as error:
        raise ValueError(f'{pretrained} holds no weights of {network}: there is no tensor {error}') from error
    net.load_pretrained(state)
    return net
