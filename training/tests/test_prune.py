# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A pruned network is narrower, trains on and has the priors it had."""
import pathlib

import pytest
import torch

from face_training.config import read_config
from face_training.cost import cost
from face_training.networks import build
from face_training.networks.extd import Extd
from face_training.prune import prune, write_pruned
from face_training.train import load_run, train

CONFIG = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_320.yaml'


@pytest.mark.parametrize('network', ['slim', 'rfb'])
def test_narrower_with_the_same_outputs(network):
    torch.manual_seed(0)
    net = build(network, 2).eval()
    pruned = prune(net, 0.3, 96, 64)
    image = torch.rand(1, 3, 64, 96)
    assert [a.shape for a in pruned(image)] == [a.shape for a in net(image)]
    assert cost(pruned, 96, 64).multiply_adds < 0.8 * cost(net, 96, 64).multiply_adds
    assert cost(pruned, 96, 64).parameters < 0.8 * cost(net, 96, 64).parameters


def test_what_cannot_be_pruned_is_refused():
    with pytest.raises(ValueError, match='prune takes slim and rfb, got Extd'):
        prune(Extd(3, 32), 0.3, 96, 64)
    with pytest.raises(ValueError, match='--share must lie between 0 and 1, got 1'):
        prune(build('slim', 2), 1, 96, 64)


def test_the_usual_training_goes_on_from_it(drawn, tmp_path):
    config = read_config(CONFIG, [
        'stages=[]', f'data.train={drawn}', f'data.val={drawn}', 'data.workers=0', 'model.width=96',
        'model.height=64', 'model.pretrained=""', 'schedule.epochs=1', 'schedule.head_epochs=0',
        'schedule.precision=32-true', 'export.top_k=20'])
    text = write_pruned(build('slim', 2), config, tmp_path / 'pruned', 0.5)
    assert text.splitlines()[2].startswith('| before | 0.268')
    before, _ = load_run(tmp_path / 'pruned')       # as evaluate and export take it
    assert max(before.channels) <= 128
    run = train(read_config(tmp_path / 'pruned' / 'config.yaml'), tmp_path / 'run', device='cpu')
    net, _ = load_run(run)
    assert net.channels[12] <= 128 and max(net.channels) <= 128
