# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The model.json of a landmark network: everything comes from its config, nothing is typed again."""
from typing import Any

from face_perception.models.spec import LandmarkSpec, parse_spec

from ..spec import UNKNOWN_SHA256
from .config import LandmarkConfig


def spec_dict(config: LandmarkConfig, files: dict[str, Any] | None = None,
              proof: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the content of model.json for a config; files: as there, by default one that is not exported yet."""
    model = config.model
    return {
        'schema': 2,
        'name': model.name,
        'task': 'landmarks',
        'input': {'width': model.width, 'height': model.height, 'colour': 'rgb', 'mean': list(model.mean),
                  'scale': list(model.scale), 'resize': 'stretch', 'pad': model.pad},
        'points': list(config.data.points),
        'crop_margin': model.crop_margin,
        'smallest_face': config.export.smallest_face,
        'largest_face': config.export.largest_face,
        'files': files or {'fp32': {'path': 'model.onnx', 'sha256': UNKNOWN_SHA256, 'batch': 1}},
        'proof': proof or {},
    }


def make_spec(config: LandmarkConfig) -> LandmarkSpec:
    """Return the runtime's LandmarkSpec of a model that is still in training."""
    spec = parse_spec(spec_dict(config))
    assert isinstance(spec, LandmarkSpec)
    return spec
