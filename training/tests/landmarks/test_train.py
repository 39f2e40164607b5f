# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A short training of drawn faces from yaml to model folder."""
import csv
import json
import pathlib

import cv2
import numpy as np
import onnx
import pytest
import torch

from face_perception.api import open_landmarks
from face_perception.core.detections import Detections
from face_training.__main__ import main
from face_training.checkpoints import read_checkpoint
from face_training.export import ExportError
from face_training.faults import Interrupted
from face_training.interrupt import StopSignals
from face_training.landmarks.config import read_landmark_config
from face_training.landmarks.evaluate import evaluate_landmarks, judged_faces, open_any
from face_training.landmarks.export import check_parity, export_landmarks
from face_training.landmarks.train import load_landmark_run, train_landmarks
from face_training.records import ConfigError, to_yaml

CONFIGS = sorted((pathlib.Path(__file__).parents[2] / 'configs' / 'landmarks').glob('*.yaml'))
SMALL = CONFIGS[0].parent / 'landmarks_5.yaml'


def small_config(drawn_faces, *more):
    return read_landmark_config(SMALL, [
        'model.width=48', 'model.height=48',
        f'data.train=[{drawn_faces}]', f'data.val={drawn_faces}', "data.empty=''", 'data.canvas=96', 'schedule.epochs=3',
        'schedule.batch=8', 'schedule.warmup_steps=1', 'schedule.ema=0.5', 'schedule.validate_every=3', *more])


@pytest.fixture(scope='module')
def run(tmp_path_factory, drawn_faces):
    return train_landmarks(small_config(drawn_faces), tmp_path_factory.mktemp('run') / 'run', device='cpu')


