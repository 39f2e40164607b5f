# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The whole way on drawn pictures: train, resume, evaluate, export, detect."""
import csv
import dataclasses
import json
import pathlib

import cv2
import numpy as np
import onnx
import pytest
import torch

from face_perception.api import open_detector
from face_training.__main__ import main as face_training
from face_training.checkpoints import read_checkpoint
from face_training.config import read_config, to_yaml
from face_training.data.load import read_samples
from face_training.data.sample import read_image
from face_training.evaluate import evaluate_model, evaluate_net
from face_training.export import ExportError, check_parity, export
from face_training.train import Training, average_nets, load_run, rate_factor, train

SMALL = pathlib.Path(__file__).parents[1] / 'configs' / 'slim_320.yaml'


STILL = [f'augment.{name}=0' for name in ('mosaic', 'crop', 'zoom_out', 'rotate', 'colour', 'grey', 'blur', 'noise', 'jpeg')]


def small_config(drawn, *overrides, **schedule):
    values = dict(epochs=2, head_epochs=1, freeze_epoch=0, frozen_stages=0, batch=8, warmup_steps=2, validate_every=1,
                  precision='32-true', ema=0.5)
    values.update(schedule)
    return read_config(SMALL, ['stages=[]', f'data.train={drawn}', f'data.val={drawn}', 'data.workers=0', 'data.cache=true',
                               'model.width=160', 'model.height=120', 'data.smallest_face=3',
                               'model.pretrained=""', *overrides,
                               *(f'schedule.{k}={v}' for k, v in values.items())])


@pytest.fixture(scope='module')
def run(drawn, tmp_path_factory):
    return train(small_config(drawn), tmp_path_factory.mktemp('runs') / 'whole', device='cpu')


def test_a_run_leaves_what_users_expect(run):
    expected = {'config.yaml', 'metrics.csv', 'curves.png', 'last.ckpt', 'best.ckpt', 'weights.safetensors'}
    assert expected <= {p.name for p in run.iterdir()}
    rows = list(csv.DictReader((run / 'metrics.csv').open()))
    assert [r['epoch'] for r in rows] == ['0', '1']
    assert all(np.isfinite(float(r['train/label_loss'])) for r in rows)
    assert rows[1]['val/image_accuracy'] != ''


def test_a_second_run_into_the_same_folder_is_refused(run, drawn):
    with pytest.raises(FileExistsError, match='--resume auto'):
        train(small_config(drawn), run, device='cpu')


def test_a_resumed_run_ends_where_an_unbroken_one_does(run, drawn, tmp_path):
    class PowerCut(Exception):
        pass

    original = Training.on_train_epoch_start

    def cut(self):
        if self.current_epoch == 1:
            raise PowerCut
        original(self)

    config = small_config(drawn)
    Training.on_train_epoch_start = cut
    try:
        with pytest.raises(PowerCut):
            train(config, tmp_path / 'broken', device='cpu')
    finally:
        Training.on_train_epoch_start = original
    train(config, tmp_path / 'broken', resume='auto', device='cpu')
    whole, broken = load_run(run)[0].state_dict(), load_run(tmp_path / 'broken')[0].state_dict()
    for name, tensor in whole.items():
        assert torch.allclose(tensor, broken[name], atol=1e-6), name
    rows = list(csv.DictReader((tmp_path / 'broken' / 'metrics.csv').open()))
    assert [r['epoch'] for r in rows] == ['0', '1'] and all(r['train/label_loss'] for r in rows)


def test_a_run_is_not_resumed_under_another_config_by_accident(drawn, tmp_path):
    run = train(small_config(drawn, epochs=1), tmp_path / 'run', device='cpu')
    other = small_config(drawn, epochs=2, head_rate=0.5)
    with pytest.raises(ValueError, match='another schedule.epochs, schedule.head_rate'):
        train(other, run, resume='auto', device='cpu')
    train(other, run, resume='changed', device='cpu')
    assert read_config(run / 'config.yaml') == other
    assert read_config(run / 'config.1.yaml').schedule.epochs == 1


def test_adamw_resumes_with_the_rates_of_the_config(drawn, tmp_path):
    run = train(small_config(drawn, optimiser='adamw', epochs=1, head_epochs=0), tmp_path / 'run', device='cpu')
    train(small_config(drawn, optimiser='adamw', head_epochs=0, head_rate=0.002), run, resume='changed', device='cpu')
    state = read_checkpoint(run / 'last.ckpt')['optimizer_states'][0]
    assert [group['initial_lr'] for group in state['param_groups']] == [0.01, 0.002]
    assert all('exp_avg_sq' in values for values in state['state'].values())


