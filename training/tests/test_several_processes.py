# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Two processes (gloo, on the CPU) train as one does that sees all their pictures."""
import csv
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
import torch

from face_training.checkpoints import read_checkpoint
from face_training.config import to_yaml
from face_training.data.dataset import EpochSampler, make_loader
from face_training.train import train, training_set

from .test_train import small_config

GRADIENTS = pathlib.Path(__file__).with_name('gradients.py')
ENVIRONMENT = {**os.environ, 'OMP_NUM_THREADS': '1'}
TORCHRUN = [sys.executable, '-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', '2']
pytestmark = pytest.mark.timeout(400)


def call(*command):
    words = [str(word) for word in command]
    with subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        try:
            words = process.communicate(timeout=200)[1]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)       # what it started would hold the pipe
            raise
    assert process.returncode == 0, words[-3000:]


def test_together_they_see_the_pictures_of_each_step_once():
    alone = EpochSampler(26, 3, batch=8)
    parts = [EpochSampler(26, 3, batch=8, rank=rank, world=2) for rank in (0, 1)]
    for sampler in (alone, *parts):
        sampler.set_epoch(2)
        sampler.seen = (2, 8)                # a step was trained before a resume
    whole, halves = list(alone), [list(part) for part in parts]
    assert [len(part) for part in halves] == [8, 8] and len(parts[0]) == 12
    for step in range(2):
        assert [*halves[0][4 * step:4 * step + 4], *halves[1][4 * step:4 * step + 4]] == whole[8 * step:8 * step + 8]


def test_a_batch_that_cannot_be_shared_is_refused(drawn):
    dataset = training_set(small_config(drawn))
    for batch in (5, 26):
        with pytest.raises(ValueError, match='must be a multiple of their number'):
            make_loader(dataset, batch, 0, 0, 0, 2)


@pytest.mark.parametrize('settings', [[], ['loss.label_norm=used', 'loss.assign=simota', 'loss.box_loss=eiou']],
                         ids=['usual', 'others'])
def test_the_gradients_are_those_of_one_process(drawn, tmp_path, settings):
    (tmp_path / 'config.yaml').write_text(to_yaml(small_config(drawn, *settings)))
    call(sys.executable, GRADIENTS, tmp_path / 'config.yaml', tmp_path / 'one.pt')
    call(*TORCHRUN, GRADIENTS, tmp_path / 'config.yaml', tmp_path / 'two.pt')
    one, two = (torch.load(tmp_path / name, weights_only=True) for name in ('one.pt', 'two.pt'))
    assert max(gradient.abs().max() for gradient in one.values()) > 0.1
    for name, gradient in one.items():
        assert torch.allclose(gradient, two[name], rtol=1e-5, atol=1e-5), name


def heads_config(drawn, **schedule):
    """The heads alone are trained, which have no batch statistics: those of each process differ on a CPU."""
    return small_config(drawn, 'data.workers=1', **{'epochs': 2, 'head_epochs': 2, 'validate_every': 2, **schedule})


@pytest.mark.parametrize('how', ['--devices', 'torchrun'])
def test_the_command_ends_where_one_process_does(drawn, tmp_path, how):
    config = heads_config(drawn)
    alone = train(config, tmp_path / 'alone', device='cpu')
    (tmp_path / 'recipe.yaml').write_text(to_yaml(config))
    # Without the dashes torchrun takes --run for an option of its own.
    launcher = [*TORCHRUN, '-m', '--'] if how == 'torchrun' else [sys.executable, '-m']
    call(*launcher, 'face_training', 'train', tmp_path / 'recipe.yaml', '--run', tmp_path / 'two', '--device', 'cpu',
         '--devices', '2')
    ours, theirs = (read_checkpoint(run / 'last.ckpt') for run in (tmp_path / 'two', alone))
    assert ours['global_step'] == theirs['global_step'] == 6
    for name, tensor in theirs['state_dict'].items():
        assert torch.allclose(ours['state_dict'][name], tensor, rtol=1e-5, atol=1e-5), name
    rows, expected = ([{k: float(v) for k, v in row.items() if v} for row in csv.DictReader((run / 'metrics.csv').open())]
                      for run in (tmp_path / 'two', alone))
    assert rows[0] == pytest.approx(expected[0], rel=1e-4)
    assert (tmp_path / 'two' / 'weights.safetensors').exists()


def test_a_signal_to_one_ends_both(drawn, tmp_path):
    config = heads_config(drawn, epochs=30, head_epochs=30, validate_every=30)
    recipe = tmp_path / 'recipe.yaml'
    recipe.write_text(to_yaml(config))
    command = [sys.executable, '-m', 'face_training', 'train', recipe, '--run', tmp_path / 'run', '--device', 'cpu',
               '--devices', '2']
    with subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / 'run' / 'last.ckpt').exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        words = process.communicate(timeout=120)[1]
    assert process.returncode == 0 and 'stopped by SIGTERM' in words, words
    step = read_checkpoint(tmp_path / 'run' / 'last.ckpt')['global_step']
    assert 3 <= step < 90


def test_a_stage_begins_with_the_weights_that_the_first_process_wrote(drawn, tmp_path):
    recipe = tmp_path / 'recipe.yaml'
    stages = [{'name': 'one'}, {'name': 'two', 'schedule': {'epochs': 1, 'head_epochs': 1}}]
    recipe.write_text(to_yaml(small_config(drawn, f'stages={stages}', head_epochs=2, validate_every=1)))
    call(sys.executable, '-m', 'face_training', 'train', recipe, '--run', tmp_path / 'stages', '--device', 'cpu',
         '--devices', '2')
    rows = list(csv.DictReader((tmp_path / 'stages' / 'metrics.csv').open()))
    assert [row['stage'] for row in rows] == ['one', 'one', 'two']
    assert (tmp_path / 'stages' / 'weights.safetensors').exists()
