# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training evaluate MODEL --wider FOLDER` from the files to the figures, on a few pictures."""
import json
import pathlib

import cv2
import numpy as np
import pytest
import safetensors.torch
import torch

from face_training.__main__ import main
from face_training.networks import build

MODEL = pathlib.Path(__file__).parents[3] / 'models' / 'slim_320'


@pytest.fixture
def folder(tmp_path, write_set):
    """A person and a drawn character, the same mirrored, and an empty picture, in which the txt claims a face.

    Faces that count: easy has all of the film, medium those and the claimed one, hard the claimed one alone.
    """
    shown = json.loads((MODEL / 'model.json').read_text())['proof']['reference']
    image = cv2.imread(str(MODEL / shown['image']))
    boxes = np.rint([entry['bbox'] for entry in shown['detections']]).astype(int)
    mirrored = boxes.copy()
    mirrored[:, 0] = image.shape[1] - boxes[:, 0] - boxes[:, 2]
    claimed = np.array([[2, 2, 5, 4]])     # smaller than anything that is found
    pictures = {'0--Film/0_Film_1': (image, boxes), '0--Film/0_Film_2': (image[:, ::-1], mirrored),
                '1--Nobody/1_Nobody_1': (np.full((240, 320, 3), 90, np.uint8), claimed)}
    lines = []
    for name, (picture, rows) in pictures.items():
        path = tmp_path / 'WIDER_val' / 'images' / f'{name}.jpg'
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 98])
        lines += [f'{name}.jpg', str(len(rows)), *(' '.join(map(str, [*row, 0, 0, 0, 0, 0, 0])) for row in rows.tolist())]
    (tmp_path / 'wider_face_split').mkdir()
    (tmp_path / 'wider_face_split' / 'wider_face_val_bbx_gt.txt').write_text('\n'.join(lines) + '\n')
    (tmp_path / 'eval_tools' / 'ground_truth').mkdir(parents=True)
    for name, film, nobody in (('easy', [1, 2], []), ('medium', [1, 2], [1]), ('hard', [], [1])):
        write_set(tmp_path / 'eval_tools' / 'ground_truth' / f'wider_{name}_val.mat', {
            '0--Film': {'0_Film_1': (boxes, film), '0_Film_2': (mirrored, film)},
            '1--Nobody': {'1_Nobody_1': (claimed, nobody)}})
    return tmp_path


def evaluate(folder, model, *words):
    status = main(['evaluate', str(model), '--wider', str(folder), '--json', str(folder / 'figures.json'), *words])
    return status, json.loads((folder / 'figures.json').read_text()) if not status else None


def test_a_shipped_model(folder, capsys):
    """Four faces are seen, before anything else: AP 1; of five with one that is not there, .8; that one alone, 0."""
    status, values = evaluate(folder, MODEL)
    assert status == 0 and values == pytest.approx({'wider_ap/easy': 1, 'wider_ap/medium': 0.8, 'wider_ap/hard': 0})
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ['wider_ap/easy', '1.0000'], ['wider_ap/medium', '0.8000'], ['wider_ap/hard', '0.0000']]


def test_published_weights(folder):
    torch.manual_seed(1)
    weights = folder / 'weights.safetensors'
    safetensors.torch.save_file(build('slim', 1).state_dict(), weights)
    status, values = evaluate(folder, f'new=slim:320x240:{weights}')
    assert status == 0 and values['wider_ap/easy'] < 0.5        # it has learnt nothing


@pytest.mark.parametrize('gone, said', [
    ('wider_face_split/wider_face_val_bbx_gt.txt', 'no wider_face_split/wider_face_val_bbx_gt.txt or '),
    ('eval_tools/ground_truth/wider_hard_val.mat', 'wider_hard_val.mat or'),
    ('WIDER_val/images/0--Film/0_Film_2.jpg', '0_Film_2.jpg cannot be read as an image')])
def test_what_is_missing_is_one_sentence(folder, capsys, gone, said):
    (folder / gone).unlink()
    assert evaluate(folder, MODEL)[0] == 2
    error = capsys.readouterr().err
    assert said in error and 'Traceback' not in error


@pytest.mark.parametrize('words', [('--data', 'val.json'), ('--tilt', '15'), ('--source', 'fddb'), ('--checkpoint', 'best')])
def test_options_of_other_data_are_refused(folder, capsys, words):
    assert evaluate(folder, MODEL, *words)[0] == 2
    assert 'expected no --data' in capsys.readouterr().err
