# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Start a background/human/cartoon network from a background/face one, keeping what can be kept."""
import torch


def widen_classes(state, prefix, classes):
    """Return a state dict whose classification heads have `classes` outputs per prior.

    state: tensors of the two-class network, whose heads give (background, face) for each prior;
    prefix: name of its classification heads.  Background keeps its rows; every label starts as a
    copy of face, its bias lowered by log(labels) so that the labels share the probability of face.
    """
    widened, labels = {}, classes - 1
    for name, tensor in state.items():
        # prefix.k.weight is a dense head, prefix.k.2.weight the pointwise end of a light one.
        place = name.split('.')
        if place[0] == prefix and (len(place) == 3 or place[2] == '2'):
            pairs = tensor.reshape(-1, 2, *tensor.shape[1:])
            face = pairs[:, 1:].repeat(1, labels, *[1] * (pairs.dim() - 2))
            if name.endswith('bias'):
                face = face - torch.log(torch.tensor(float(labels)))
            tensor = torch.cat([pairs[:, :1], face], dim=1).flatten(0, 1)
        widened[name] = tensor
    return widened
