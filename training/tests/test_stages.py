# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One yaml, several trainings in a row, one run folder."""
import csv
import dataclasses
import pathlib
import shutil

import pytest
import safetensors.torch
import torch

from face_training.__main__ import main as face_training
from face_training.config import ConfigError, parse_config, read_config, stage_config, to_yaml
from face_training.train import Interrupted, Training, load_run, train

from .test_train import small_config

CONFIGS = pathlib.Path(__file__).parents[1] / 'configs'
SHORT = {'epochs': 1, 'head_epochs': 0}
TWO = [{'name': 'main'}, {'name': 'polish', 'data': {'repeat': ['drawn']}, 'loss': {'box_weight': 2.0}, 'schedule': SHORT}]


def staged_config(drawn, *overrides, stages=TWO, **schedule):
    return small_config(drawn, f'stages={stages}', *overrides, **schedule)


@pytest.fixture(scope='module')
def run(drawn, tmp_path_factory):
    config = staged_config(drawn, 'export.average_stages=true')
    return train(config, tmp_path_factory.mktemp('stages') / 'run', device='cpu')


def test_each_stage_overrides_the_rest_of_the_yaml(drawn):
    config = staged_config(drawn)
    main, polish = (stage_config(config, stage) for stage in config.stages)
    assert main == dataclasses.replace(config, stages=())
    assert polish.loss == dataclasses.replace(main.loss, box_weight=2.0)
    assert polish.schedule == dataclasses.replace(main.schedule, epochs=1, head_epochs=0)
    assert polish.data.repeat == ('drawn',) and polish.augment == main.augment


def test_a_stage_may_look_at_smaller_views(drawn):
    small, full = (stage_config(config, stage) for config in [staged_config(drawn, stages=[
        {'name': 'small', 'model': {'width': 64, 'height': 48}}, {'name': 'full'}])] for stage in config.stages)
    assert small.model == dataclasses.replace(full.model, width=64, height=48) and full.model.width != 64


