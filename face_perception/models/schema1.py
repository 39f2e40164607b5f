# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the model.json of version 0.1.0 (schema 1) as one of schema 2."""

from typing import Any, Dict, Tuple

from face_perception.models import checks

# The roles of the output tensors of each task, which schema 1 could give other names.
_ROLES = {'detect': ('boxes', 'scores'), 'landmarks': ('points',)}


def upgrade(data: Dict[str, Any]) -> Tuple[Dict[str, Any], Dict[str, str]]:
    """Return the same model as schema 2 says it, and {role: name of the output tensor}; raises SpecError."""
    task = checks.choice('task', data.get('task'), sorted(_ROLES))
    own = ['labels', 'defaults'] if task == 'detect' else ['points']
    checks.check_keys('the file', data, ['schema', 'name', 'task', 'input', 'outputs'] + own
                      + ['smallest_face', 'largest_face', 'sha256'], optional=['proof'])
    outputs = checks.check_keys('outputs', data['outputs'], _ROLES[task])
    checks.unique_texts('outputs', list(outputs.values()))
    sha256 = checks.sha256_text('sha256', data['sha256'])
    upgraded = {key: value for key, value in data.items() if key not in ('outputs', 'sha256')}
    upgraded['schema'] = 2
    upgraded['files'] = {'fp32': {'path': 'model.onnx', 'sha256': sha256, 'batch': 1}}
    if task == 'landmarks':
        upgraded['crop_margin'] = 0
    proof = data.get('proof')
    if isinstance(proof, dict) and 'golden' in proof:
        upgraded['proof'] = dict(proof)
        upgraded['proof']['reference'] = upgraded['proof'].pop('golden')
    return upgraded, dict(outputs)
