# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The network as model.json describes it: decode, softmax and top-K inside."""
import numpy as np
import torch
from torch import Tensor, nn

from face_perception.backends import Backend, BackendInfo
from face_perception.backends.base import check_tensor
from face_perception.models.spec import DetectionSpec

from .config import Config
from .networks import DetectionNetwork
from .priors import decode, make_priors
from .pyramid import Pyramid


class DetectorGraph(nn.Module):
    """Images (B, 3, height, width), normalised -> boxes (B, K, 4), scores (B, K, labels).

    Boxes are corners in 0..1 of the input; rows are sorted by their best score.
    """

    priors: Tensor

    def __init__(self, net: DetectionNetwork, config: Config) -> None:
        """`config` is the Config of the run that made `net`."""
        super().__init__()
        self.net = Pyramid(net) if config.export.pyramid else net
        self.top_k = config.export.top_k
        width, height = config.model.width, config.model.height
        self.score_calibration = config.export.score_calibration
        self.register_buffer('priors', make_priors(width, height, self.net.layers))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return (boxes, scores)."""
        logits, regression = self.net(images)
        scores = torch.softmax(logits, dim=2)[:, :, 1:]
        # Each score by itself, which a shift of the background would not do: what is no face often wavers
        # between the labels, and that keeps its scores low.
        scores = scores / (scores + (1 - scores) * self.score_calibration)
        best = scores.max(dim=2).values
        row = torch.topk(best, self.top_k, dim=1).indices[:, :, None]
        # Repeating by concatenation: expand() would export a node that TensorRT 8.2 does not take.
        boxes = torch.gather(decode(regression, self.priors[None]), 1, torch.cat([row] * 4, dim=2))
        return boxes, torch.gather(scores, 1, torch.cat([row] * scores.shape[2], dim=2))


class TorchBackend(Backend):
    """A DetectorGraph behind the runtime's backend interface, so that training is judged by the robot's Detector."""

    def __init__(self, graph: DetectorGraph, spec: DetectionSpec) -> None:
        self.graph, self.spec = graph.eval(), spec

    def run(self, tensor: np.ndarray) -> dict[str, np.ndarray]:
        """Return {'boxes': (1, K, 4), 'scores': (1, K, labels)} for a tensor (1, 3, height, width)."""
        check_tensor(tensor, self.spec)
        device = self.graph.priors.device
        with torch.inference_mode():
            boxes, scores = self.graph(torch.from_numpy(tensor).to(device))
        return {'boxes': boxes.float().cpu().numpy(), 'scores': scores.float().cpu().numpy()}

    @property
    def info(self) -> BackendInfo:
        """What runs."""
        return BackendInfo(name='torch', version=torch.__version__, device=str(self.graph.priors.device),
                           precision='fp32', threads=torch.get_num_threads(), model='')

    def close(self) -> None:
        """Nothing to free."""
