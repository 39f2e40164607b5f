# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What every detection network offers, so that training and export need to know none of them by name."""
import pathlib
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence

import safetensors.torch
import torch
from torch import Tensor, nn

from ..priors import PriorLayer


class DetectionNetwork(nn.Module):
    """Images (B, 3, height, width) -> logits (B, P, classes), regression (B, P, 4).

    Class 0 is the background.  Rows run as the priors of `layers`: layer, row, column, box.
    """

    layers: tuple[PriorLayer, ...]

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes

    @abstractmethod
    def backbone_stages(self) -> list[nn.Module]:
        """Return the stages of the backbone from the input on: what can be frozen, and has the rate of the base."""

    @abstractmethod
    def extra_layers(self) -> list[nn.Module]:
        """Return the layers between backbone and heads."""

    @abstractmethod
    def heads(self) -> dict[str, list[nn.Module]]:
        """Return {'classification': one module per layer, 'regression': the same}."""

    @abstractmethod
    def features(self, images: Tensor) -> list[Tensor]:
        """Return one feature map per layer of priors."""

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return (logits, regression)."""
        maps, heads = self.features(images), self.heads()
        return rows(heads['classification'], maps, self.classes), rows(heads['regression'], maps, 4)

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], classes: int) -> 'DetectionNetwork':
        """Return a network with the channels of a state dict, so that a pruned one loads; its weights are not taken."""
        del state       # a network of fixed widths has nothing to read there
        return cls(classes)

    def load_pretrained(self, source: str | pathlib.Path | Mapping[str, Tensor]) -> None:
        """Take weights of this network with as many labels, with one, whose label heads are widened, or with others.

        Args:
            source: safetensors file, .pth file with a state dict, or a state dict; with the names of this network.

        Raises:
            ValueError: the names or shapes are those of another network.
        """
        state = dict(source) if isinstance(source, Mapping) else read_weights(source)
        own = self.state_dict()
        backgrounds = {id(p): getattr(head, 'backgrounds', 1)
                       for head in self.heads()['classification'] for p in head.parameters()}
        for name, parameter in self.named_parameters():
            given = state.get(name)
            if given is None or given.shape == parameter.shape or id(parameter) not in backgrounds:
                continue
            others = backgrounds[id(parameter)]
            boxes = parameter.shape[0] // (others + self.classes - 1)
            # Label heads for other labels than one (those of VOC, say) are of no use and begin anew.
            one_label = given.shape[0] == boxes * (others + 1)
            state[name] = widen(given, self.classes, others) if one_label else parameter.detach()
        wrong = sorted(name for name in own.keys() | state.keys()
                       if name not in own or name not in state or own[name].shape != state[name].shape)
        if wrong:
            raise ValueError(f'these weights are not those of {type(self).__name__}: {len(wrong)} tensors are missing, '
                             f'unknown or of another shape, the first is {wrong[0]}')
        self.load_state_dict(state)


def read_weights(path: str | pathlib.Path) -> dict[str, Tensor]:
    """Return the state dict of a safetensors file, or of a .pth file, of which nothing is executed."""
    if pathlib.Path(path).suffix in ('.pth', '.pt'):
        return dict(torch.load(path, map_location='cpu', weights_only=True))
    return safetensors.torch.load_file(path)


def count_labels(net: DetectionNetwork, state: Mapping[str, Tensor]) -> int:
    """Return how many labels the weights of a network of this kind tell apart; those of `net` do not matter."""
    head = net.heads()['classification'][0]
    backgrounds = getattr(head, 'backgrounds', 1)
    name, last = [item for item in net.named_parameters() if item[1] in set(head.parameters())][-1]
    boxes = last.shape[0] // (backgrounds + net.classes - 1)
    return state[name].shape[0] // boxes - backgrounds


def merge_labels(net: DetectionNetwork, shares: Sequence[float]) -> dict[str, Tensor]:
    """Return the state dict of a network as that of one with a single label, a mean of its labels.

    What it knows of faces can then be widened to any labels, see `load_pretrained`.

    Args:
        net: a network.
        shares: of each label in the mean, together 1.
    """
    weights = torch.tensor(shares)
    state = dict(net.state_dict())
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    single = type(net).from_state(state, 2).state_dict()
    for head in net.heads()['classification']:
        backgrounds = getattr(head, 'backgrounds', 1)
        for name in (names[id(parameter)] for parameter in head.parameters()):
            tensor = state[name]
            if tensor.shape != single[name].shape:       # layers within a head are as wide for any labels
                outputs = tensor.reshape(-1, backgrounds + net.classes - 1, *tensor.shape[1:])
                label = torch.tensordot(outputs[:, backgrounds:], weights, dims=([1], [0])).unsqueeze(1)
                state[name] = torch.cat([outputs[:, :backgrounds], label], dim=1).flatten(0, 1)
    return state


def rows(heads: Iterable[nn.Module], maps: Iterable[Tensor], size: int) -> Tensor:
    """Return (B, P, size) of all feature maps: cells in row order, the boxes of a cell together."""
    # Channels go last before the reshape.
    return torch.cat([head(x).permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, size))
                      for head, x in zip(heads, maps, strict=True)], dim=1)


def widen(tensor: Tensor, classes: int, backgrounds: int = 1) -> Tensor:
    """Return the weight or bias of a label head that gives (background, label) for each box, made for `classes` outputs.

    The background keeps its rows; every label starts as a copy of the one there was, its bias lowered by log(labels), so
    that the labels share its probability.  backgrounds: outputs of the background, more than one under max-out.
    """
    labels = classes - 1
    boxes = tensor.reshape(-1, backgrounds + 1, *tensor.shape[1:])
    copies = boxes[:, backgrounds:].repeat(1, labels, *[1] * (boxes.dim() - 2))
    if tensor.dim() == 1:
        copies = copies - torch.log(torch.tensor(float(labels)))
    return torch.cat([boxes[:, :backgrounds], copies], dim=1).flatten(0, 1)
