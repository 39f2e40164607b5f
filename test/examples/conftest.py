# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The modules of examples/demo can be imported as the demo itself does."""
import json
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / 'examples' / 'demo'
if str(DEMO) not in sys.path:
    sys.path.insert(0, str(DEMO))


@pytest.fixture
def blind_model(tmp_path):
    """Return the folder of a model without a network: with the backend 'fake' it sees no face anywhere."""
    folder = tmp_path / 'blind'
    folder.mkdir()
    (folder / 'model.json').write_text(json.dumps({
        'schema': 1, 'name': 'blind', 'task': 'detect',
        'input': {'name': 'image', 'width': 320, 'height': 240, 'colour': 'rgb', 'mean': [127, 127, 127],
                  'scale': [0.0078125, 0.0078125, 0.0078125], 'resize': 'stretch', 'pad': 0},
        'outputs': {'boxes': 'boxes', 'scores': 'scores'}, 'labels': ['human', 'cartoon'],
        'defaults': {'score_threshold': 0.5, 'nms_threshold': 0.4, 'max_faces': 100},
        'smallest_face': 10, 'largest_face': 240, 'sha256': '0' * 64}))
    return folder
