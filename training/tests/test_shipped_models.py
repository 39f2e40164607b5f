# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the repository ships: the figures of its card, and that the model reaches what was asked of it."""
import json
import pathlib
import re

import cv2
import pytest

from face_training.config import read_config
from face_training.evaluate import evaluate_model
from face_training.export import check_parity
from face_training.networks import build

FOLDER = pathlib.Path(__file__).resolve().parents[2] / 'models' / 'slim_320'

# Asked of slim_320 on the validation pictures: figure -> (at least, at most).
ASKED = {
    'image_accuracy': (0.93, 1), 'label_confusion': (0, 0.02), 'false_positives_per_face_free_image': (0, 0.06),
    'ap50/cartoon': (0.85, 1), 'ap50/cartoon/icartoon': (0.52, 1),
    'ap50/human': (0.83, 1), 'ap50/human/caltech': (0.93, 1), 'ap50/human/fddb': (0.86, 1),
}


@pytest.fixture(scope='module')
def proof():
    return json.loads((FOLDER / 'model.json').read_text())['proof']


@pytest.fixture(scope='module')
def measured(shared):
    return evaluate_model(FOLDER, shared / 'data' / 'faces' / 'val.json')


@pytest.mark.parametrize('name', sorted(ASKED))
def test_the_model_reaches_what_was_asked(measured, name):
    least, most = ASKED[name]
    assert least <= measured[name] <= most


def test_the_proof_is_what_is_measured(measured, proof):
    assert proof['figures'] == pytest.approx(measured, abs=0.004)


def test_the_card_says_what_the_proof_says(proof):
    card = (FOLDER / 'README.md').read_text()
    rows = dict(re.findall(r'^\| `([^`]+)` \| ([0-9.]+) \|', card, re.MULTILINE))
    assert rows == {name: f'{value:.3f}' for name, value in proof['figures'].items()}
    for show, values in proof['leave_one_show_out'].items():
        row = re.search(rf'^\| {show} \| ([0-9.]+) \| ([0-9.]+) \|', card, re.MULTILINE)
        assert row.groups() == (f'{values["ap50/cartoon"]:.3f}', f'{values["label_confusion"]:.3f}')


def test_the_weights_beside_the_model_are_its_own():
    """Who trains on from weights.safetensors begins with the network that is shipped."""
    config = read_config(FOLDER.parents[1] / 'training' / 'configs' / 'slim_320_polish.yaml')
    net = build('slim', 2, FOLDER / 'weights.safetensors').eval()
    image = cv2.imread(str(FOLDER / 'reference.png'))
    assert check_parity(net, config, FOLDER, [image]) <= 1e-4
