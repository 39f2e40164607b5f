# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A model that the tests of the demo share."""
import json

import pytest


@pytest.fixture
def blind_model(tmp_path):
    """Return the folder of a model without a network: with the backend 'fake' it sees no face anywhere."""
    folder = tmp_path / 'blind'
    folder.mkdir()
    (folder / 'model.json').write_text(json.dumps({
        'schema': 2, 'name': 'blind', 'task': 'detect',
        'input': {'width': 320, 'height': 240, 'colour': 'rgb', 'mean': [127, 127, 127],
                  'scale': [0.0078125, 0.0078125, 0.0078125], 'resize': 'stretch', 'pad': 0},
        'labels': ['human', 'cartoon'], 'files': {'fp32': {'path': 'model.onnx', 'sha256': '0' * 64, 'batch': 1}},
        'defaults': {'score_threshold': 0.5, 'nms_threshold': 0.4, 'max_faces': 100},
        'smallest_face': 10, 'largest_face': 240}))
    return folder
