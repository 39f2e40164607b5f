# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The model.json of a trained model: everything comes from its config, nothing is typed again."""
from typing import Any

from face_perception.models.spec import DetectionSpec, parse_spec

from .config import Config

UNKNOWN_SHA256 = '0' * 64         # of a network that is not exported yet


def spec_dict(config: Config, sha256: str = UNKNOWN_SHA256, proof: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the content of model.json for a Config."""
    return {
        'schema': 2,
        'name': config.model.name,
        'task': 'detect',
        'input': {'width': config.model.width, 'height': config.model.height, 'colour': 'rgb',
                  'mean': list(config.model.mean), 'scale': list(config.model.scale),
                  'resize': 'stretch', 'pad': 127},         # as data.augment.view_matrix looks at pictures
        'labels': list(config.data.labels),
        'defaults': {'score_threshold': config.export.score_threshold,
                     'nms_threshold': config.export.nms_threshold, 'max_faces': config.export.max_faces},
        'smallest_face': config.export.smallest_face,
        'largest_face': config.export.largest_face,
        'files': {'fp32': {'path': 'model.onnx', 'sha256': sha256, 'batch': 1}},
        'proof': proof or {},
    }


def make_spec(config: Config) -> DetectionSpec:
    """Return the runtime's DetectionSpec of a model that is still in training."""
    spec = parse_spec(spec_dict(config))
    assert isinstance(spec, DetectionSpec)
    return spec
