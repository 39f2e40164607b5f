# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""EXTD: the published weights give the published outputs, and the counts are those of the paper."""
import cv2
import numpy as np
import pytest
import torch

from face_training.networks.extd import EXTD_LAYERS, Extd
from face_training.priors import make_priors


def tensor_of(path):
    rgb = cv2.imread(str(path))[:, :, ::-1].astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray((rgb - np.float32([123, 117, 104])).transpose(2, 0, 1)[None]))


def test_an_empty_batch_gives_no_rows():
    logits, regression = Extd(3).eval()(torch.zeros(0, 3, 240, 320))
    assert logits.shape == (0, 6406, 3) and regression.shape == (0, 6406, 4)


@pytest.mark.parametrize('size, count', [((320, 240), 6406), ((640, 640), 34125 - 8525)])
def test_there_is_one_prior_per_cell(size, count):
    priors = make_priors(*size, EXTD_LAYERS)
    logits, _ = Extd(2).eval()(torch.zeros(1, 3, size[1] // 4, size[0] // 4))
    assert logits.shape[1] == len(make_priors(size[0] // 4, size[1] // 4, EXTD_LAYERS))
    if size == (320, 240):
        assert len(priors) == count
        assert torch.allclose(priors[0], torch.tensor([2 / 320, 2 / 240, 16 / 320, 16 / 240]))
        assert priors[-1, 2] == pytest.approx(512 / 320)        # larger than the picture, and not cut


@pytest.mark.parametrize('width, paper', [(32, 0.063), (48, 0.1), (64, 0.16)])
def test_the_number_of_parameters_is_that_of_the_paper(width, paper):
    """Table 1, EXTD-FPN, in millions."""
    count = sum(parameter.numel() for parameter in Extd(2, width).parameters())
    assert count / 1e6 == pytest.approx(paper, rel=0.04)


@pytest.mark.parametrize('width', [32, 48, 64])
@pytest.mark.parametrize('picture', ['astronaut', 'collage'])
def test_the_published_weights_give_the_published_outputs(shared, width, picture):
    folder = shared / 'pretrained'
    net = Extd(2, width).eval()
    net.load_pretrained(folder / 'extd' / f'extd-{width}.safetensors')
    reference = np.load(folder / 'extd' / f'ref_extd-{width}_{picture}_320x240.npz')
    with torch.no_grad():
        logits, regression = net(tensor_of(folder / 'refimages' / f'{picture}_320x240.png'))
    assert np.abs(logits[0].numpy() - reference['logits']).max() < 1e-3
    assert np.abs(regression[0].numpy() - reference['loc']).max() < 1e-3


def test_widened_heads_share_the_probability_of_face_under_max_out():
    torch.manual_seed(0)
    net, wide, image = Extd(2).eval(), Extd(3).eval(), torch.rand(1, 3, 64, 96)
    wide.load_pretrained(net.state_dict())
    with torch.no_grad():
        face, both = (torch.softmax(each(image)[0], dim=-1) for each in (net, wide))
    assert torch.allclose(both[..., 1] + both[..., 2], face[..., 1], atol=1e-5)


@pytest.mark.parametrize('form', [dict(pyramid=False), dict(activation='relu'), dict(activation='leaky'), dict(width=48)])
def test_other_forms_build_and_share_their_blocks(form):
    net = Extd(3, **form).eval()
    parts = [*net.backbone_stages(), *net.extra_layers(), *(m for kind in net.heads().values() for m in kind)]
    assert {id(p) for part in parts for p in part.parameters()} == {id(p) for p in net.parameters()}
    assert net(torch.rand(1, 3, 64, 96))[0].shape == (1, len(make_priors(96, 64, EXTD_LAYERS)), 3)


def test_width_and_form_are_read_from_the_weights():
    narrow = Extd(3, 48, pyramid=False)
    again = Extd.from_state(narrow.state_dict(), 3)
    again.load_pretrained(narrow.state_dict())
    assert again.width == 48 and not len(again.upfeat)
