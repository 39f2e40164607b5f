# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from face_training.networks.slim import ULFG_LAYERS
from face_training.priors import PriorLayer, decode, encode, layer_slices, make_priors, to_corners


def test_no_boxes_stay_no_boxes():
    assert to_corners(torch.zeros(0, 4)).shape == (0, 4)


def test_two_boxes_become_their_corners():
    corners = to_corners(torch.tensor([[0.5, 0.5, 0.2, 0.4], [0.25, 0.5, 0.5, 1.0]]))
    assert torch.allclose(corners, torch.tensor([[0.4, 0.3, 0.6, 0.7], [0.0, 0.0, 0.5, 1.0]]))


@pytest.mark.parametrize('width, height, count', [(320, 240, 4420), (640, 480, 17640)])
def test_the_number_of_priors_is_that_of_the_published_networks(width, height, count):
    assert make_priors(width, height, ULFG_LAYERS).shape == (count, 4)


def test_centres_divide_by_the_feature_map_not_by_the_stride():
    # 240 / 32 is 7.5, the map has 8 rows: the last row of stride 32 lies at 7.5 / 8.
    priors = make_priors(320, 240, ULFG_LAYERS)
    of_stride_32 = priors[3 * 1200 + 2 * 300:][:160]
    assert of_stride_32[-1, 1].item() == pytest.approx(7.5 / 8)


def test_what_is_encoded_decodes_to_itself():
    priors = make_priors(320, 240, ULFG_LAYERS)
    boxes = to_corners(priors) * 0.9 + 0.03
    assert torch.allclose(decode(encode(boxes, priors), priors), boxes, atol=1e-5)


def test_ratios_keep_the_area_and_extra_squares_come_second():
    """One cell of SSD300's first map of six boxes, by hand (Liu et al. 2016, section 2.2)."""
    layer = PriorLayer(300, (60,), ratios=(1, 2, 1 / 2, 3, 1 / 3), extra_sides=((60 * 111) ** 0.5,))
    priors = make_priors(300, 300, [layer])
    assert torch.allclose(priors[:, :2], torch.full((6, 2), 0.5))
    sides = priors[:, 2:] * 300
    first = torch.tensor([[60, 60], [81.609, 81.609], [84.853, 42.426], [42.426, 84.853]])
    assert torch.allclose(sides[:4], first, atol=1e-2)
    assert torch.allclose(sides[2:].prod(1), torch.full((4,), 3600.0), rtol=1e-4)


def test_layers_take_their_slices_in_order():
    assert layer_slices(320, 240, []) == []
    slices = layer_slices(320, 240, ULFG_LAYERS)
    assert [(part.start, part.stop) for part in slices] == [(0, 3600), (3600, 4200), (4200, 4360), (4360, 4420)]
