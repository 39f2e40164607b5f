# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What every landmark network offers."""
import pathlib
from abc import abstractmethod
from typing import NamedTuple

from torch import Tensor, nn

from ...networks.base import read_weights


class Answer(NamedTuple):
    """What a landmark network says of B crops."""

    points: Tensor               # (B, P, 2), 0..1 of the crop
    scores: Tensor | None = None # (B, P) logits; None where it gives none
    box: Tensor | None = None    # (B, 4) corners of the face, 0..1 of the crop; None where it gives none


class LandmarkNetwork(nn.Module):
    """Crops (B, 3, height, width), normalised -> Answer."""

    def __init__(self, points: int, width: int, height: int) -> None:
        """points: how many; width, height: of the input, pixels."""
        super().__init__()
        self.points, self.width, self.height = points, width, height

    @abstractmethod
    def forward(self, images: Tensor) -> Answer:
        """Return what it says."""

    def load_pretrained(self, path: str | pathlib.Path) -> None:
        """Take the weights of a run of the same network; raises ValueError where they are another's."""
        state, own = read_weights(path), self.state_dict()
        wrong = sorted(name for name in own.keys() | state.keys()
                       if name not in own or name not in state or own[name].shape != state[name].shape)
        if wrong:
            raise ValueError(f'{path} holds no weights of this {type(self).__name__}: {len(wrong)} tensors are missing, '
                             f'unknown or of another shape, the first is {wrong[0]}')
        self.load_state_dict(state)
