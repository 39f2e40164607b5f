# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The checks that every backend shares."""
import blob_model
import numpy as np
import pytest

from face_perception.backends.base import BackendError, check_signature, check_tensor
from face_perception.models.spec import parse_spec

SPEC = parse_spec(blob_model.spec_data())
INPUTS = {'image': [1, 3, 240, 320]}
OUTPUTS = {'boxes': [1, 200, 4], 'scores': [1, 200, 2]}


def test_a_good_tensor_and_a_good_signature_pass():
    check_tensor(np.zeros((1, 3, 240, 320), np.float32), SPEC)
    check_signature(SPEC, INPUTS, OUTPUTS)
    check_signature(SPEC, INPUTS, dict(OUTPUTS, more=['N']))


@pytest.mark.parametrize('tensor, words', [
    (None, 'got NoneType'),
    (np.zeros((0,), np.float32), r'got \(0,\) float32'),
    (np.zeros((1, 3, 320, 240), np.float32), r'\(1, 3, 240, 320\) float32, got \(1, 3, 320, 240\)'),
    (np.zeros((1, 3, 240, 320)), 'got .* float64'),
    (np.zeros((1, 240, 320, 3), np.float32).transpose(0, 3, 1, 2), 'got non-contiguous'),
])
def test_a_wrong_tensor_is_refused(tensor, words):
    with pytest.raises(ValueError, match=words):
        check_tensor(tensor, SPEC)


@pytest.mark.parametrize('inputs, outputs, words', [
    ({}, OUTPUTS, 'the network has none'),
    ({'input': [1, 3, 240, 320]}, OUTPUTS, r'expects the input image \(1, .*\), the network has input'),
    ({'image': [1, 3, 320, 240]}, OUTPUTS, r'the network has image \(1, 3, 320, 240\)'),
    ({'image': ['N', 3, 240, 320]}, OUTPUTS, r"\('N', 3, 240, 320\)"),
    (dict(INPUTS, weight=[3]), OUTPUTS, 'the network has image .*, weight'),
    (INPUTS, {}, r"expects an output 'boxes' \(boxes\), the network has none"),
    (INPUTS, {'boxes': [1, 200, 4]}, "expects an output 'scores'"),
    (INPUTS, dict(OUTPUTS, boxes=[1, 200, 5]), r'expects boxes \(1, K, 4\)'),
    (INPUTS, dict(OUTPUTS, scores=[1, 200, 3]), r'scores \(1, K, 2\)'),
    (INPUTS, dict(OUTPUTS, scores=[1, 100, 2]), 'one fixed K'),
    (INPUTS, dict(boxes=[1, 'K', 4], scores=[1, 'K', 2]), 'one fixed K'),
    (INPUTS, dict(boxes=[1, None, 4], scores=[1, None, 2]), 'one fixed K'),
    (INPUTS, dict(boxes=[], scores=[]), 'one fixed K'),
])
def test_another_network_is_refused(inputs, outputs, words):
    with pytest.raises(BackendError, match=words):
        check_signature(SPEC, inputs, outputs)


def test_a_batch_is_asked_for_everywhere():
    check_tensor(np.zeros((4, 3, 240, 320), np.float32), SPEC, 4)
    check_signature(SPEC, {'image': [4, 3, 240, 320]}, {'boxes': [4, 200, 4], 'scores': [4, 200, 2]}, 4)
    with pytest.raises(ValueError, match=r'expected a C-contiguous array \(4, 3, 240, 320\)'):
        check_tensor(np.zeros((1, 3, 240, 320), np.float32), SPEC, 4)
    for inputs, outputs in [(INPUTS, OUTPUTS), ({'image': [4, 3, 240, 320]}, OUTPUTS)]:
        with pytest.raises(BackendError, match='4, '):
            check_signature(SPEC, inputs, outputs, 4)


def test_a_landmark_model_is_told_about_points():
    data = blob_model.spec_data()
    del data['labels'], data['defaults']
    spec = parse_spec(dict(data, task='landmarks', points=['right_eye', 'nose'], crop_margin=0.3))
    check_signature(spec, INPUTS, {'points': [1, 2, 3]})
    with pytest.raises(BackendError, match=r'expects points \(1, 2, 3\), x y score of each point, the network '
                                           r'has points \(1, 5, 3\)'):
        check_signature(spec, INPUTS, {'points': [1, 5, 3]})
