# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The network as model.json describes it: points and scores as one tensor; and the same in torch for the robot's code."""
import numpy as np
import torch
from torch import Tensor, nn

from face_perception.core.landmarks import LandmarkFinder

from .config import LandmarkConfig
from .networks import LandmarkNetwork
from .spec import make_spec


class LandmarkGraph(nn.Module):
    """Crops (B, 3, height, width), normalised -> points (B, P, 3): x and y in 0..1 of the crop, score."""

    def __init__(self, net: LandmarkNetwork) -> None:
        super().__init__()
        self.net = net

    def forward(self, images: Tensor) -> Tensor:
        """Return (B, P, 3); a network without scores says 1."""
        answer = self.net(images)
        scores = torch.ones_like(answer.points[:, :, 0]) if answer.scores is None else torch.sigmoid(answer.scores)
        return torch.cat([answer.points, scores[:, :, None]], dim=2)


def torch_finder(net: LandmarkNetwork, config: LandmarkConfig, batch: int = 1) -> LandmarkFinder:
    """Return the robot's own LandmarkFinder around a torch network, so that training is judged by what the robot runs."""
    graph = LandmarkGraph(net).eval()
    spec = make_spec(config)

    def run(tensor: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            device = next(net.parameters()).device
            found: np.ndarray = graph(torch.from_numpy(tensor).to(device)).float().cpu().numpy()
        return found
    return LandmarkFinder(spec.input, spec.points, spec.crop_margin, run, batch=batch)
