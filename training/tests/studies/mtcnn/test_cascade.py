# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The cascade gives the boxes of facenet-pytorch; its parts against cases worked out by hand."""
import json

import cv2
import numpy as np
import pytest
import torch
from studies.mtcnn.cascade import Cascade, Settings, cut, drop_nested, moved, pyramid, squares, windows
from studies.mtcnn.nets import Answer, new_stages

from face_perception.core.boxes import iou


def test_a_blank_picture_has_no_face(published):
    assert len(Cascade(published).detect(np.zeros((48, 64, 3), np.uint8))) == 0


def test_a_picture_smaller_than_a_face_has_none(published):
    assert len(Cascade(published).detect(np.zeros((5, 400, 3), np.uint8))) == 0


@pytest.mark.parametrize('name, faces', [
    ('astronaut_640x480', 1),   # one large face
    ('collage_640x480', 4),     # four faces of several sizes
    ('collage_320x240', 4),     # the same, small
])
def test_it_gives_the_detections_of_facenet_pytorch(published, shared, name, faces):
    folder = shared / 'pretrained'
    expected = json.loads((folder / 'mtcnn' / 'reference.json').read_text())[name]
    found = Cascade(published).detect(cv2.imread(str(folder / 'refimages' / f'{name}.png')))
    overlaps = iou(np.array(expected['boxes_xyxy'], np.float32), found.boxes)
    assert len(found) == len(expected['prob']) == faces and overlaps.max(axis=1).min() >= 0.99
    assert np.abs(found.scores[overlaps.argmax(axis=1)] - expected['prob']).max() < 1e-3


def test_strict_thresholds_let_nothing_through(published):
    image = np.random.default_rng(0).integers(0, 256, (100, 100, 3), np.uint8)
    assert len(Cascade(published, Settings(thresholds=(0.6, 0.7, 1.0))).detect(image)) == 0


@pytest.mark.parametrize('size, expected', [
    ((19, 100), []),                                # the smallest face does not fit
    ((20, 100), [0.6]),                             # just
    ((100, 29), [0.6, 0.6 * 0.709]),                # two levels: 29 * .4254 = 12.3
])
def test_levels_of_the_pyramid(size, expected):
    assert pyramid(*size, Settings()) == pytest.approx(expected)


def test_windows_stand_where_their_cell_does():
    scores = torch.full((1, 2, 2, 3), 0.0)
    scores[0, 1, 1, 2] = 5.0
    boxes, found, offsets = windows(Answer(scores, torch.arange(24.).reshape(1, 4, 2, 3)), 0.5, 0.6)
    # Column 2, row 1: (2 * 2 + 1) / .5 = 10, (2 * 1 + 1) / .5 = 6, (4 + 12) / .5 = 32, (2 + 12) / .5 = 28.
    assert boxes.tolist() == [[10, 6, 32, 28]] and found == pytest.approx(1 / (1 + np.exp(-5)))
    assert offsets.tolist() == [[5, 11, 17, 23]]


def test_corners_move_by_shares_of_the_side():
    boxes = np.array([[10, 20, 30, 60]], np.float32)
    offsets = np.array([[0.1, -0.1, 0.5, 0.25]], np.float32)
    assert moved(boxes, offsets, 0.0).tolist() == [[12, 16, 40, 70]]
    np.testing.assert_allclose(moved(boxes, offsets, 1.0), [[12.1, 15.9, 40.5, 70.25]], rtol=1e-6)


def test_squares_share_the_centre():
    assert squares(np.zeros((0, 4), np.float32)).shape == (0, 4)
    assert squares(np.array([[0, 0, 10, 20], [5, 5, 6, 6]], np.float32)).tolist() == [[-5, 0, 15, 20], [5, 5, 6, 6]]


def test_what_lies_outside_is_not_cut_out():
    image = np.zeros((20, 30, 3), np.uint8)
    image[:, :, 0] = 100                # blue
    image[:, 15:, 2] = 200              # red on the right
    boxes = np.array([[40, 0, 50, 10], [-5, -5, 10, 10], [21, 1, 30, 10]], np.float32)
    kept, crops = cut(image, boxes, 6)
    assert kept.tolist() == boxes[1:].tolist() and crops.shape == (2, 3, 6, 6)
    assert crops[0, 0].max() == 0 and crops[1, 0].min() == 200 and crops[:, 2].min() == 100
    assert cut(image, boxes[:1], 6)[1].shape == (0, 3, 6, 6)


def test_a_box_inside_another_is_dropped():
    boxes = np.array([[10, 10, 20, 20], [0, 0, 100, 100], [90, 90, 150, 150]], np.float32)
    assert drop_nested(boxes, np.array([0.5, 0.9, 0.8], np.float32), 0.7).tolist() == [1, 2]
    assert drop_nested(boxes[:0], np.zeros(0, np.float32), 0.7).tolist() == []


def test_the_nets_have_the_sizes_of_the_paper():
    stages = new_stages()
    for net, cells in zip(stages, ((1, 1), (), ())):
        answer = net(torch.zeros(2, 3, net.side, net.side))
        assert answer.logits.shape == (2, 2, *cells) and answer.offsets.shape == (2, 4, *cells)
    assert [sum(values.numel() for values in net.parameters()) for net in stages] == [6632, 100178, 389040]
