# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Write a trained network as a model folder, or leave nothing behind."""
import hashlib
import json
import pathlib
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import onnx
import safetensors.torch
import torch

from face_perception.api import make_detector, open_detector
from face_perception.backends import BackendOptions, open_backend
from face_perception.core.boxes import iou
from face_perception.core.preprocess import preprocess
from face_perception.models.spec import read_spec

from .config import Config
from .data.load import read_samples
from .data.sample import read_image
from .fold import fold_shapes
from .graph import DetectorGraph, TorchBackend
from .networks import DetectionNetwork
from .spec import make_spec, spec_dict
from .tensorrt_check import unknown_operators

OPSET, IR = 13, 7            # the newest that TensorRT 8.2 and onnxruntime 1.10 (Python 3.6) take
REFERENCE = 'reference.png'
CPU = BackendOptions(device='cpu')
WEIGHTS = 'weights.safetensors'
TOLERANCE = 1e-4             # largest difference of any output between torch and the exported file


class ExportError(RuntimeError):
    """The exported file is not what was trained, or breaks the rules of model.json."""


def write_onnx(graph: DetectorGraph, config: Config, path: pathlib.Path) -> None:
    """Export a DetectorGraph with the tensor names of model.json."""
    example = torch.zeros(1, 3, config.model.height, config.model.width)
    torch.onnx.export(graph.eval(), (example,), str(path), dynamo=False, opset_version=OPSET,
                      input_names=['image'], output_names=['boxes', 'scores'])
    finish_onnx(path)


def finish_onnx(path: pathlib.Path) -> None:
    """Fold the arithmetic of shapes in an exported file, and hold it to what the oldest runtimes take.

    Raises:
        ExportError: another opset or IR, more inputs than the image, or an operator that TensorRT 8.2 does not know.
    """
    model = fold_shapes(onnx.load(str(path)))
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))
    opset = {o.domain: o.version for o in model.opset_import}.get('')
    inputs = [i.name for i in model.graph.input]
    if opset != OPSET or model.ir_version != IR or inputs != ['image']:
        raise ExportError(f'expected opset {OPSET}, IR {IR} and the one input image, got opset {opset}, '
                          f'IR {model.ir_version}, inputs {inputs}; is this another torch than pyproject.toml pins?')
    unknown = unknown_operators(model)
    if unknown:
        raise ExportError(f'the parser of TensorRT 8.2 (Jetson Nano) does not know {", ".join(unknown)}; write this part of '
                          'the network with other operators')


def check_parity(net: DetectionNetwork, config: Config, folder: str | pathlib.Path,
                 images: Sequence[np.ndarray]) -> float:
    """Return the largest difference between torch and the exported file, or raise ExportError.

    Compared are all outputs on the same tensors, row by row, and the detections of the whole Detector.
    """
    spec = make_spec(config)
    graph = DetectorGraph(net, config)
    torch_backend = TorchBackend(graph, spec)
    exported = read_spec(str(folder))
    # On the CPU, where the tolerance holds.
    backend = open_backend('onnxruntime', str(folder), exported, CPU)
    worst = 0.0
    with open_detector(str(folder), 'onnxruntime', CPU) as robot:
        ours = make_detector(spec, torch_backend)
        for image in images:
            tensor, _ = preprocess(image, exported.input)
            worst = max(worst, difference(torch_backend.run(tensor), backend.run(tensor)))
            if worst > TOLERANCE:
                raise ExportError(f'torch and ONNX Runtime differ by {worst:.2e}, allowed is {TOLERANCE:.0e}')
            expected, found = ours.detect(image), robot.detect(image)
            same = len(expected) == len(found) and bool((expected.labels == found.labels).all())
            if not same or (len(found) and np.diag(iou(expected.boxes, found.boxes)).min() < 0.99):
                raise ExportError(f'torch finds {expected}, the exported file {found}')
    backend.close()
    return worst


def difference(expected: dict[str, np.ndarray], found: dict[str, np.ndarray]) -> float:
    """Return the largest absolute difference of two outputs of a DetectorGraph.

    Rows whose best scores differ by rounding alone may have changed places, so each row is held against
    its nearest twin of equal score; the last row's equals may even have fallen out of the top K.
    """
    rows = [np.concatenate([output['boxes'][0], output['scores'][0]], axis=1) for output in (expected, found)]
    best = [row[:, 4:].max(axis=1) for row in rows]
    worst = float(np.abs(best[0] - best[1]).max())
    if worst > TOLERANCE:
        return worst
    for row, score in zip(rows[0], best[0]):
        if score - best[0][-1] > TOLERANCE:
            twins = rows[1][np.abs(best[1] - score) <= TOLERANCE]
            worst = max(worst, float(np.abs(twins - row).max(axis=1).min()))
    return worst


def save_weights(net: torch.nn.Module, path: pathlib.Path) -> None:
    """Write a state dict as safetensors, whatever the memory format of the network."""
    # Not save_file: it leaves a file that only its owner may read, and models are shared.
    path.write_bytes(safetensors.torch.save({name: tensor.contiguous() for name, tensor in net.state_dict().items()}))


def make_reference(net: DetectionNetwork, config: Config, image: np.ndarray) -> dict[str, Any]:
    """Return proof.reference for a picture (height, width, 3) uint8 BGR: what torch finds on it."""
    graph = DetectorGraph(net, config)
    spec = make_spec(config)
    found = make_detector(spec, TorchBackend(graph, spec)).detect(image)
    faces = [{'label': label, 'score': round(score, 5), 'bbox': [round(v, 2) for v in box]}
             for label, score, box in zip(found.labels.tolist(), found.scores.tolist(), found.xywh().tolist())]
    return {'image': REFERENCE, 'detections': faces, 'tolerance': {'score': 0.02, 'iou': 0.9}}


def export(net: DetectionNetwork, config: Config, folder: str | pathlib.Path,
           images: Sequence[np.ndarray] | None = None, reference: np.ndarray | None = None) -> float:
    """Write model.onnx, model.json and weights.safetensors into `folder`; return the difference that check_parity found.

    images: pictures (height, width, 3) uint8 BGR for the parity check; by default 24 of the validation data.
    reference: a picture that travels with the model, with what torch finds on it, or None.
    """
    folder = pathlib.Path(folder)
    if images is None:
        samples = read_samples(config.data.val, config.data.labels)
        images = [read_image(s) for s in samples[::max(1, len(samples) // 24)]]
    graph = DetectorGraph(net, config)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = pathlib.Path(scratch) / config.model.name
        made.mkdir()
        write_onnx(graph, config, made / 'model.onnx')
        digest = hashlib.sha256((made / 'model.onnx').read_bytes()).hexdigest()
        proof = {} if reference is None else {'reference': make_reference(net, config, reference)}
        content = spec_dict(config, digest, proof)
        (made / 'model.json').write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
        worst = check_parity(net, config, made, images)
        folder.mkdir(exist_ok=True)
        # For those who train on from here; the runtime does not read it.
        save_weights(net, made / WEIGHTS)
        if reference is not None:
            cv2.imwrite(str(made / REFERENCE), reference)
        for path in made.iterdir():
            shutil.move(path, folder / path.name)
    return worst
