# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every network learns on a few drawn pictures, and its export gives what torch gives."""
import importlib.util
import pathlib

import numpy as np
import pytest
import torch

from face_training.config import read_config
from face_training.data.dataset import FaceDataset, collate
from face_training.data.load import read_samples
from face_training.data.sample import read_image
from face_training.export import export
from face_training.networks import NETWORKS
from face_training.tensorrt_check import compile_onnx
from face_training.train import Training

CONFIG = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_320.yaml'
SIZES = {'slim': (160, 120), 'slim_fpn': (160, 120), 'rfb': (160, 120), 'extd': (160, 120)}  # the SSDs are made for 300x300
STEPS = {'vgg16_ssd': 3}                                                 # it is slow and learns by itself


def small_config(drawn, network):
    width, height = SIZES.get(network, (300, 300))
    # Hardly trained, all scores are alike and change places by rounding: only the raw outputs are compared.
    return read_config(CONFIG, ['stages=[]', f'data.train={drawn}', f'data.val={drawn}', f'model.network={network}',
                                f'model.name={network}', 'export.score_threshold=0.99',
                                f'model.width={width}', f'model.height={height}', 'model.pretrained=""',
                                'data.smallest_face=3', 'schedule.batch=4', 'export.top_k=50'])


def fixed_batch(config):
    samples = read_samples(config.data.train, config.data.labels)[:4]
    dataset = FaceDataset(samples, config.augment, config.model.width, config.model.height, config.data.smallest_face, 0)
    return collate([dataset[n] for n in range(len(samples))])


@pytest.mark.parametrize('network', sorted(NETWORKS))
def test_the_loss_falls_and_the_export_agrees(drawn, tmp_path, network):
    torch.manual_seed(0)
    config = small_config(drawn, network)
    training = Training(config, steps_per_epoch=10)
    training.log_dict = lambda *args, **kwargs: None        # there is no trainer to log to
    batch = fixed_batch(config)
    optimiser = torch.optim.SGD(training.net.parameters(), lr=1e-4 if network == 'vgg16_ssd' else 2e-3, momentum=0.9)
    training.net.train()
    losses = []
    for _ in range(STEPS.get(network, 10)):
        loss = training.training_step(batch, 0)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(training.net.parameters(), 10)
        optimiser.step()
        losses.append(loss.item())
    assert np.isfinite(losses).all() and losses[-1] < losses[0]
    images = [read_image(sample) for sample in read_samples(drawn, config.data.labels)[:2]]
    # export() refuses a file whose outputs differ by more than 1e-4 or whose detections are others.
    assert export(training.net.eval(), config, tmp_path / network, images) <= 1e-4
    if importlib.util.find_spec('tensorrt_rtx'):        # test_tensorrt_check.py says how to get it
        assert set(compile_onnx(tmp_path / network / 'model.onnx').outputs) == {'boxes', 'scores'}
