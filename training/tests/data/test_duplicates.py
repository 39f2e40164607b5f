# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json

import cv2
import numpy as np
import pytest

from face_training.__main__ import main
from face_training.data.duplicates import near_duplicates


def picture(seed):
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 256, (6, 8, 3), np.uint8), (160, 120), interpolation=cv2.INTER_CUBIC)


def listed(folder, name, pictures):
    images = []
    for number, (file, image) in enumerate(pictures.items(), start=1):
        cv2.imwrite(str(folder / file), image)
        images.append({'id': number, 'file_name': file, 'width': image.shape[1], 'height': image.shape[0]})
    path = folder / f'{name}.json'
    path.write_text(json.dumps({'images': images, 'annotations': [], 'categories': [{'id': 1, 'name': 'human'}]}))
    return str(path)


@pytest.fixture
def lists(tmp_path):
    """train has a picture twice, once smaller and compressed; val has it brighter."""
    first = picture(1)
    train = listed(tmp_path, 'train', {'a.png': first, 'b.jpg': cv2.resize(first, (80, 60)), 'c.png': picture(2)})
    val = listed(tmp_path, 'val', {'d.png': cv2.convertScaleAbs(first, alpha=0.9, beta=15), 'e.png': picture(3)})
    return train, val


def test_two_different_pictures_are_no_pair(tmp_path):
    assert near_duplicates([listed(tmp_path, 'train', {'a.png': picture(1), 'b.png': picture(2)})], 6) == []


def test_copies_are_found_within_and_between_lists(lists):
    assert {(pair.one, pair.other, pair.across) for pair in near_duplicates(lists, 6)} == {
        ('train.json: a.png', 'train.json: b.jpg', False), ('train.json: a.png', 'val.json: d.png', True),
        ('train.json: b.jpg', 'val.json: d.png', True)}


def test_the_command_counts_them(lists, capsys):
    assert main(['check', *lists, '--duplicates']) == 0
    assert '3 pairs of near-duplicates, 2 of them between files' in capsys.readouterr().out
    assert main(['check', lists[0]]) == 0
    assert 'near-duplicates' not in capsys.readouterr().out
