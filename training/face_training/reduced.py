# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Network files of fp16 and int8 beside that of fp32, for builders that take the precision from the file (TensorRT 11).

TensorRT up to 10 lowers the precision itself and needs none of them.
"""
import hashlib
import importlib
import json
import pathlib
import shutil
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx

from face_perception.api import open_detector
from face_perception.backends.onnxruntime import import_library
from face_perception.core.preprocess import InputSpec, preprocess
from face_perception.media.formats import is_picture_name
from face_perception.media.images import read_image
from face_perception.models.reference import differences, read_reference
from face_perception.models.spec import read_spec

from .export import CPU, ExportError

# What turns outputs of the convolutions into boxes stays in fp32: a half has 11 bits, a box at 640 pixels needs more.
KEPT = ('Softmax', 'TopK', 'Exp', 'GatherElements', 'Gather', 'ReduceMax', 'Clip')
LEAST_PICTURES, MOST_PICTURES = 8, 500


class Pictures:
    """Hands pictures to the quantizer, which measures the ranges of values on them."""

    def __init__(self, pictures: Sequence[np.ndarray], spec: InputSpec) -> None:
        """Take (height, width, 3) uint8 BGR."""
        self._tensors = iter([{spec.name: preprocess(picture, spec)[0]} for picture in pictures])

    def get_next(self) -> dict[str, np.ndarray] | None:
        """Return the next feed, None after the last."""
        return next(self._tensors, None)


def read_pictures(folder: str | pathlib.Path) -> list[np.ndarray]:
    """Return the pictures of a folder, at most MOST_PICTURES, by name; other files are left out."""
    paths = sorted(path for path in pathlib.Path(folder).iterdir() if is_picture_name(path.name))
    return [read_image(str(path)) for path in paths[:MOST_PICTURES]]


def reduce(folder: str | pathlib.Path, precision: str, pictures: Sequence[np.ndarray] = ()) -> pathlib.Path:
    """Add a network file of a precision to a model folder and to its model.json; return its path.

    Args:
        folder: of a detection model with an fp32 file of batch 1 and a reference picture.
        precision: 'fp16' (types of the graph) or 'int8' (Q/DQ nodes, symmetric, weights by channel).
        pictures: int8: such as the robot sees, (height, width, 3) uint8 BGR.

    Raises:
        ExportError: what the new file finds on the reference picture is not what is expected; nothing is changed.
        ValueError: too few pictures.
    """
    folder = pathlib.Path(folder)
    spec = read_spec(str(folder))
    if precision == 'int8' and len(pictures) < LEAST_PICTURES:
        raise ValueError(f'int8 measures ranges on pictures: expected {LEAST_PICTURES} or more, got {len(pictures)}; '
                         'add --pictures FOLDER')
    source = folder / spec.files['fp32'].path
    name = f'model_{precision}.onnx'
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        made = pathlib.Path(scratch) / name
        if precision == 'fp16':
            model = halved(onnx.load(str(source)))
        else:
            tools = part_of_onnxruntime('quantization')
            tools.quantize_static(
                str(source), str(made), Pictures(pictures, spec.input), quant_format=tools.QuantFormat.QDQ, per_channel=True,
                activation_type=tools.QuantType.QInt8, weight_type=tools.QuantType.QInt8, op_types_to_quantize=['Conv'],
                extra_options={'ActivationSymmetric': True, 'WeightSymmetric': True, 'QuantizeBias': False})
            model = onnx.load(str(made))
        model.ir_version = onnx.load(str(source)).ir_version
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, str(made))
        entry = {'path': name, 'sha256': hashlib.sha256(made.read_bytes()).hexdigest(), 'batch': 1}
        content = json.loads((folder / 'model.json').read_text(encoding='utf-8'))
        check(folder, made, content, entry)
        shutil.move(made, folder / name)
    content['files'][precision] = entry
    (folder / 'model.json').write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
    return folder / name


def part_of_onnxruntime(name: str) -> Any:
    """Return a module of ONNX Runtime, whose telemetry is off."""
    import_library()
    return importlib.import_module(f'onnxruntime.{name}')


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a network whose types are fp16 but for its inputs, its outputs and KEPT."""
    model = part_of_onnxruntime('transformers.float16').convert_float_to_float16(
        model, keep_io_types=True, op_block_list=list(KEPT))
    # The converter casts a tensor once for each node that takes it, under one name, and puts the casts at the end.
    once = {tuple(node.output): node for node in model.graph.node}
    del model.graph.node[:]
    model.graph.node.extend(once.values())
    part_of_onnxruntime('transformers.onnx_model').OnnxModel(model).topological_sort()
    return model


def check(folder: pathlib.Path, made: pathlib.Path, content: dict[str, Any], entry: dict[str, Any]) -> None:
    """Raise ExportError unless a new file finds on the reference picture what its model is said to find."""
    reference = read_reference(read_spec(str(folder)))
    if reference is None:
        raise ExportError(f'{folder} has no reference picture to check a lower precision on; export it with --reference')
    trial = made.parent / 'trial'
    trial.mkdir()
    shutil.copy(made, trial)
    shutil.copy(folder / reference.image, trial)
    (trial / 'model.json').write_text(json.dumps(dict(content, files={'fp32': entry})), encoding='utf-8')
    with open_detector(str(trial), 'onnxruntime', CPU) as detector:
        found = detector.detect(read_image(str(folder / reference.image)))
        wrong = differences(reference, found, detector.thresholds.score_threshold)
    if wrong:
        raise ExportError(f'{made.name} finds other faces than fp32 on the reference picture: {"; ".join(wrong)}')
