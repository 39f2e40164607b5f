# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The landmark networks, one file each; `build` makes one by name and loads its first weights."""
import pathlib

from .base import Answer, LandmarkNetwork
from .landmark_and_bbox import FacialLandmarkAndBBoxModel
from .nalbert import NalbertNet
from .net import Net
from .tiny import Tiny, TinyRegression

__all__ = ['NETWORKS', 'Answer', 'LandmarkNetwork', 'build']

NETWORKS: dict[str, type[LandmarkNetwork]] = {
    'net': Net, 'landmark_and_bbox': FacialLandmarkAndBBoxModel, 'nalbert': NalbertNet, 'tiny': Tiny,
    'tiny_regression': TinyRegression}


def build(network: str, points: int, width: int, height: int, pretrained: str | pathlib.Path = '') -> LandmarkNetwork:
    """Return a network for so many points and an input of this size.

    Raises:
        ValueError: no network of this name, or the weights are those of another.
    """
    if network not in NETWORKS:
        raise ValueError(f'model.network must be one of {", ".join(sorted(NETWORKS))}, got {network!r}')
    net = NETWORKS[network](points, width, height)
    if pretrained:
        net.load_pretrained(pretrained)
    return net