@pytest.fixture(scope='module')
def model(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp('model') / 'landmarks_5'
    assert main(['export', str(run), str(folder)]) == 0
    return folder


@pytest.mark.parametrize('path', CONFIGS, ids=lambda path: path.stem)
def test_every_yaml_is_read(path):
    config = read_landmark_config(path)
    assert config.model.name == path.stem
    assert config.task == 'landmarks'


@pytest.mark.parametrize(('override', 'said'), [
    ('data.points=[tail]', 'data.points must be'), ('data.shares=[0.5, 0.1, 0.1]', 'add up to 1'),
    ('loss.points=l7', 'loss.points'), ('schedule.decay=cosine', 'unknown key schedule.decay'), ('epochs=3', 'looks like')])
def test_what_does_not_fit_is_one_sentence(override, said):
    with pytest.raises(ConfigError, match=said):
        read_landmark_config(SMALL, [override])


def test_a_run_folder_is_complete_and_the_loss_falls(run):
    rows = list(csv.DictReader(open(run / 'metrics.csv', newline='')))
    losses = [float(row['train/point_loss']) for row in rows]
    assert len(losses) == 3 and losses[-1] < losses[0]
    assert float(rows[-1]['val/nme']) > 0
    for name in ('config.yaml', 'last.ckpt', 'weights.safetensors', 'curves.png'):
        assert (run / name).exists(), name


def test_a_resumed_run_ends_where_an_unbroken_one_does(run, drawn_faces, tmp_path, monkeypatch):
    """Broken off after the second step of the second epoch."""
    config, seen = small_config(drawn_faces), []

    def asked(self, trainer):
        seen.append(1)
        return trainer.global_step == 5
    with monkeypatch.context() as patch:
        patch.setattr(StopSignals, 'asked', asked)
        with pytest.raises(Interrupted):
            train_landmarks(config, tmp_path / 'run', device='cpu')
    train_landmarks(config, tmp_path / 'run', 'auto', device='cpu')
    ours, theirs = (read_checkpoint(folder / 'last.ckpt')['state_dict'] for folder in (tmp_path / 'run', run))
    assert seen and all(torch.equal(ours[name], theirs[name]) for name in theirs)
    with pytest.raises(FileExistsError, match='--resume auto'):
        train_landmarks(config, tmp_path / 'run', device='cpu')


def test_the_model_folder_keeps_the_contract(model):
    content = json.loads((model / 'model.json').read_text())
    assert content['task'] == 'landmarks' and content['points'][0] == 'right_eye'
    assert {key: entry['batch'] for key, entry in content['files'].items()} == {'fp32': 1, 'fp32_batch8': 8}
    for entry in content['files'].values():
        network = onnx.load(str(model / entry['path']))
        assert network.ir_version == 7 and network.opset_import[0].version == 13
        assert [value.name for value in (*network.graph.input, *network.graph.output)] == ['image', 'points']
        shape = [d.dim_value for d in network.graph.output[0].type.tensor_type.shape.dim]
        assert shape == [entry['batch'], 5, 3]


def test_the_model_finds_what_the_run_finds(model, run, drawn_faces):
    faces = judged_faces(drawn_faces)[:9]
    values = [evaluate_landmarks(finder, faces) for finder in (open_any(model), open_any(run))]
    assert values[0]['nme'] == pytest.approx(values[1]['nme'], abs=1e-4)
    assert set(values[0]) >= {'nme', 'failure', 'nme4', 'nme/nose', 'nme/pose/frontal', 'failure/pose/left'}
    image = cv2.imread(str(faces[0].path))
    with open_landmarks(str(model)) as finder:
        found = finder.find(image, Detections(faces[0].box[None], [1], ['human']))
    assert found.names == ('right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left')
    assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_another_network_in_the_file_is_noticed(model, run, drawn_faces):
    net, _ = load_landmark_run(run)
    with torch.no_grad():
        net.heat.weight.mul_(1.5)
    with pytest.raises(ExportError, match='differ by'):
        check_parity(net, model, judged_faces(drawn_faces)[:8])


def test_a_failed_export_leaves_nothing(run, tmp_path, drawn_faces, monkeypatch):
    net, config = load_landmark_run(run)

    def fail(*_):
        raise ExportError('as if')
    monkeypatch.setattr('face_training.landmarks.export.check_parity', fail)
    with pytest.raises(ExportError):
        export_landmarks(net, config, tmp_path / 'made', judged_faces(drawn_faces))
    assert not list(tmp_path.iterdir())


def test_a_reference_travels_with_the_model(run, tmp_path, drawn_faces):
    net, config = load_landmark_run(run)
    face = judged_faces(drawn_faces)[0]
    left, top, right, bottom = face.box.tolist()
    image = cv2.imread(str(face.path))
    export_landmarks(net, config, tmp_path / 'made', [face] * 8, (image, (left, top, right - left, bottom - top)))
    reference = json.loads((tmp_path / 'made' / 'model.json').read_text())['proof']['reference']
    with open_any(tmp_path / 'made') as finder:
        found = finder.find(cv2.imread(str(tmp_path / 'made' / reference['image'])), Detections(face.box[None], [1], ['']))
    for name, point, score in zip(found.names, found.points[0], found.scores[0]):
        np.testing.assert_allclose(reference['faces'][0]['points'][name], [*point, score], atol=0.02)


def test_the_commands(run, model, drawn_faces, tmp_path, capsys):
    recipe = tmp_path / 'recipe.yaml'
    recipe.write_text(to_yaml(small_config(drawn_faces, 'schedule.epochs=1')))
    assert main(['train', str(recipe), '--run', str(tmp_path / 'run'), '--device', 'cpu']) == 0
    assert main(['evaluate', str(run), '--json', str(tmp_path / 'figures.json')]) == 0
    assert json.loads((tmp_path / 'figures.json').read_text())['nme'] > 0
    assert main(['evaluate', str(model), '--data', str(drawn_faces), '--write-proof']) == 0
    assert 'nme' in json.loads((model / 'model.json').read_text())['proof']['figures']
    capsys.readouterr()
    assert main(['compare-landmarks', str(run), str(model), '--data', str(drawn_faces), '--out', str(tmp_path / 'out'),
                 '--rounds', '1', '--worst', '2']) == 0
    printed = capsys.readouterr().out
    assert '| run |' in printed and '| landmarks_5 |' in printed
    page = (tmp_path / 'out' / 'gallery.html').read_text()
    assert page.count('data:image/jpeg') == 8 and page.count('data:image/png') == 2
    for words, said in ((['evaluate', str(model)], 'add --data'), (['evaluate', str(run), '--tilt', '5'], 'without --wider'),
                        (['export', str(run), str(tmp_path / 'x'), '--average', 'y'], 'without --average')):
        assert main(words) == 2
        assert said in capsys.readouterr().err
