# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every way of assigning priors, every loss and every schedule trains; the recipe of EXTD's paper is a yaml."""
import csv
import pathlib

import pytest
import torch

from face_training.config import read_config
from face_training.networks.extd import Extd
from face_training.train import Training, load_run, train

from .test_train import STILL, small_config

EXTD = pathlib.Path(__file__).parents[1] / 'configs' / 'extd_fpn_32.yaml'


@pytest.mark.parametrize('settings', [
    ['loss.assign=simota', 'loss.candidates=10', 'loss.box_loss=eiou'],          # as YuNet
    ['loss.assign=atss', 'loss.ignore_iou=0.5', 'loss.label_loss=focal', 'loss.box_loss=giou'],
    ['loss.assign=s3fd', 'loss.ignore_iou=0.35', 'loss.label_norm=used', 'loss.label_weight=4', 'schedule.decay=multistep'],
    ['schedule.extra_rate=0.05'],
    ['schedule.optimiser=adamw', 'schedule.weight_decay=0.01'],
], ids=lambda settings: settings[0])
def test_the_losses_fall(drawn, tmp_path, settings):
    config = small_config(drawn, *STILL, *settings, epochs=8, head_epochs=0, head_rate=0.02, base_rate=0.02,
                          validate_every=100)
    run = train(config, tmp_path / 'run', device='cpu')
    rows = list(csv.DictReader((run / 'metrics.csv').open()))
    sums = [float(row['train/label_loss']) + float(row['train/box_loss']) for row in rows]
    assert len(sums) == 8 and sums[-1] < 0.9 * sums[0]


def test_the_recipe_of_the_paper_is_a_yaml(drawn, tmp_path):
    config = read_config(EXTD, [f'data.train={drawn}', f'data.val={drawn}', 'data.workers=0', 'model.width=160',
                                'model.height=160', 'schedule.epochs=4', 'schedule.batch=8', 'schedule.validate_every=4'])
    assert (config.loss.assign, config.loss.label_weight, config.schedule.weight_decay) == ('s3fd', 4, 5e-4)
    run = train(config, tmp_path / 'run', device='cpu')
    net, _ = load_run(run)
    assert isinstance(net, Extd) and (net.width, len(net.upfeat)) == (32, 5)
    rows = list(csv.DictReader((run / 'metrics.csv').open()))
    assert float(rows[-1]['train/label_loss']) < float(rows[0]['train/label_loss'])


def test_extd_begins_as_its_paper_says():
    """He initialisation: the weights of a layer have the variance 2 / inputs."""
    torch.manual_seed(0)
    training = Training(read_config(EXTD, ['model.width=160', 'model.height=160']), steps_per_epoch=100)
    weights = training.net.base[1].conv[3].weight                       # 1x1, 64 inputs
    assert weights.var().item() == pytest.approx(2 / 64, rel=0.15)
    rates = [group['initial_lr'] for group in training.configure_optimizers()['optimizer'].param_groups]
    assert rates == [1e-3, 1e-3]
