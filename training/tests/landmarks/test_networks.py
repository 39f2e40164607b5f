# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What each landmark network is made of, and that it learns."""
import pytest
import safetensors.torch
import torch

from face_training.cost import cost
from face_training.landmarks.augment import augmented_crops
from face_training.landmarks.config import Augment, Loss, Model
from face_training.landmarks.crops import load_faces
from face_training.landmarks.losses import loss_terms
from face_training.landmarks.networks import NETWORKS, build
from face_training.landmarks.readers import read_faces

FOUR = ('right_eye', 'left_eye', 'nose', 'mouth')
FIVE = ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left')


def parameters(net):
    return sum(parameter.numel() for parameter in net.parameters())


@pytest.mark.parametrize(('name', 'points', 'side', 'count'), [
    # Convolutions 521,536, batch norm 1,984, heads 18,432 x 8 + 8 and 18,432 x 4 + 4.
    ('net', 4, 224, 744_716),
    # Convolutions 1,550,976, then 512 x 14 x 14 x 1024 + 1024, heads of 8 and 4.
    ('landmark_and_bbox', 4, 224, 104_324_748),
    # Convolutions 521,536, then 512 x 6 x 6 to 1024, 512 and 8.
    ('nalbert', 4, 224, 19_925_832),
    ('tiny', 5, 64, 94_947), ('tiny_regression', 5, 64, 110_351)])
def test_parameters(name, points, side, count):
    with torch.device('meta'):
        net = build(name, points, side, side)
        answer = net(torch.zeros(2, 3, side, side))
    assert parameters(net) == count
    assert answer.points.shape == (2, points, 2)
    assert (answer.box is None) == (name not in ('net', 'landmark_and_bbox'))
    assert (answer.scores is None) == (not name.startswith('tiny'))


def test_tiny_is_a_twentieth_of_nalbert_and_far_cheaper():
    with torch.device('meta'):
        tiny, nalbert = build('tiny', 5, 64, 64), build('nalbert', 4, 224, 224)
    assert parameters(tiny) <= min(200_000, parameters(nalbert) / 20)
    assert cost(tiny, 64, 64).multiply_adds < cost(nalbert, 224, 224).multiply_adds / 20


@pytest.mark.parametrize('side', [64, 80, 112])
def test_heat_maps_hold_every_place_of_the_crop(side):
    """A map with all its weight in one cell is a point in the middle of that cell."""
    net = build('tiny', 5, side, side).eval()
    cells = side // 4
    assert (len(net.across), len(net.down)) == (cells, cells)
    assert net.across[0].item() == pytest.approx(2 / side) and net.across[-1].item() == pytest.approx(1 - 2 / side)
    points = net(torch.zeros(1, 3, side, side)).points
    assert (points > 0).all() and (points < 1).all()


@pytest.mark.parametrize('name', sorted(NETWORKS))
def test_the_loss_falls(name, drawn_faces):
    """Some steps on drawn faces; small inputs, as the large ones of the report cost minutes."""
    side = 48 if name == 'landmark_and_bbox' else 64
    names = FIVE if name.startswith('tiny') else FOUR
    torch.manual_seed(0)
    net = build(name, len(names), side, side).train()
    model = Model(name='m', network=name, width=side, height=side)
    faces = load_faces(read_faces(drawn_faces)[:4], 96, 2.2, 127)
    settings = Loss(points='mse', normalise=True, box_weight=1.0)
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    losses = []
    for _ in range(12):
        crops = augmented_crops(faces, model, Augment(rotate=0), torch.Generator().manual_seed(0))
        loss = torch.stack(list(loss_terms(net(crops.images), crops, names, settings).values())).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_other_weights_and_unknown_names_are_one_sentence(tmp_path):
    with pytest.raises(ValueError, match='model.network must be one of'):
        build('vast', 5, 64, 64)
    with pytest.raises(ValueError, match='too small'):
        build('nalbert', 4, 40, 40)
    weights = tmp_path / 'w.safetensors'
    safetensors.torch.save_file(build('tiny_regression', 5, 64, 64).state_dict(), weights)
    with pytest.raises(ValueError, match='holds no weights of this Tiny'):
        build('tiny', 5, 64, 64, weights)
    build('tiny_regression', 5, 64, 64, weights)