def test_the_stages_follow_each_other(run):
    """The second begins with the averaged weights of the first, and has a config that says so."""
    config = read_config(run / 'polish' / 'config.yaml')
    assert config.model.pretrained == str((run / 'main' / 'weights.safetensors').resolve()) and config.stages == ()
    rows = list(csv.DictReader((run / 'metrics.csv').open()))
    assert [(r['stage'], r['epoch']) for r in rows] == [('main', '0'), ('main', '1'), ('polish', '2')]
    steps = [int(r['step']) for r in csv.DictReader((run / 'polish' / 'metrics.csv').open())]
    assert steps == [2 * 24 // 8 - 1]                    # its pictures are shown twice
    assert (run / 'curves.png').exists()


def test_the_model_is_the_mean_of_the_stages_and_is_exported(run, tmp_path):
    net, config = load_run(run)
    parts = [load_run(run / name)[0].state_dict() for name in ('main', 'polish')]
    for name, tensor in net.state_dict().items():
        if tensor.is_floating_point():
            assert torch.equal(tensor, (parts[0][name] + parts[1][name]) / 2), name
    assert config.loss.box_weight == 2
    written = safetensors.torch.load_file(run / 'weights.safetensors')
    assert all(torch.equal(tensor, net.state_dict()[name]) for name, tensor in written.items())
    assert face_training(['export', str(run), str(tmp_path / 'slim_320')]) == 0
    assert face_training(['evaluate', str(run)]) == 0


def test_without_averaging_it_is_the_last_stage(run, tmp_path):
    shutil.copytree(run, tmp_path / 'run')
    path = tmp_path / 'run' / 'config.yaml'
    path.write_text(path.read_text().replace('average_stages: true', 'average_stages: false'))
    net, last = load_run(tmp_path / 'run')[0].state_dict(), load_run(run / 'polish')[0].state_dict()
    assert all(torch.equal(net[name], tensor) for name, tensor in last.items())


def stop_at(monkeypatch, step, batches):
    """Let the training be stopped after a step of the stage that has so many batches in an epoch."""
    asked = []

    def training_step(self, batch, index):
        if self.global_step == step and self.steps_per_epoch == batches and not asked:
            asked.append(True)
            self.stop.name = 'SIGTERM'
        return original(self, batch, index)

    original = Training.training_step
    monkeypatch.setattr(Training, 'training_step', training_step)


@pytest.mark.parametrize('step, batches', [(1, 3), (5, 3), (1, 6)])      # in the first stage, at its end, in the second
def test_it_is_resumed_across_stages(run, drawn, tmp_path, monkeypatch, step, batches):
    config = staged_config(drawn, 'export.average_stages=true')
    stop_at(monkeypatch, step, batches)
    if step < 5:
        with pytest.raises(Interrupted):
            train(config, tmp_path / 'run', device='cpu')
        with pytest.raises(FileExistsError, match='--resume auto'):
            train(config, tmp_path / 'run', device='cpu')
    train(config, tmp_path / 'run', resume='auto', device='cpu')
    whole, broken = load_run(run)[0].state_dict(), load_run(tmp_path / 'run')[0].state_dict()
    for name, tensor in whole.items():
        assert torch.equal(tensor, broken[name]), name


def test_a_finished_run_is_left_alone(run, drawn):
    before = (run / 'main' / 'last.ckpt').stat().st_mtime_ns
    train(staged_config(drawn, 'export.average_stages=true'), run, resume='auto', device='cpu')
    assert (run / 'main' / 'last.ckpt').stat().st_mtime_ns == before


def test_stages_after_a_changed_one_are_not_mixed_with_it(run, drawn, tmp_path):
    shutil.copytree(run, tmp_path / 'run')
    longer = staged_config(drawn, epochs=3)
    with pytest.raises(ValueError, match='another schedule.epochs:'):
        train(longer, tmp_path / 'run', resume='auto', device='cpu')
    with pytest.raises(ValueError, match=r'polish began with former weights of the stage main.*move it away'):
        train(longer, tmp_path / 'run', resume='changed', device='cpu')
    shutil.rmtree(tmp_path / 'run' / 'polish')
    train(longer, tmp_path / 'run', resume='changed', device='cpu')
    rows = list(csv.DictReader((tmp_path / 'run' / 'metrics.csv').open()))
    assert [r['stage'] for r in rows] == ['main', 'main', 'main', 'polish']


BASE = {'data': {'train': 'a', 'val': 'b'}, 'model': {'name': 'm', 'network': 'slim', 'width': 320, 'height': 240}}


@pytest.mark.parametrize('stages, words', [
    ([{'name': 'a', 'loss': {'negativs': 3}}], 'stage a: unknown key loss.negativs; known: assign'),
    ([{'name': 'a', 'schedule': {'epochs': 2, 'head_epochs': 3}}], 'stage a: schedule.head_epochs must lie in 0..epochs'),
    ([{'name': 'a'}, {'name': 'a'}], 'two of them are called a'),
    ([{'loss': {}}], 'stages.0.name is missing'),
    ([{'name': '../a'}], "stages.0.name: String should match pattern .* got '../a'"),
    ([{'name': 'a', 'nets': {}}], 'unknown key stages.0.nets; known: name, model, data, augment, loss, schedule, distill'),
    ([{'name': 'a', 'model': {'width': 160, 'network': 'rfb'}}], 'stage a: model.network is that of all stages'),
    ({'a': {}}, 'stages: Input should be a valid'),
    ([{'name': 3}], 'stages.0.name: Input should be a valid string'),       # a text, as a data set may be one
])
def test_what_does_not_fit_is_named(stages, words):
    with pytest.raises(ConfigError, match=words):
        parse_config(BASE | {'stages': stages})


def test_overrides_are_for_all_or_for_one_stage(tmp_path):
    path = CONFIGS / 'slim_320.yaml'
    config = read_config(path, ['augment.flip=0', 'stages.polish.schedule.epochs=9'])
    main, polish, tilted = (stage_config(config, stage) for stage in config.stages)
    assert len(tilted.data.train) == 2 and tilted.loss.assign == 'atss' and main.loss.assign == 'iou'
    assert (main.augment.flip, polish.augment.flip, main.schedule.epochs, polish.schedule.epochs) == (0, 0, 40, 9)
    assert read_config(path, ['stages=[]']).stages == ()
    with pytest.raises(ConfigError, match='no stage polsh.*its stages: main, polish, tilted'):
        read_config(path, ['stages.polsh.schedule.epochs=9'])
    for wrong in ('stages.polish.epochs=9', 'epochs=9', 'schedule.epochs'):
        with pytest.raises(ConfigError, match='an override looks like'):
            read_config(path, [wrong])


def test_the_yaml_reads_back_as_the_same(tmp_path):
    config = read_config(CONFIGS / 'slim_320.yaml')
    (tmp_path / 'config.yaml').write_text(to_yaml(config))
    assert read_config(tmp_path / 'config.yaml') == config and len(config.stages) == 3
