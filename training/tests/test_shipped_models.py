# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the repository ships: the figures of each card, and that each model reaches what was asked of it."""
import json
import pathlib
import re

import cv2
import pytest

from face_training.config import read_config
from face_training.evaluate import evaluate_model
from face_training.export import check_parity
from face_training.networks import build

ROOT = pathlib.Path(__file__).resolve().parents[2]
TILT = (0, 15, 30, 45)
# Model -> the yaml that made it, and what it has to reach on the validation pictures: figure -> (at least, at most).
MODELS = {
    'slim_320': ('slim_320.yaml', {
        'image_accuracy': (0.925, 1), 'label_confusion': (0, 0.006), 'false_positives_per_face_free_image': (0, 0.037),
        'ap50/cartoon': (0.884, 1), 'ap50/cartoon/icartoon': (0.61, 1), 'ap50/human': (0.854, 1),
        'ap50/human/caltech': (0.935, 1), 'ap50/human/fddb': (0.9, 1),
        'tilt_recall/15': (0.825, 1), 'tilt_recall/30': (0.68, 1)}),
    'rfb_320': ('rfb_320.yaml', {
        'image_accuracy': (0.92, 1), 'label_confusion': (0, 0.006), 'false_positives_per_face_free_image': (0, 0.07),
        'ap50/cartoon': (0.88, 1), 'ap50/cartoon/icartoon': (0.64, 1), 'ap50/human': (0.865, 1),
        'ap50/human/below_16': (0.57, 1), 'tilt_recall/15': (0.86, 1), 'tilt_recall/30': (0.75, 1)}),
    'slim_640': ('slim_640.yaml', {
        'image_accuracy': (0.915, 1), 'label_confusion': (0, 0.0065), 'false_positives_per_face_free_image': (0, 0.05),
        'ap50/cartoon': (0.89, 1), 'ap50/cartoon/icartoon': (0.63, 1), 'ap50/human': (0.867, 1),
        'ap50/human/below_16': (0.56, 1), 'tilt_recall/15': (0.85, 1), 'tilt_recall/30': (0.735, 1)}),
    'rfb_640': ('rfb_640.yaml', {
        'image_accuracy': (0.91, 1), 'label_confusion': (0, 0.006), 'false_positives_per_face_free_image': (0, 0.036),
        'ap50/cartoon': (0.9, 1), 'ap50/cartoon/icartoon': (0.69, 1), 'ap50/human': (0.9, 1),
        'ap50/human/below_16': (0.66, 1), 'tilt_recall/15': (0.87, 1), 'tilt_recall/30': (0.79, 1)}),
}


@pytest.fixture(scope='module', params=sorted(MODELS))
def folder(request):
    return ROOT / 'models' / request.param


@pytest.fixture(scope='module')
def proof(folder):
    return json.loads((folder / 'model.json').read_text())['proof']


@pytest.fixture(scope='module')
def measured(folder, shared):
    return evaluate_model(folder, shared / 'data' / 'faces' / 'val.json', tilt=TILT)


def test_every_shipped_model_is_listed():
    shipped = {path.parent.name for path in (ROOT / 'models').glob('*/model.json')
               if json.loads(path.read_text())['task'] == 'detect'}
    assert shipped == set(MODELS)


def test_the_model_reaches_what_was_asked(folder, measured):
    for name, (least, most) in MODELS[folder.name][1].items():
        assert least <= measured[name] <= most, name


def test_the_proof_is_what_is_measured(measured, proof):
    assert proof['figures'] == pytest.approx({name: value for name, value in measured.items() if value == value}, abs=0.004)


def test_the_card_says_what_the_proof_says(folder, proof):
    card = (folder / 'README.md').read_text()
    rows = dict(re.findall(r'^\| `([^`]+)` \| ([0-9.]+) \|', card, re.MULTILINE))
    assert rows == {name: f'{value:.3f}' for name, value in proof['figures'].items()}
    for show, values in proof.get('leave_one_show_out', {}).items():
        row = re.search(rf'^\| {show} \| ([0-9.]+) \| ([0-9.]+) \|', card, re.MULTILINE)
        assert row.groups() == (f'{values["ap50/cartoon"]:.3f}', f'{values["label_confusion"]:.3f}')


def test_the_weights_beside_the_model_are_its_own(folder):
    """Who trains on from weights.safetensors begins with the network that is shipped."""
    config = read_config(ROOT / 'training' / 'configs' / MODELS[folder.name][0])
    net = build(config.model.network, 2, folder / 'weights.safetensors').eval()
    image = cv2.imread(str(folder / 'reference.png'))
    assert check_parity(net, config, folder, [image]) <= 1e-4
