# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What ends a training early: signals, damaged pictures, numbers that are not finite, full disks, foreign files."""
import csv
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch

from face_training.__main__ import main as face_training
from face_training.checkpoints import RandomState, SafeCheckpointIO, read_checkpoint
from face_training.config import to_yaml
from face_training.interrupt import StopSignals
from face_training.train import Interrupted, Training, load_run, train

from .test_train import small_config

STEPS = 24               # of an epoch of `long_config`


def long_config(drawn):
    return small_config(drawn, 'data.repeat=[drawn, drawn, drawn]', 'data.workers=1', 'data.cache=false', epochs=3, batch=4,
                        validate_every=3)


@pytest.fixture(scope='module')
def whole(drawn, tmp_path_factory):
    return train(long_config(drawn), tmp_path_factory.mktemp('whole') / 'run', device='cpu')


@pytest.mark.timeout(300)
@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_a_signal_saves_and_the_run_goes_on_bit_for_bit(drawn, whole, tmp_path, number):
    """The process is a real one, in its second epoch."""
    recipe, run = tmp_path / 'recipe.yaml', tmp_path / 'run'
    recipe.write_text(to_yaml(long_config(drawn)))
    command = [sys.executable, '-m', 'face_training', 'train', str(recipe), '--run', str(run), '--device', 'cpu']
    environment = dict(os.environ, OMP_NUM_THREADS='1')
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True) as process:
        while not (run / 'last.ckpt').exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.005)
        time.sleep(0.1)
        os.killpg(process.pid, number)       # as a terminal and systemd do: to the loader processes as well
        words = process.communicate(timeout=120)[1]
    assert process.returncode == 0, words
    assert f'stopped by {number.name} in epoch 1' in words and 'Traceback' not in words
    assert face_training(['train', str(recipe), '--run', str(run), '--resume', 'auto', '--device', 'cpu']) == 0
    assert_same(run, whole)


def assert_same(run, whole):
    ours, theirs = (read_checkpoint(each / 'last.ckpt') for each in (run, whole))
    for name, tensor in theirs['state_dict'].items():
        assert torch.equal(ours['state_dict'][name], tensor), name
    assert ours['global_step'] == theirs['global_step'] == 3 * STEPS
    assert [row['epoch'] for row in csv.DictReader((run / 'metrics.csv').open())] == ['0', '1', '2']


@pytest.mark.parametrize('step, seen', [
    (3, 4),                      # the first phase, whose base must be frozen after the resume too
    (STEPS - 1, 0),              # the last step of an epoch: its end saves
    (STEPS + 5, 6),              # the middle of the second phase
    (3 * STEPS - 1, 0),          # the very last step: there is nothing left to stop
])
def test_wherever_it_is_stopped_the_run_ends_the_same(drawn, whole, tmp_path, monkeypatch, step, seen):
    original = Training.training_step

    def struck(self, batch, index):
        if self.global_step == step:
            os.kill(os.getpid(), signal.SIGTERM)
        return original(self, batch, index)

    with monkeypatch.context() as patch:
        patch.setattr(Training, 'training_step', struck)
        if step < 3 * STEPS - 1:
            with pytest.raises(Interrupted, match='stopped by SIGTERM'):
                train(long_config(drawn), tmp_path / 'run', device='cpu')
        else:
            train(long_config(drawn), tmp_path / 'run', device='cpu')
    assert read_checkpoint(tmp_path / 'run' / 'last.ckpt')['seen_batches'] == seen
    train(long_config(drawn), tmp_path / 'run', resume='auto', device='cpu')
    assert_same(tmp_path / 'run', whole)


def test_handlers_of_others_come_back(tmp_path):
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    with StopSignals(tmp_path / 'last.ckpt') as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.name == 'SIGTERM'
        # Whoever asks a second time is not made to wait.
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


@pytest.fixture
def begun(drawn, tmp_path):
    """A folder of pictures, and a run of one epoch on them."""
    folder = tmp_path / 'pictures'
    shutil.copytree(drawn.parent, folder)
    config = small_config(folder / drawn.name, 'data.cache=false', epochs=1)
    return folder / drawn.name, train(config, tmp_path / 'run', device='cpu')


def go_on(data, run, *overrides, **schedule):
    recipe = run.parent / 'next.yaml'
    recipe.write_text(to_yaml(small_config(data, 'data.cache=false', *overrides, epochs=2, **schedule)))
    return face_training(['train', str(recipe), '--run', str(run), '--resume', 'changed', '--device', 'cpu'])


@pytest.mark.parametrize('workers', [0, 2])
def test_a_picture_that_breaks_in_the_middle_is_named(begun, capfd, workers):
    data, run = begun
    before = (run / 'last.ckpt').read_bytes()
    (data.parent / '007.png').write_bytes(b'\x89PNG\r\n')
    assert go_on(data, run, f'data.workers={workers}') == 1
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith('face-training')]
    assert len(said) == 1 and '007.png cannot be read' in said[0] and '--resume auto' in said[0]
    assert 'Traceback' not in said[0]
    assert (run / 'last.ckpt').read_bytes() == before
    assert [row['epoch'] for row in csv.DictReader((run / 'metrics.csv').open())] == ['0']


