# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""P-Net, R-Net and O-Net of MTCNN (Zhang et al. 2016, section II.B), in the form of facenet-pytorch's weights.

Each takes (N, 3, side, side) float32 RGB, (value - 127.5) / 128, and returns the probability of a face and the offsets of
its box, shares of the side of the window. P-Net has no fully connected layer, so that it slides over whole pictures.
"""
import importlib.util
import pathlib
import sys
from typing import NamedTuple

import torch
from torch import Tensor, nn

from face_training.faults import TrainingError

PUBLISHED = {'p': 'pnet.pt', 'r': 'rnet.pt', 'o': 'onet.pt'}
PACKAGE = 'facenet_pytorch'


class Answer(NamedTuple):
    """What a stage says of its windows."""

    logits: Tensor              # (N, 2, ...): no face, face
    offsets: Tensor             # (N, 4, ...): of left, top, right and bottom, shares of the window's side

    @property
    def scores(self) -> Tensor:
        """Probability of a face, (N, ...)."""
        return self.logits.softmax(dim=1)[:, 1]


class ProposalNet(nn.Module):
    """P-Net: windows of 12x12, one every second pixel of a picture of any size from 12x12."""

    side = 12

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.pool1 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, images: Tensor) -> Answer:
        """(N, 3, H, W) -> Answer of (N, 2, h, w) and (N, 4, h, w)."""
        x = self.pool1(self.prelu1(self.conv1(images)))
        x = self.prelu3(self.conv3(self.prelu2(self.conv2(x))))
        return Answer(self.conv4_1(x), self.conv4_2(x))


class RefineNet(nn.Module):
    """R-Net: windows of 24x24."""

    side = 24

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1, self.dense5_2 = nn.Linear(128, 2), nn.Linear(128, 4)

    def forward(self, images: Tensor) -> Answer:
        """(N, 3, 24, 24) -> Answer of (N, 2) and (N, 4)."""
        x = self.pool1(self.prelu1(self.conv1(images)))
        x = self.pool2(self.prelu2(self.conv2(x)))
        x = self.prelu4(self.dense4(columns_first(self.prelu3(self.conv3(x)))))
        return Answer(self.dense5_1(x), self.dense5_2(x))


class OutputNet(nn.Module):
    """O-Net: windows of 48x48; its five points are kept with the weights and not used here."""

    side = 48

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.pool3 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1, self.dense6_2, self.dense6_3 = nn.Linear(256, 2), nn.Linear(256, 4), nn.Linear(256, 10)

    def forward(self, images: Tensor) -> Answer:
        """(N, 3, 48, 48) -> Answer of (N, 2) and (N, 4)."""
        x = self.pool1(self.prelu1(self.conv1(images)))
        x = self.pool2(self.prelu2(self.conv2(x)))
        x = self.pool3(self.prelu3(self.conv3(x)))
        x = self.prelu5(self.dense5(columns_first(self.prelu4(self.conv4(x)))))
        return Answer(self.dense6_1(x), self.dense6_2(x))


def columns_first(maps: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, W * H * C): the order of the original's Matlab, which the weights know."""
    return maps.permute(0, 3, 2, 1).flatten(1)


class Stages(NamedTuple):
    """The three networks of a cascade."""

    p: ProposalNet
    r: RefineNet
    o: OutputNet


def new_stages() -> Stages:
    """Return stages with the weights that torch begins with."""
    return Stages(ProposalNet().eval(), RefineNet().eval(), OutputNet().eval())


def weights_folder() -> pathlib.Path:
    """Return where the published weights lie: facenet-pytorch, installed or in the folder that scripts/test makes.

    Raises:
        TrainingError: nowhere.
    """
    beside = pathlib.Path(sys.prefix) / 'aside' / 'mtcnn' / PACKAGE
    found = None if beside.is_dir() else importlib.util.find_spec(PACKAGE)
    folder = beside if found is None else pathlib.Path(found.origin or '').parent
    if not (folder / 'data' / PUBLISHED['p']).is_file():
        raise TrainingError(f'the published weights of MTCNN are not in {beside}; install them without what they ask for: '
                            f'pip install --no-deps --target {beside.parent} facenet-pytorch==2.6.0')
    return folder / 'data'


def published_stages() -> Stages:
    """Return the stages that facenet-pytorch ships (MIT), which were trained on WIDER FACE and CelebA."""
    folder, stages = weights_folder(), new_stages()
    for name, net in stages._asdict().items():
        net.load_state_dict(torch.load(folder / PUBLISHED[name], map_location='cpu', weights_only=True))
    return stages
