# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The export that the experiment is made on; the experiment itself takes minutes and stands in docs/own_faces.md."""
import json
import pathlib
import shutil

import cv2
import numpy as np
import pytest

from benchmarks.own_faces import PERSONS, false_positives, main, row, write_export
from face_training.data.check import check
from face_training.data.load import read_samples

ROOT = pathlib.Path(__file__).parents[3]


@pytest.fixture
def frames(tmp_path):
    """Five frames; one shows nobody of the three, one somebody else beside dad."""
    (tmp_path / 'dexter_annotations').mkdir()
    (tmp_path / 'dexter').mkdir()
    lines = ['1.jpg 10 20 60 80 dad', '1.jpg 70 20 90 50 mom', '2.jpg 5 5 60 60 unknown', '3.jpg 5 5 60 60 dexter',
             '4.jpg 5 5 60 60 deedee', '5.jpg 5 5 60 60 dad']
    (tmp_path / 'dexter_annotations' / 'val_annotations.txt').write_text('\n'.join(lines))
    for number in range(1, 6):
        noise = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
        cv2.imwrite(str(tmp_path / 'dexter' / f'val_{number}.jpg'), cv2.resize(noise, (160, 120)))
    return tmp_path


def test_without_data_it_is_said(tmp_path, capsys):
    assert main([str(tmp_path / 'out'), '--data', str(tmp_path)]) == 1
    assert 'val_annotations.txt is missing' in capsys.readouterr().err


def test_frames_of_the_three_are_exported_and_others_ignored(frames, tmp_path):
    out = tmp_path / 'out'
    assert write_export(frames, out) == 4 and check(out) == []
    samples = read_samples(out, PERSONS)
    assert [sample.labels.tolist() for sample in samples] == [[0, -1], [2], [1], [0]]
    assert samples[0].boxes[0].tolist() == [10, 20, 60, 80]


def test_a_number_of_them_is_drawn_by_the_seed(frames, tmp_path):
    drawn = [write_export(frames, tmp_path / name, 2, seed) and sorted(p.stem for p in (tmp_path / name).rglob('*.xml'))
             for name, seed in (('a', 1), ('b', 1), ('c', 2), ('d', 3))]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 2 and any(each != drawn[0] for each in drawn[2:])


def test_several_values_have_a_mean():
    assert row([0.5], '.1%') == '50.0%' and row([0.5, 1.0], '.1%') == '50.0%, 100.0%; mean 75.0%'


def test_what_is_seen_on_pictures_without_a_face_is_counted(tmp_path):
    """A person that the list does not know, nothing, and a labelled face that does not count."""
    model = ROOT / 'models' / 'slim_320'
    seen = len(json.loads((model / 'model.json').read_text())['proof']['reference']['detections'])
    shutil.copy(model / 'reference.png', tmp_path / 'person.png')
    shutil.copy(model / 'reference.png', tmp_path / 'labelled.png')
    cv2.imwrite(str(tmp_path / 'nothing.png'), np.zeros((240, 320, 3), np.uint8))
    (tmp_path / 'val.json').write_text(json.dumps({
        'images': [{'id': n, 'file_name': f'{name}.png', 'width': 320, 'height': 240}
                   for n, name in enumerate(('person', 'nothing', 'labelled'))],
        'annotations': [{'id': 0, 'image_id': 2, 'category_id': 1, 'bbox': [10, 10, 50, 50]}],
        'categories': [{'id': 1, 'name': 'human'}, {'id': 2, 'name': 'cartoon'}]}))
    assert seen > 0 and false_positives(model, tmp_path) == seen / 2