@pytest.mark.parametrize('rate, clip, words', [
    ('1.0e+30', 0.0, 'the loss is'),            # the second step has weights that overflow
    ('1.0e+38', 10.0, 'the loss is'),           # clipping does not save a rate like that
])
def test_a_loss_that_is_not_finite_names_the_pictures(begun, capfd, rate, clip, words):
    data, run = begun
    before = (run / 'last.ckpt').read_bytes()
    assert go_on(data, run, head_rate=rate, base_rate=rate, warmup_steps=0, clip_norm=clip, head_epochs=0) == 1
    said = capfd.readouterr().err.splitlines()[-1]
    assert words in said and 'lower schedule.head_rate' in said
    assert sum(f'{n:03}.png' in said for n in range(1, 25)) >= 8
    assert (run / 'last.ckpt').read_bytes() == before


def test_a_gradient_that_is_not_finite_never_reaches_the_weights(begun, capfd, monkeypatch):
    data, run = begun
    before = (run / 'last.ckpt').read_bytes()
    backward = torch.Tensor.backward
    # The loss is finite and what comes out of the backward pass is not, as a square root at nought gives.
    monkeypatch.setattr(torch.Tensor, 'backward', lambda self, *rest, **named: backward(self * torch.tensor(float('inf'))))
    assert go_on(data, run) == 1
    assert 'the norm of the gradients is' in capfd.readouterr().err
    assert (run / 'last.ckpt').read_bytes() == before


def test_weights_that_are_not_finite_are_not_saved(begun, capfd, monkeypatch):
    """The very last step of an epoch breaks the weights: no later loss would tell."""
    data, run = begun
    before = (run / 'last.ckpt').read_bytes()
    step = torch.optim.SGD.step

    def broken(self, closure=None):
        loss = step(self, closure)
        with torch.no_grad():
            self.param_groups[1]['params'][0].fill_(float('nan'))
        return loss

    monkeypatch.setattr(torch.optim.SGD, 'step', broken)
    assert go_on(data, run, batch=24) == 1
    assert 'are not finite after step' in capfd.readouterr().err
    assert (run / 'last.ckpt').read_bytes() == before


def test_a_full_disk_leaves_the_former_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / 'last.ckpt'
    writer = SafeCheckpointIO()
    writer.save_checkpoint({'weights': torch.ones(3)}, path)

    def full(_, file):
        file.write(b'half of it')
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(torch, 'save', full)
    with pytest.raises(OSError, match='No space'):
        writer.save_checkpoint({'weights': torch.zeros(3)}, path)
    assert torch.equal(read_checkpoint(path)['weights'], torch.ones(3))
    assert [p.name for p in tmp_path.iterdir()] == ['last.ckpt']


class Malicious:
    """What an attacker puts into a pickle: reading it calls a function."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return pathlib.Path.touch, (self.path,)


def test_a_foreign_run_folder_executes_nothing(begun, tmp_path, capfd):
    data, run = begun
    content = read_checkpoint(run / 'last.ckpt')
    content['callbacks']['RandomState']['python'] = Malicious(tmp_path / 'executed')
    torch.save(content, run / 'last.ckpt')
    torch.load(run / 'last.ckpt', weights_only=False)
    assert (tmp_path / 'executed').exists()              # the trap works, for those who step into it
    (tmp_path / 'executed').unlink()
    with pytest.raises(ValueError, match='holds more than weights'):
        load_run(run)
    assert face_training(['evaluate', str(run)]) == 2 and go_on(data, run) == 2
    assert not (tmp_path / 'executed').exists()


def test_random_states_come_back_and_those_of_former_versions_too():
    import random

    import numpy as np
    kept = RandomState()
    random.seed(3)
    np.random.seed(3)
    torch.manual_seed(3)
    former = {'torch': torch.get_rng_state(), 'numpy': np.random.get_state(), 'python': random.getstate()}
    state = kept.state_dict()
    drawn = []
    for each in (state, former, state):
        kept.load_state_dict(each)
        drawn.append((random.random(), random.gauss(0, 1), np.random.normal(), torch.rand(1).item()))
    assert drawn[0] == drawn[1] == drawn[2]


def test_a_checkpoint_of_former_versions_reads(tmp_path):
    """They hold numpy's state as an array."""
    import numpy as np
    torch.save({'state_dict': {}, 'callbacks': {'RandomState': {'numpy': np.random.get_state()}}}, tmp_path / 'last.ckpt')
    assert read_checkpoint(tmp_path / 'last.ckpt')['callbacks']['RandomState']['numpy'][0] == 'MT19937'
