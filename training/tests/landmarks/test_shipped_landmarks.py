# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The landmark model of the repository: its card, its proof and what it has to reach."""
import json
import pathlib
import re

import pytest

from face_training.landmarks.config import read_landmark_config
from face_training.landmarks.evaluate import detected_boxes, evaluate_landmarks, judged_faces, open_any
from face_training.landmarks.export import check_parity
from face_training.landmarks.networks import build

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDER = ROOT / 'models' / 'landmarks_5'
# Figure -> what it may be at most, on the validation faces.
MOST = {'nme': 0.055, 'failure': 0.04, 'nme/pose/frontal': 0.045, 'failure/pose/frontal': 0.02, 'detected/growth': 0.15}


@pytest.fixture(scope='module')
def figures():
    return json.loads((FOLDER / 'model.json').read_text())['proof']['figures']


@pytest.fixture(scope='module')
def faces(shared):
    return judged_faces(shared / 'data' / 'landmarks' / 'val.json')


@pytest.fixture(scope='module')
def measured(faces):
    with open_any(FOLDER) as finder:
        return evaluate_landmarks(finder, faces, detected_boxes(str(ROOT / 'models' / 'slim_320'), faces))


def test_every_shipped_landmark_model_is_listed():
    assert [path.parent.name for path in (ROOT / 'models').glob('*/model.json')
            if json.loads(path.read_text())['task'] == 'landmarks'] == [FOLDER.name]


def test_the_model_reaches_what_was_asked(measured):
    assert {name: measured[name] for name, most in MOST.items() if not measured[name] <= most} == {}


def test_the_proof_is_what_is_measured(measured, figures):
    assert figures == pytest.approx({name: value for name, value in measured.items() if value == value}, abs=0.002)


def test_the_card_says_what_the_proof_says(figures):
    card = (FOLDER / 'README.md').read_text()
    rows = dict(re.findall(r'^\| `([^`]+)` \| ([0-9.]+) \|', card, re.MULTILINE))
    assert rows == {name: f'{value:.4f}' for name, value in figures.items()}


def test_the_weights_beside_the_model_are_its_own(faces):
    config = read_landmark_config(ROOT / 'training' / 'configs' / 'landmarks' / 'landmarks_5.yaml')
    net = build(config.model.network, len(config.data.points), config.model.width, config.model.height,
                FOLDER / 'weights.safetensors').eval()
    assert check_parity(net, FOLDER, faces[::40]) <= 1e-4
