# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a cascade as a model folder: one ONNX file, which Detector, benchmark and node run unchanged."""
import hashlib
import json
import pathlib

import torch

from face_perception.models.spec import parse_spec
from face_training.export import OPSET, finish_onnx

from .cascade import Settings
from .graph import LIMITS, CascadeGraph
from .nets import Stages

# facenet-pytorch's thresholds; that of O-Net is the user's, so the network itself only drops what is hopeless.
EXPORTED = Settings(thresholds=(0.6, 0.7, 0.1))


def export_cascade(stages: Stages, folder: pathlib.Path, width: int = 480, height: int = 360, label: str = 'cartoon',
                   settings: Settings = EXPORTED) -> pathlib.Path:
    """Write model.onnx and model.json; return the folder, whose name is that of the model.

    Raises:
        ExportError: the network is not what the oldest runtimes take.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / 'model.onnx'
    torch.onnx.export(CascadeGraph(stages, width, height, settings).eval(), (torch.zeros(1, 3, height, width),), str(path),
                      dynamo=False, opset_version=OPSET, input_names=['image'], output_names=['boxes', 'scores'])
    finish_onnx(path)
    content = {
        'schema': 2, 'name': folder.name, 'task': 'detect',
        'input': {'width': width, 'height': height, 'colour': 'rgb', 'mean': [127.5] * 3, 'scale': [0.0078125] * 3,
                  'resize': 'stretch', 'pad': 127},
        # The cascade has suppressed already, by the share of the smaller box; .7 of the union takes nothing more away.
        'labels': [label], 'defaults': {'score_threshold': 0.7, 'nms_threshold': 0.7, 'max_faces': LIMITS.output},
        'smallest_face': int(settings.smallest), 'largest_face': min(width, height),
        'files': {'fp32': {'path': path.name, 'sha256': hashlib.sha256(path.read_bytes()).hexdigest(), 'batch': 1}},
        'proof': {},
    }
    parse_spec(content)
    (folder / 'model.json').write_text(json.dumps(content, indent=2) + '\n', encoding='utf-8')
    return folder
