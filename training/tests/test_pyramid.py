# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Slim and RFB that look at an image and at half of it."""
import importlib.util
import pathlib

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional

from face_training.config import ConfigError, read_config
from face_training.cost import cost
from face_training.export import export
from face_training.graph import DetectorGraph
from face_training.networks import build
from face_training.priors import layer_slices, make_priors
from face_training.pyramid import Pyramid
from face_training.tensorrt_check import compile_onnx

CONFIG = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_640.yaml'
SMALL = ['model.width=192', 'model.height=128', 'model.pretrained=""', 'export.top_k=50', 'export.score_threshold=0.99']


def test_an_empty_batch_gives_the_rows_of_its_priors():
    pyramid = Pyramid(build('slim', 2)).eval()
    logits, regression = pyramid(torch.zeros(0, 3, 480, 640))
    rows = len(make_priors(640, 480, pyramid.layers))
    assert logits.shape == (0, rows, 3) and regression.shape == (0, rows, 4)


@pytest.mark.parametrize('network', ['slim', 'rfb'])
@pytest.mark.parametrize('width, height', [(640, 480), (352, 208)], ids=['as shipped', 'strides leave a rest'])
def test_small_faces_come_from_the_image_and_larger_ones_from_that_of_half_size(network, width, height):
    torch.manual_seed(0)
    net, image = build(network, 2).eval(), torch.rand(2, 3, height, width)
    pyramid = Pyramid(net)
    half = functional.interpolate(image, scale_factor=0.5, mode='area')
    joined = *pyramid(image), make_priors(width, height, pyramid.layers)[None]
    whole = *net(image), make_priors(width, height, net.layers)[None]
    coarse = *net(half), make_priors(width // 2, height // 2, net.layers)[None]
    ours = layer_slices(width, height, pyramid.layers)
    theirs = [(whole, part) for part in layer_slices(width, height, net.layers)[:2]] + [
        (coarse, part) for part in layer_slices(width // 2, height // 2, net.layers)[1:]]
    assert len(ours) == len(theirs) == 5
    for own, (outputs, part) in zip(ours, theirs, strict=True):
        for mine, other in zip(joined, outputs, strict=True):       # labels, boxes, and the priors that boxes are read by
            torch.testing.assert_close(mine[:, own], other[:, part], rtol=1e-4, atol=1e-5)


def test_sides_of_priors_rise_from_10_to_512_pixels_and_none_is_there_twice():
    sides = [side for layer in Pyramid(build('slim', 2)).layers for side in layer.sides]
    assert sides == sorted(set(sides)) and (sides[0], sides[-1]) == (10, 512)


def test_it_costs_a_ninth_more_and_no_weight():
    net = build('slim', 2)
    one, two = cost(net, 640, 480), cost(Pyramid(net), 640, 480)
    assert two.parameters == one.parameters and 1.1 < two.multiply_adds / one.multiply_adds < 1.2


@pytest.mark.parametrize('network, side', [('slim', 443), ('rfb', 539)])
def test_the_coarsest_head_sees_less_than_the_width_of_the_image(network, side):
    net = build(network, 2).eval().double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.abs_().add_(1e-3)         # so that nothing cancels out
    image = torch.ones(1, 3, 1024, 1024, dtype=torch.double, requires_grad=True)
    out = net.classification_headers[3](net.features(image)[3])
    out[0, :, 8, 8].sum().backward()
    seen = image.grad.abs().sum((0, 1, 2)).nonzero()
    assert seen.max() - seen.min() + 1 == side < 640


@pytest.mark.parametrize('network', ['slim', 'rfb'])
def test_the_export_gives_what_torch_gives(drawn, tmp_path, network):
    torch.manual_seed(0)
    config = read_config(CONFIG, [*SMALL, f'data.train={drawn}', f'data.val={drawn}', f'model.network={network}'])
    image = np.random.default_rng(0).integers(0, 255, (128, 192, 3), dtype=np.uint8)
    # export() refuses a file whose outputs differ by more than 1e-4.
    assert export(build(network, 2).eval(), config, tmp_path / 'made', [image, cv2.blur(image, (9, 9))]) <= 1e-4
    if importlib.util.find_spec('tensorrt_rtx'):        # test_tensorrt_check.py says how to get it
        assert set(compile_onnx(tmp_path / 'made' / 'model.onnx').outputs) == {'boxes', 'scores'}


def test_the_yaml_decides():
    net = build('slim', 2).eval()
    priors = [len(DetectorGraph(net, read_config(CONFIG, [*SMALL, f'export.pyramid={word}'])).priors)
              for word in ('true', 'false')]
    assert priors == [len(make_priors(192, 128, layers)) for layers in (Pyramid(net).layers, net.layers)]


@pytest.mark.parametrize('change, words', [
    ('model.network=extd', 'export.pyramid is for slim and rfb, got model.network extd'),       # strides of its own
    ('model.network=slim_fpn', 'export.pyramid is for slim and rfb, got model.network slim_fpn'),    # needs the coarse maps
    ('model.width=641', 'expected even numbers, got 641 and 480'),                              # cannot be halved
])
def test_what_cannot_look_twice_is_refused_before_it_is_trained(change, words):
    with pytest.raises(ConfigError, match=words):
        read_config(CONFIG, [change])


@pytest.mark.parametrize('network', ['extd', 'slim_fpn'])
def test_other_networks_are_refused(network):
    with pytest.raises(ValueError, match='export.pyramid is for slim and rfb, got'):
        Pyramid(build(network, 2))
