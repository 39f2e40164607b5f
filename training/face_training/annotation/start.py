# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where a training on few pictures begins: weights that know what a face is."""
import dataclasses
import os
import pathlib
from typing import NamedTuple

import numpy as np
import safetensors.torch

from face_perception.api import make_detector
from face_perception.core.matching import UNMATCHED, match_boxes
from face_perception.models.spec import DetectionSpec, read_spec
from face_perception.models.store import find_model

from ..config import Config, Distill
from ..data.load import read_samples
from ..data.sample import read_image
from ..export import WEIGHTS
from ..graph import DetectorGraph, TorchBackend
from ..metrics import MATCH_IOU
from ..networks import build
from ..networks.base import merge_labels
from ..spec import make_spec

MOBILENET = 'mobilenet_ssd'
NETWORKS = {'slim_320': 'slim', 'slim_640': 'slim', 'rfb_320': 'rfb', 'rfb_640': 'rfb',
            MOBILENET: 'mobilenet_v1_ssd'}
BODY = 'pretrained/mobilenetv1/mobilenetv1-0.25-faces-body.safetensors'      # below the folder of research data


class Start(NamedTuple):
    """Where a training begins."""

    network: str                 # key of face_training.networks.NETWORKS
    width: int                   # network input, pixels
    height: int
    weights: str                 # file, '' for none
    labels: int                  # that the weights tell apart; 0 where they are none of a detector


def start_of(name: str, weights: str = '') -> Start:
    """Return where a training of a name in NETWORKS begins.

    Args:
        name: a shipped model, whose weights are taken, or MOBILENET.
        weights: file of other weights of the same network: of an own model, or for MOBILENET also of a backbone.

    Raises:
        ModelNotFound, ValueError: the model is not installed, or without its weights.
    """
    if name == MOBILENET:
        shared = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED', pathlib.Path(__file__).parents[4] / 'shared'))
        found = weights or (str(shared / BODY) if (shared / BODY).is_file() else '')
        return Start(NETWORKS[name], 300, 300, found, 0)
    folder = pathlib.Path(find_model(name))
    spec = read_spec(str(folder))
    assert isinstance(spec, DetectionSpec)       # all of NETWORKS are
    path = pathlib.Path(weights or folder / WEIGHTS)
    if not path.is_file():
        raise ValueError(f'{path} is missing: expected the weights of {name}, as they lie beside it in the clone; name a '
                         'file with --weights')
    return Start(NETWORKS[name], spec.input.width, spec.input.height, str(path), len(spec.labels))


def write_start(start: Start, config: Config, path: pathlib.Path) -> Config:
    """Return the Config with the weights to begin with, those of a detector with one label, from which all own labels begin.

    A face is a face to it; which one is what is learnt.  That label is the mean of those that the start gives to the faces
    to learn: drawn faces begin as drawn ones, people as people.
    The same weights teach what is no face, which few pictures show little of.

    Args:
        start: where the training begins.
        config: of it.
        path: file to write; none is where the start is no detector.
    """
    if not start.labels:
        return config
    net = build(start.network, start.labels, start.weights).eval()
    names = tuple(str(number) for number in range(start.labels))
    other = dataclasses.replace(config, data=dataclasses.replace(config.data, labels=names),
                                loss=dataclasses.replace(config.loss, class_weights=(1.0,) * (start.labels + 1)))
    spec = make_spec(other)
    detector = make_detector(spec, TorchBackend(DetectorGraph(net, other), spec))
    seen = np.ones(start.labels)             # none is ruled out
    assert isinstance(config.data.train, str)    # as recipe() writes it
    for sample in read_samples(config.data.train, config.data.labels):
        found = detector.detect(read_image(sample))
        rows = match_boxes(sample.boxes[sample.labels >= 0], found.boxes, MATCH_IOU)
        for label in found.labels[rows != UNMATCHED]:
            seen[names.index(label)] += 1
    state = merge_labels(net, (seen / seen.sum()).tolist())
    path.write_bytes(safetensors.torch.save({name: tensor.contiguous() for name, tensor in state.items()}))
    return dataclasses.replace(config, model=dataclasses.replace(config.model, pretrained=str(path)),
                               distill=Distill(weights=str(path), network=start.network, only_background=True))
