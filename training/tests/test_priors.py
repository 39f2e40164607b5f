# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
from face_training.priors import decode, encode, make_priors, to_corners


def test_no_boxes_stay_no_boxes():
    assert to_corners(torch.zeros(0, 4)).shape == (0, 4)


def test_two_boxes_become_their_corners():
    corners = to_corners(torch.tensor([[0.5, 0.5, 0.2, 0.4], [0.25, 0.5, 0.5, 1.0]]))
    assert torch.allclose(corners, torch.tensor([[0.4, 0.3, 0.6, 0.7], [0.0, 0.0, 0.5, 1.0]]))


@pytest.mark.parametrize('width, height, count', [(320, 240, 4420), (640, 480, 17640)])
def test_the_number_of_priors_is_that_of_the_published_networks(width, height, count):
    assert make_priors(width, height).shape == (count, 4)


def test_centres_divide_by_the_feature_map_not_by_the_stride():
    # 240 / 32 is 7.5, the map has 8 rows: the last row of stride 32 lies at 7.5 / 8.
    priors = make_priors(320, 240)
    of_stride_32 = priors[3 * 1200 + 2 * 300:][:160]
    assert of_stride_32[-1, 1].item() == pytest.approx(7.5 / 8)


def test_what_is_encoded_decodes_to_itself():
    priors = make_priors(320, 240)
    boxes = to_corners(priors) * 0.9 + 0.03
    assert torch.allclose(decode(encode(boxes, priors), priors), boxes, atol=1e-5)