def test_a_run_folder_is_named_after_its_yaml(drawn, tmp_path, monkeypatch):
    """Two recipes of one model do not collide."""
    monkeypatch.chdir(tmp_path)
    recipe = tmp_path / 'slim_320_polish.yaml'
    recipe.write_text(to_yaml(small_config(drawn, epochs=1, head_epochs=0)))
    assert face_training(['train', str(recipe), '--device', 'cpu']) == 0
    assert (tmp_path / 'runs' / 'slim_320_polish' / 'last.ckpt').exists()


def test_the_first_stage_keeps_the_base(drawn, tmp_path):
    config = small_config(drawn, epochs=1, head_epochs=1)
    torch.manual_seed(0)
    net, _ = load_run(train(config, tmp_path / 'heads', device='cpu'))
    changed = small_config(drawn, epochs=1, head_epochs=1, head_rate=0.05)
    other, _ = load_run(train(changed, tmp_path / 'again', device='cpu'))
    assert torch.equal(net.base_net[0][0].weight, other.base_net[0][0].weight)
    assert torch.equal(net.base_net[0][1].running_mean, torch.zeros(16))
    assert not torch.equal(net.classification_headers[0][2].weight, other.classification_headers[0][2].weight)


def test_rates_follow_the_stages(drawn):
    settings = small_config(drawn, epochs=11, head_epochs=1, warmup_steps=10).schedule
    base = [rate_factor(step, 100, settings, base=True) for step in range(1101)]
    heads = [rate_factor(step, 100, settings, base=False) for step in range(1101)]
    assert set(base[:100]) == {0.0} and heads[99] == 1.0
    assert max(base) > 0.99 and base[1100] == pytest.approx(0, abs=1e-9)
    assert heads[600] == pytest.approx(0.5, abs=0.01)


def test_rates_fall_by_steps_where_the_yaml_says_so(drawn):
    settings = small_config(drawn, epochs=9, head_epochs=1, warmup_steps=0, decay='multistep').schedule
    heads = [rate_factor(step, 100, settings, base=False) for step in range(900)]
    assert [heads[step] for step in (0, 99, 100, 499, 500, 699, 700, 899)] == pytest.approx([1, 1, 1, 1, .1, .1, .01, .01])


def test_each_group_has_its_own_rate(drawn):
    """Base, heads and the layers between; without a rate of their own those belong to the base, as in former runs."""
    net_groups = Training(small_config(drawn, base_rate=0.1, head_rate=0.2, extra_rate=0.3), 10).configure_optimizers()
    groups = net_groups['optimizer'].param_groups
    assert [g['initial_lr'] for g in groups] == [0.1, 0.2, 0.3]
    training = Training(small_config(drawn, base_rate=0.1, head_rate=0.2), 10)
    former = training.configure_optimizers()['optimizer'].param_groups
    assert [g['initial_lr'] for g in former] == [0.1, 0.2]
    assert len(groups[0]['params']) + len(groups[2]['params']) == len(former[0]['params'])
    assert {id(p) for g in former for p in g['params']} == {id(p) for p in training.net.parameters()}
    names = {id(p): name for name, p in training.net.named_parameters()}
    assert not any(names[id(p)].startswith(('classification', 'regression')) for p in former[0]['params'])


def test_the_exported_model_is_the_trained_one(run, tmp_path):
    net, config = load_run(run)
    samples = read_samples(config.data.val, config.data.labels)
    worst = export(net, config, tmp_path / 'models' / 'slim_320', [read_image(s) for s in samples])
    assert worst <= 1e-4
    folder = tmp_path / 'models' / 'slim_320'
    model = onnx.load(folder / 'model.onnx')
    assert [o.version for o in model.opset_import if not o.domain] == [13] and model.ir_version <= 7
    shapes = {o.name: [d.dim_value for d in o.type.tensor_type.shape.dim] for o in model.graph.output}
    assert shapes == {'boxes': [1, 200, 4], 'scores': [1, 200, 2]}
    assert json.loads((folder / 'model.json').read_text())['labels'] == ['human', 'cartoon']
    by_torch, by_onnx = evaluate_net(net, config, samples), evaluate_model(folder, config.data.val)
    assert by_onnx == pytest.approx(by_torch, abs=0.02, nan_ok=True)


def test_an_export_that_differs_leaves_nothing(run, tmp_path, monkeypatch):
    net, config = load_run(run)
    other, _ = load_run(run)
    with torch.no_grad():
        other.regression_headers[0][2].bias += 0.5
    # The file is written from one network and judged by another: what a broken exporter would do.
    monkeypatch.setattr('face_training.export.check_parity', lambda _, *rest: check_parity(other, *rest))
    with pytest.raises(ExportError, match='differ by'):
        export(net, config, tmp_path / 'models' / 'slim_320', [np.full((120, 160, 3), 90, np.uint8)])
    assert not (tmp_path / 'models' / 'slim_320').exists()
    assert list((tmp_path / 'models').iterdir()) == []


