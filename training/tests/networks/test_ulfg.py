# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest
import torch

from face_training.networks import build
from face_training.networks.rfb import Rfb
from face_training.networks.slim import ULFG_LAYERS, Slim
from face_training.priors import decode, make_priors


def tensor_of(path):
    rgb = cv2.imread(str(path))[:, :, ::-1].astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray(((rgb - 127) / 128).transpose(2, 0, 1)[None]))


def test_an_empty_batch_gives_no_rows():
    logits, regression = Slim(3).eval()(torch.zeros(0, 3, 240, 320))
    assert logits.shape == (0, 4420, 3) and regression.shape == (0, 4420, 4)


def test_two_pictures_do_not_mix():
    net, images = Slim(3).eval(), torch.rand(2, 3, 240, 320)
    both, _ = net(images)
    single, _ = net(images[1:])
    assert torch.allclose(both[1:], single, atol=1e-5)


@pytest.mark.parametrize('network, numbers', [('slim', 264757), ('rfb', 281135)])
def test_the_size_is_that_of_the_published_networks(network, numbers):
    assert sum(tensor.numel() for tensor in build(network, 1).state_dict().values()) == numbers


@pytest.mark.parametrize('network', ['slim', 'rfb'])
def test_stages_extras_and_heads_are_all_there_is(network):
    net = build(network, 2)
    parts = [*net.backbone_stages(), *net.extra_layers(), *(m for kind in net.heads().values() for m in kind)]
    names = [id(p) for part in parts for p in part.parameters()]
    assert len(names) == len(set(names)) and set(names) == {id(p) for p in net.parameters()}


@pytest.mark.parametrize('network', [Slim, Rfb])
def test_a_pruned_network_loads_by_its_weights(network):
    narrow = network(3, (8, 16, 24, 24, 40, 40, 40, 64, 96, 88, 96, 160, 144, 32, 128))
    again = network.from_state(narrow.state_dict(), 3)
    again.load_pretrained(narrow.state_dict())
    assert again.channels == narrow.channels
    image = torch.rand(1, 3, 64, 96)
    assert torch.equal(narrow.eval()(image)[0], again.eval()(image)[0])


def test_weights_of_another_network_are_refused():
    with pytest.raises(ValueError, match='these weights are not those of Slim: .* the first is base_net.7'):
        Slim(3).load_pretrained(Rfb(3).state_dict())


@pytest.mark.parametrize('model, picture, size', [
    ('slim-320', 'astronaut', (320, 240)), ('slim-320', 'collage', (320, 240)), ('slim-640', 'astronaut', (640, 480)),
    ('rfb-320', 'astronaut', (320, 240)), ('rfb-320', 'collage', (320, 240)), ('rfb-640', 'astronaut', (640, 480))])
def test_the_published_weights_give_the_published_outputs(shared, model, picture, size):
    folder = shared / 'pretrained'
    net = (Slim if model.startswith('slim') else Rfb)(2).eval()
    net.load_pretrained(folder / 'ulfg' / f'{model}.safetensors')
    reference = np.load(folder / 'ulfg' / f'ref_{model}_{picture}.npz')
    with torch.no_grad():
        logits, regression = net(tensor_of(folder / 'refimages' / f'{picture}_{size[0]}x{size[1]}.png'))
    assert np.abs(logits[0].numpy() - reference['logits']).max() < 1e-4
    assert np.abs(regression[0].numpy() - reference['loc']).max() < 1e-4
    if 'boxes' in reference:
        assert np.abs(decode(regression, make_priors(*size, ULFG_LAYERS))[0].numpy() - reference['boxes']).max() < 1e-5


def test_the_widened_head_shares_the_probability_of_face(shared):
    folder = shared / 'pretrained'
    weights = folder / 'ulfg' / 'slim-320.safetensors'
    image = tensor_of(folder / 'refimages' / 'astronaut_320x240.png')
    reference = np.load(folder / 'ulfg' / 'ref_slim-320_astronaut.npz')
    face = torch.softmax(torch.from_numpy(reference['logits']), dim=-1)[:, 1]
    with torch.no_grad():
        wide = torch.softmax(build('slim', 2, weights).eval()(image)[0][0], dim=-1)
    assert torch.allclose(wide[:, 1] + wide[:, 2], face, atol=1e-5)
    assert torch.allclose(wide[:, 1], wide[:, 2], atol=1e-6)


def test_training_and_evaluation_convolve_alike():
    # In training a strided depthwise convolution is computed another way; batch norm is held still to compare.
    torch.manual_seed(0)
    net, image = Slim(3), torch.rand(1, 3, 96, 128)
    expected, _ = net.eval()(image)
    net.train()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()
    found, _ = net(image)
    assert torch.allclose(found, expected, atol=1e-5)


def test_an_unknown_network_is_named():
    with pytest.raises(ValueError, match="model.network must be one of .*slim.*, got 'slam'"):
        build('slam', 2)
