# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Write a trained landmark network as a model folder, or leave nothing behind."""
import hashlib
import json
import pathlib
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import torch

from face_perception.backends import BackendOptions, open_backend
from face_perception.core.detections import Detections
from face_perception.core.landmarks import crop_squares, cut_out
from face_perception.models.spec import LandmarkSpec, read_spec

from ..export import OPSET, REFERENCE, TOLERANCE, WEIGHTS, ExportError, finish_onnx, save_weights
from .config import LandmarkConfig
from .crops import read_picture
from .faces import Face
from .graph import LandmarkGraph, torch_finder
from .networks import LandmarkNetwork
from .readers import read_faces
from .select import keep
from .spec import spec_dict

PARITY_FACES = 24


def write_onnx(net: LandmarkNetwork, config: LandmarkConfig, batch: int, path: pathlib.Path) -> None:
    """Export a network for a number of crops, with the tensor names of model.json."""
    example = torch.zeros(batch, 3, config.model.height, config.model.width)
    # The memory format of training would export transpositions that do nothing.
    graph = LandmarkGraph(net).eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    torch.onnx.export(graph, (example,), str(path), dynamo=False, opset_version=OPSET, input_names=['image'],
                      output_names=['points'])
    finish_onnx(path)


def check_parity(net: LandmarkNetwork, folder: str | pathlib.Path, faces: Sequence[Face]) -> float:
    """Return the largest difference between torch and the exported files of every batch, or raise ExportError."""
    spec = read_spec(str(folder))
    assert isinstance(spec, LandmarkSpec)
    graph, worst = LandmarkGraph(net).eval(), 0.0
    crops = np.concatenate([cut_out(read_picture(face), crop_squares(face.box[None], spec.crop_margin), spec.input)
                            for face in faces])
    with torch.inference_mode():
        expected = graph(torch.from_numpy(crops)).numpy()
    for batch in sorted({entry.batch for entry in spec.files.values()}):
        backend = open_backend('onnxruntime', str(folder), spec, BackendOptions(batch=batch))
        for first in range(0, len(crops) - batch + 1, batch):
            found = backend.run(crops[first:first + batch])['points']
            worst = max(worst, float(np.abs(found - expected[first:first + batch]).max()))
        backend.close()
    if worst > TOLERANCE:
        raise ExportError(f'torch and ONNX Runtime differ by {worst:.2e}, allowed is {TOLERANCE:.0e}')
    return worst


def make_reference(net: LandmarkNetwork, config: LandmarkConfig, image: np.ndarray, box: Sequence[float]) -> dict[str, Any]:
    """Return proof.reference for a face of a picture (height, width, 3) uint8 BGR: what torch finds in it.

    box: left, top, width, height in pixels.
    """
    left, top, width, height = box
    faces = Detections([[left, top, left + width, top + height]], [1], [''])
    found = torch_finder(net, config).find(image, faces)
    points = {name: [round(float(x), 2), round(float(y), 2), round(float(score), 4)]
              for name, (x, y), score in zip(found.names, found.points[0], found.scores[0])}
    return {'image': REFERENCE, 'faces': [{'bbox': [round(float(v), 2) for v in box], 'points': points}],
            'tolerance': {'distance': 0.01, 'score': 0.02}}


def export_landmarks(net: LandmarkNetwork, config: LandmarkConfig, folder: str | pathlib.Path,
                     faces: Sequence[Face] | None = None,
                     reference: tuple[np.ndarray, Sequence[float]] | None = None) -> float:
    """Write a network file for each batch, model.json and weights.safetensors; return the difference of check_parity.

    Args:
        net: to export.
        config: of its run.
        folder: of the model.
        faces: for the parity check; None: some of data.val.
        reference: a picture (height, width, 3) uint8 BGR that travels with the model, and the box of a face in it.
    """
    folder = pathlib.Path(folder)
    if faces is None:
        faces = keep(read_faces(config.data.val), config.data)
    faces = faces[::max(1, len(faces) // PARITY_FACES)]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = pathlib.Path(scratch) / config.model.name
        made.mkdir()
        files = {}
        for batch in config.export.batches:
            name = 'model.onnx' if batch == 1 else f'model_batch{batch}.onnx'
            write_onnx(net, config, batch, made / name)
            digest = hashlib.sha256((made / name).read_bytes()).hexdigest()
            files['fp32' if batch == 1 else f'fp32_batch{batch}'] = {'path': name, 'sha256': digest, 'batch': batch}
        proof = {} if reference is None else {'reference': make_reference(net, config, *reference)}
        (made / 'model.json').write_text(json.dumps(spec_dict(config, files, proof), indent=2) + '\n', encoding='utf-8')
        worst = check_parity(net, made, faces)
        folder.mkdir(exist_ok=True)
        save_weights(net, made / WEIGHTS)       # for those who train on from here
        if reference is not None:
            cv2.imwrite(str(made / REFERENCE), reference[0])
        for path in made.iterdir():
            shutil.move(path, folder / path.name)
    return worst
