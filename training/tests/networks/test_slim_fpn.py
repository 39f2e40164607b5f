# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from face_training.networks import build
from face_training.networks.slim import Slim
from face_training.networks.slim_fpn import SlimFpn


def test_an_empty_batch_gives_the_rows_of_slim():
    logits, regression = SlimFpn(3).eval()(torch.zeros(0, 3, 240, 320))
    assert logits.shape == (0, 4420, 3) and regression.shape == (0, 4420, 4)


def test_with_the_weights_of_slim_it_starts_as_slim():
    slim, net = Slim(3).eval(), SlimFpn(3).eval()
    net.load_pretrained(slim.state_dict())
    images = torch.rand(2, 3, 240, 320)
    assert all(torch.equal(one, other) for one, other in zip(slim(images), net(images), strict=True))


def test_a_finer_map_hears_of_a_coarser_one_once_the_path_has_weights():
    net, image = SlimFpn(3).eval(), torch.rand(1, 3, 64, 96)
    before = net.features(image)
    torch.nn.init.ones_(net.top_down[0][1].weight)
    after = net.features(image)
    assert not torch.equal(before[0], after[0])
    assert all(torch.equal(one, other) for one, other in zip(before[1:], after[1:], strict=True))


def test_its_own_weights_load_again():
    net = build('slim_fpn', 2)
    torch.nn.init.normal_(net.top_down[1][1].weight)
    again = build('slim_fpn', 2)
    again.load_pretrained(net.state_dict())
    assert torch.equal(again.top_down[1][1].weight, net.top_down[1][1].weight)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match='these weights are not those of SlimFpn'):
        SlimFpn(3).load_pretrained(build('rfb', 2).state_dict())


def test_the_path_is_light():
    extra = sum(p.numel() for p in SlimFpn(3).parameters()) - sum(p.numel() for p in Slim(3).parameters())
    assert extra == 64 * 128 + 128 * 256 + 256 * 256 + 2 * (64 + 128 + 256)
