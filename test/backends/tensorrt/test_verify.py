# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Comparing with fp32 on the reference picture: one picture through networks of one image and of several."""
import blob_model
import cv2
import numpy as np
import pytest

from face_perception.backends import BackendError, BackendInfo
from face_perception.backends.tensorrt.verify import compare_with_fp32
from face_perception.models.spec import parse_spec

FACE = {'label': 'human', 'score': 0.9, 'bbox': [8, 6, 12, 9]}


def spec_of(*faces):
    reference = {'image': 'reference.png', 'tolerance': {'score': 0.01, 'iou': 0.9}, 'detections': list(faces)}
    return parse_spec(dict(blob_model.spec_data(32, 24), proof={'reference': reference}))


def info_of(precision='fp16', batch=1):
    return BackendInfo('tensorrt', '8.2', 'gpu', precision, 1, '', batch)


@pytest.fixture
def folder(tmp_path):
    cv2.imwrite(str(tmp_path / 'reference.png'), np.zeros((24, 32, 3), np.uint8))
    return str(tmp_path)


def answers(batch, *rows):
    """Return a run that answers every image of a batch with rows x1 y1 x2 y2 (input pixels) and human score."""
    def run(tensor):
        assert tensor.shape == (batch, 3, 24, 32)
        values = np.array(rows, np.float32).reshape(-1, 5)
        boxes, scores = values[:, :4] / (32, 24, 32, 24), np.stack([values[:, 4], 0 * values[:, 4]], axis=1)
        return {'boxes': np.repeat(boxes[None].astype(np.float32), batch, axis=0),
                'scores': np.repeat(scores[None], batch, axis=0)}
    return run


def test_no_face_where_none_is_expected_passes(folder):
    compare_with_fp32(folder, spec_of(), info_of(), answers(1))


@pytest.mark.parametrize('batch', [1, 4])
def test_a_face_as_expected_passes_and_another_does_not(folder, batch):
    compare_with_fp32(folder, spec_of(FACE), info_of(batch=batch), answers(batch, [8, 6, 20, 15, 0.895]))
    for other, words in (([9, 6, 23, 15, 0.9], 'no human at'), ([8, 6, 20, 15, 0.85], 'score 0.8500 instead of 0.9000'),
                         ([8, 6, 20, 15, np.nan], 'no human at')):
        with pytest.raises(BackendError, match='the fp16 engine of blobs is not used.*{}.*leave precision'.format(words)):
            compare_with_fp32(folder, spec_of(FACE), info_of(batch=batch), answers(batch, other))


def test_a_model_without_a_reference_runs_in_fp32_only(folder):
    spec = parse_spec(blob_model.spec_data(32, 24))
    compare_with_fp32(folder, spec, info_of('fp32'), None)
    with pytest.raises(BackendError, match='the int8 engine of blobs is not used: the model has no reference picture'):
        compare_with_fp32(folder, spec, info_of('int8'), None)
