# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""NalbertNet: five convolutions, fully connected layers of 1024 and 512 with dropout, the points alone."""
from torch import Tensor, nn

from .base import Answer, LandmarkNetwork
from .report_trunk import CHANNELS, report_trunk, trunk_side

DROPOUT = 0.25


class NalbertNet(LandmarkNetwork):
    """See the module."""

    def __init__(self, points: int, width: int, height: int) -> None:
        super().__init__(points, width, height)
        size = CHANNELS[-1] * trunk_side(width) * trunk_side(height)
        self.trunk = report_trunk(batch_norm=False)
        self.head = nn.Sequential(nn.Linear(size, 1024), nn.ReLU(inplace=True), nn.Dropout(DROPOUT),
                                  nn.Linear(1024, 512), nn.ReLU(inplace=True), nn.Dropout(DROPOUT),
                                  nn.Linear(512, 2 * points))

    def forward(self, images: Tensor) -> Answer:
        """Return points."""
        return Answer(self.head(self.trunk(images).flatten(1)).reshape(-1, self.points, 2))
