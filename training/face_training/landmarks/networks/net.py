# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Net: five convolutions with batch norm, a fully connected head for the points and one for the box.

The report names no layers between the last map and the heads; here there are none.
"""
from torch import Tensor, nn

from .base import Answer, LandmarkNetwork
from .report_trunk import CHANNELS, report_trunk, trunk_side


class Net(LandmarkNetwork):
    """See the module."""

    def __init__(self, points: int, width: int, height: int) -> None:
        super().__init__(points, width, height)
        size = CHANNELS[-1] * trunk_side(width) * trunk_side(height)
        self.trunk = report_trunk(batch_norm=True)
        self.point_head, self.box_head = nn.Linear(size, 2 * points), nn.Linear(size, 4)

    def forward(self, images: Tensor) -> Answer:
        """Return points and box."""
        flat = self.trunk(images).flatten(1)
        return Answer(self.point_head(flat).reshape(-1, self.points, 2), box=self.box_head(flat))
