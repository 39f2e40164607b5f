# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Judge a detector by what a robot would see: through the runtime's own Detector."""
import json
import math
import pathlib
import sys
from collections.abc import Sequence

from tqdm import tqdm

from face_perception.api import make_detector, open_detector, override
from face_perception.core.detections import Detections
from face_perception.core.detector import Detector

from .config import Config
from .data.load import read_samples
from .data.sample import Sample, read_image
from .graph import DetectorGraph, TorchBackend
from .metrics import figures
from .networks import DetectionNetwork
from .spec import make_spec
from .tilt import tilt_recall

RANKED = 0.01                # score from which on detections are listed for AP


def detect_all(detector: Detector, samples: Sequence[Sample]) -> list[Detections]:
    """Return the Detections of every sample; a bar on a terminal."""
    return [detector.detect(read_image(s))
            for s in tqdm(samples, desc='evaluate', unit='image', disable=not sys.stderr.isatty())]


def evaluate_net(net: DetectionNetwork, config: Config, samples: Sequence[Sample]) -> dict[str, float]:
    """Return the figures of a torch network, judged through the same Detector as an exported one."""
    graph = DetectorGraph(net, config)
    graph.to(next(net.parameters()).device)
    spec = make_spec(config)
    detector = make_detector(spec, TorchBackend(graph, spec), override(spec.defaults, score_threshold=RANKED))
    return figures(samples, detect_all(detector, samples), config.data.labels)


def evaluate_model(model: str | pathlib.Path, data: str | pathlib.Path, backend: str = 'onnxruntime',
                   sources: Sequence[str] = (), tilt: Sequence[float] = ()) -> dict[str, float]:
    """Return the figures of a model folder on a COCO json, on some of its sources or all.

    tilt: angles in degrees, whose recall is measured too, at the model's own thresholds.
    """
    with open_detector(str(model), backend, score_threshold=RANKED) as detector:
        samples = [s for s in read_samples(data, detector.labels) if not sources or s.source in sources]
        values = figures(samples, detect_all(detector, samples), detector.labels)
    if tilt:
        with open_detector(str(model), backend) as detector:
            values.update(tilt_recall(detector, samples, tilt))
    return values


def table(values: dict[str, float]) -> str:
    """Return the figures as lines of a table."""
    return '\n'.join(f'{name:40} {value:8.4f}' for name, value in values.items())


def write_proof(folder: str | pathlib.Path, values: dict[str, float], place: str = 'figures') -> None:
    """Put figures into the proof of a model.json at a place such as leave_one_show_out/scooby; the rest stays."""
    path = pathlib.Path(folder) / 'model.json'
    content = json.loads(path.read_text(encoding='utf-8'))
    *parents, last = place.split('/')
    part = content.setdefault('proof', {})
    for name in parents:
        part = part.setdefault(name, {})
    part[last] = {name: round(value, 5) for name, value in values.items() if not math.isnan(value)}
    path.write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
