# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""FacialLandmarkAndBBoxModel: four convolutions, one large fully connected layer, heads for the points and the box."""
import itertools

from torch import Tensor, nn

from .base import Answer, LandmarkNetwork

CHANNELS = 3, 64, 128, 256, 512
HIDDEN = 1024


class FacialLandmarkAndBBoxModel(LandmarkNetwork):
    """See the module."""

    def __init__(self, points: int, width: int, height: int) -> None:
        super().__init__(points, width, height)
        layers: list[nn.Module] = []
        for inputs, outputs in itertools.pairwise(CHANNELS):
            layers += [nn.Conv2d(inputs, outputs, 3, stride=1, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        self.trunk = nn.Sequential(*layers)
        self.hidden = nn.Linear(CHANNELS[-1] * (width // 16) * (height // 16), HIDDEN)
        self.point_head, self.box_head = nn.Linear(HIDDEN, 2 * points), nn.Linear(HIDDEN, 4)

    def forward(self, images: Tensor) -> Answer:
        """Return points and box."""
        hidden = nn.functional.relu(self.hidden(self.trunk(images).flatten(1)))
        return Answer(self.point_head(hidden).reshape(-1, self.points, 2), box=self.box_head(hidden))
