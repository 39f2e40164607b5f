# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What can be compared: model folders, run folders and published weights, each behind the runtime's Detector."""
import pathlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from face_perception.backends import open_backend
from face_perception.core.detector import Detector, Thresholds
from face_perception.core.preprocess import InputSpec
from face_perception.models.spec import DetectionSpec, SpecError, read_spec
from face_perception.models.store import find_model

from ..config import Config, parse_config
from ..graph import DetectorGraph, TorchBackend
from ..networks import build
from ..spec import make_spec
from ..train import load_run

FACE = 'face'                # the one label of a detector that is judged label-blind
RANKED = 0.01                # score from which on detections are listed for AP
# Input of the published weights, where it is not that of a training config.
PUBLISHED = {'extd': {'mean': [123.0, 117.0, 104.0], 'scale': [1.0, 1.0, 1.0]}}

Run = Callable[[np.ndarray], dict[str, np.ndarray]]


class Candidate(NamedTuple):
    """One detector of a comparison."""

    name: str
    kind: str                    # 'ours', 'pre-trained' or 'peer'
    detector: Detector           # with its own labels and thresholds
    blind: Detector              # the same network with the one label 'face', down to RANKED
    timed: bool = True           # runs as on a robot; torch does not

    @property
    def input_size(self) -> str:
        """Width and height of the input, as text."""
        return f'{self.detector.input_spec.width}x{self.detector.input_spec.height}'

    def close(self) -> None:
        """Free what the network holds."""
        self.detector.close()


def label_blind(run: Run) -> Run:
    """Return `run` with one score a row: that of its best label."""
    def best(tensor: np.ndarray) -> dict[str, np.ndarray]:
        outputs = run(tensor)
        return {'boxes': outputs['boxes'], 'scores': outputs['scores'].max(axis=2, keepdims=True)}
    return best


def make_candidate(name: str, kind: str, spec: InputSpec, labels: tuple[str, ...], run: Run, thresholds: Thresholds,
                   close: Callable[[], None] | None = None, timed: bool = True) -> Candidate:
    """Return the Candidate of a network; arguments as of Detector."""
    return Candidate(name, kind, Detector(spec, labels, run, thresholds, close),
                     Detector(spec, (FACE,), label_blind(run), thresholds._replace(score_threshold=RANKED)), timed)


def open_ours(model: str) -> Candidate:
    """Return the Candidate of a model (folder or name) or of a run folder.

    Raises:
        ModelNotFound, SpecError, ValueError, OSError: there is no such detector; the message says what to do.
    """
    if (pathlib.Path(model) / 'config.yaml').exists():
        net, config = load_run(model)
        made = make_spec(config)
        torch_backend = TorchBackend(DetectorGraph(net, config), made)
        return make_candidate(pathlib.Path(model).resolve().name, 'ours', made.input, made.labels, torch_backend.run,
                              made.defaults, timed=False)
    folder = find_model(model)
    spec = read_spec(folder)
    if not isinstance(spec, DetectionSpec):
        raise SpecError(f'{model}: expected a model that detects, got one of the task {spec.task!r}')
    backend = open_backend('onnxruntime', folder, spec)
    return make_candidate(spec.name, 'ours', spec.input, spec.labels, backend.run, spec.defaults, backend.close)


def published_config(name: str, network: str, width: int, height: int) -> Config:
    """Return the Config of published one-label weights: name of the model, key of NETWORKS, and the size of the input."""
    return parse_config({'data': {'train': '', 'val': '', 'labels': [FACE]}, 'loss': {'class_weights': [1, 1]},
                         'model': {'name': name, 'network': network, 'width': width, 'height': height,
                                   **PUBLISHED.get(network, {})}})


def open_pretrained(text: str) -> Candidate:
    """Return the Candidate of published one-label weights.

    Args:
        text: NAME=NETWORK:WIDTHxHEIGHT:FILE, for example slim_320=slim:320x240:slim-320.safetensors.

    Raises:
        ValueError: another form, no such network, or weights of another network.
    """
    name, sign, rest = text.partition('=')
    network, _, rest = rest.partition(':')
    size, _, path = rest.partition(':')
    width, cross, height = size.partition('x')
    if not (sign and cross and path and width.isdigit() and height.isdigit()):
        raise ValueError(f'--pretrained expects NAME=NETWORK:WIDTHxHEIGHT:FILE, got {text!r}')
    config = published_config(name, network, int(width), int(height))
    spec = make_spec(config)
    backend = TorchBackend(DetectorGraph(build(network, 1, path), config), spec)
    return make_candidate(f'{name}, as published', 'pre-trained', spec.input, spec.labels, backend.run, spec.defaults,
                          timed=False)
