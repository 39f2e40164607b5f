# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Peers find the face that their authors' own code finds."""
import cv2
import numpy as np
import pytest

from face_perception.core.boxes import iou
from face_training.compare.peers import PEERS, decode_blazeface, open_peer, open_peers, rgb


def test_without_files_every_peer_is_left_out_with_a_reason(tmp_path):
    there, left_out = open_peers(tmp_path)
    assert there == [] and len(left_out) == len(PEERS) and 'YuNet n is left out: there is no' in ' '.join(left_out)


def test_blazeface_by_hand():
    outputs = {'regressors': np.zeros((1, 896, 16), np.float32), 'classificators': np.full((1, 896, 1), -80, np.float32)}
    outputs['regressors'][0, 2, :4] = 12.8, 0, 25.6, 12.8          # the second cell of the first row, its first anchor
    outputs['classificators'][0, 2] = 0
    made = decode_blazeface(outputs, rgb(128, 128, 0, 1))
    assert made['scores'][0, 2, 0] == pytest.approx(0.5)
    assert made['boxes'][0, 2] == pytest.approx([1.5 / 16 + 0.1 - 0.1, 0.5 / 16 - 0.05, 1.5 / 16 + 0.2, 0.5 / 16 + 0.05])


@pytest.fixture
def astronaut(shared):
    return cv2.imread(str(shared / 'pretrained' / 'refimages' / 'astronaut_320x240.png'))


@pytest.mark.parametrize('peer', PEERS, ids=lambda peer: peer.name)
def test_each_finds_the_astronaut(peer, shared, astronaut):
    faces = open_peer(peer, shared / 'peers').detector.detect(astronaut)
    assert len(faces) == 1 and faces.scores[0] > 0.85
    face_by_eye = np.float32([[110, 29, 170, 83]])
    assert iou(faces.boxes, face_by_eye)[0, 0] > 0.5, faces


def test_yunet_decodes_as_opencv_does(shared, astronaut):
    """OpenCV's FaceDetectorYN decodes the same file; box means are ours, so the boxes differ by a little."""
    path = shared / 'peers' / 'yunet' / 'yunet_n_320_320.onnx'
    if not hasattr(cv2, 'FaceDetectorYN'):
        pytest.skip('this OpenCV has no FaceDetectorYN')
    padded = cv2.copyMakeBorder(astronaut, 0, 80, 0, 0, cv2.BORDER_CONSTANT)
    theirs = cv2.FaceDetectorYN.create(str(path), '', (320, 320), 0.5).detect(padded)[1]
    peer = next(peer for peer in PEERS if peer.name == 'YuNet n')
    ours = open_peer(peer, shared / 'peers').detector.detect(astronaut)
    assert len(theirs) == len(ours) == 1
    box = np.float32([[*theirs[0, :2], *(theirs[0, :2] + theirs[0, 2:4])]])
    assert iou(box, ours.boxes)[0, 0] > 0.9 and abs(theirs[0, 14] - ours.scores[0]) < 0.02