def test_a_small_set_can_be_learnt(drawn, tmp_path):
    """Matching, loss, schedule and decoding agree: a dozen pictures are found again after a short training."""
    config = small_config(drawn, *STILL, epochs=60, head_epochs=0, batch=8, head_rate=0.03, base_rate=0.03, warmup_steps=5,
                          validate_every=60, ema=0.8)
    net, config = load_run(train(config, tmp_path / 'run', device='cpu'))
    export(net, config, tmp_path / 'slim_320', [np.full((120, 160, 3), 90, np.uint8)])
    values = evaluate_model(tmp_path / 'slim_320', drawn)
    assert values['image_accuracy'] >= 0.75
    cartoons = [x for x in read_samples(drawn, config.data.labels) if (x.labels == 1).any()]
    with open_detector(tmp_path / 'slim_320') as detector:
        found = [detector.detect(cv2.resize(read_image(x), (640, 480))).labels for x in cartoons]
    assert sum('cartoon' in labels for labels in found) > len(cartoons) / 2


def test_a_reference_picture_travels_with_the_model(run, drawn, tmp_path, capsys):
    from face_perception.cli.main import main as face_perception
    picture = sorted(drawn.parent.glob('*.png'))[0]
    folder = tmp_path / 'slim_320'
    assert face_training(['export', str(run), str(folder), '--reference', str(picture)]) == 0
    assert json.loads((folder / 'model.json').read_text())['proof']['reference']['image'] == 'reference.png'
    assert face_perception(['check-model', str(folder)]) == 0
    assert 'reference' in capsys.readouterr().out


def test_a_run_can_start_from_another_and_show_a_source_more_often(run, drawn, tmp_path):
    config = small_config(drawn, 'data.repeat=[drawn, drawn]', epochs=1, head_epochs=1, head_rate=0.0, ema=0.0)
    weights = run / 'weights.safetensors'
    config = dataclasses.replace(config, model=dataclasses.replace(config.model, pretrained=str(weights)))
    net, _ = load_run(train(config, tmp_path / 'polish', device='cpu'))
    assert torch.equal(net.base_net[0][0].weight, load_run(run)[0].base_net[0][0].weight)
    steps = [int(r['step']) for r in csv.DictReader((tmp_path / 'polish' / 'metrics.csv').open())]
    assert steps == [3 * 24 // 8 - 1]


def test_data_sets_of_several_formats_train_together_with_weights(drawn, tmp_path, capsys):
    """A COCO json, and a VOC folder with another name for a label that is shown three times in each epoch."""
    picture = sorted(drawn.parent.glob('*.png'))[1]
    folder = tmp_path / 'voc'
    folder.mkdir()
    (folder / 'a.png').write_bytes(picture.read_bytes())
    (folder / 'a.xml').write_text('<annotation><filename>a.png</filename><object><name>dad</name><bndbox><xmin>10</xmin>'
                                  '<ymin>20</ymin><xmax>60</xmax><ymax>70</ymax></bndbox></object></annotation>')
    config = small_config(drawn, f'data.train=[{drawn}, {{path: {folder}, rename: {{dad: cartoon}}, weight: 4}}]',
                          epochs=1, head_epochs=0, batch=7)
    run = train(config, tmp_path / 'run', device='cpu')
    said = capsys.readouterr().err
    assert f'{drawn}: 24 pictures (8 without faces), 8 human, 8 cartoon, 0 to ignore' in said
    assert f'{folder}: 1 pictures (0 without faces), 0 human, 1 cartoon, 0 to ignore, weight 4' in said
    assert [row['step'] for row in csv.DictReader((run / 'metrics.csv').open())] == ['3']       # 28 pictures, 7 a step
    assert read_config(run / 'config.yaml') == config


def test_figures_go_to_their_place_in_the_proof(run, drawn, tmp_path):
    folder = tmp_path / 'slim_320'
    assert face_training(['export', str(run), str(folder)]) == 0
    assert face_training(['evaluate', str(folder)]) == 2                     # without --data: said, no traceback
    assert face_training(['evaluate', str(folder), '--data', str(drawn), '--write-proof']) == 0
    assert face_training(['evaluate', str(run), '--write-proof', 'left_out/drawn', '--into', str(folder)]) == 0
    proof = json.loads((folder / 'model.json').read_text())['proof']
    assert set(proof) == {'figures', 'left_out'} and proof['left_out']['drawn'] == proof['figures']


def test_the_mean_of_two_runs_lies_between_them(run, drawn, tmp_path):
    net, other = load_run(run)[0], load_run(run)[0]
    with torch.no_grad():
        other.base_net[0][0].weight += 1
    before = net.base_net[0][0].weight.clone()
    average_nets(net, other)
    assert torch.allclose(net.base_net[0][0].weight, before + 0.5)
    assert torch.equal(net.extras[0][0].weight, other.extras[0][0].weight)
    average_nets(net, other, share=0.25)
    assert torch.allclose(net.base_net[0][0].weight, before + 0.25 * 0.5 + 0.75)
