# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""YOLO folders of darknet, CVAT and Ultralytics; shares become pixels of the upright picture."""
import cv2
import numpy as np
import pytest

from face_training.config import Source
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.readers import read_listing
from face_training.data.structure import DataError

LABELS = ('dad', 'dexter')
LAYOUTS = {
    'cvat': ('obj.names', 'dad\r\ndexter\r\n\r\n', 'obj_train_data/{}.jpg', 'obj_train_data/{}.txt'),
    'ultralytics': ('data.yaml', 'path: .\ntrain: images/train\nnames:\n  0: dad\n  1: dexter\n', 'images/train/{}.jpg',
                    'labels/train/{}.txt'),
    'roboflow': ('data.yaml', 'train: ../train/images\nnc: 2\nnames: [dad, dexter]\n', 'train/images/{}.jpg',
                 'train/labels/{}.txt'),
    'flat': ('classes.txt', 'dad\ndexter\n', '{}.jpg', '{}.txt')}


@pytest.fixture(params=LAYOUTS)
def folder(request, put, tmp_path):
    """Three pictures: two faces, one face, none; the empty text is left out by Ultralytics."""
    names, content, picture, text = LAYOUTS[request.param]
    put(names, content)
    for number, lines in enumerate(('0 0.5 0.5 0.25 0.5\r\n1 0.125 0.25 0.25 0.5\r\n', '1 0.5 0.5 1 1\n', ''), start=1):
        put(picture.format(f'a 0.{number}'))
        if lines or request.param != 'ultralytics':
            put(text.format(f'a 0.{number}'), lines)
    if request.param == 'cvat':
        put('obj.data', 'classes = 2\ntrain = data/train.txt\n')
        put('train.txt', 'data/obj_train_data/a 0.1.jpg\n')
    return tmp_path


def test_a_folder_without_names_is_refused(tmp_path, put):
    put('a.jpg')
    put('a.txt', '0 0.5 0.5 0.25 0.5\n')
    with pytest.raises(DataError, match='expected a folder with obj.names or data.yaml or'):
        read_samples(Source(str(tmp_path), format='yolo'), LABELS)


def test_shares_become_pixels(folder):
    first, second, empty = read_samples(folder, LABELS)
    assert first.labels.tolist() == [0, 1] and first.boxes.tolist() == [[60, 30, 100, 90], [0, 0, 40, 60]]
    assert second.boxes.tolist() == [[0, 0, 160, 120]] and empty.boxes.shape == (0, 4)
    assert [str(f) for f in check(folder)] == [
        f'warning: {read_listing(folder).pictures[1].faces[0].place}: the bbox covers the whole picture']


@pytest.mark.parametrize('line, words', [
    ('dad 0.5 0.5 0.2 0.2', 'a.txt:2: expected five numbers'), ('0 0.5 0.5 0.2', 'a.txt:2: expected five numbers, got 4'),
    ('0 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5', 'a.txt:2: expected five numbers, got 9: polygons'),
    ('2 0.5 0.5 0.2 0.2', 'a.txt:2: the label 2 is unknown, names are there for 0 to 1'),
    ('-1 0.5 0.5 0.2 0.2', 'a.txt:2: the label -1 is unknown'),
    ('0 80 60 40 60', 'a.txt:2: expected shares of the picture, 0 to 1'),
    ('0 0.5 0.5 0 0.2', 'a.txt:2: the bbox has no area'), ('0 nan 0.5 0.1 0.2', 'a.txt:2: the bbox is not finite')])
def test_a_wrong_line_is_named(put, tmp_path, line, words):
    put('classes.txt', 'dad\ndexter\n')
    put('a.jpg')
    put('a.txt', f'\n{line}\n')
    finding, = check(tmp_path)
    assert finding.severity == 'fault' and words in f'{finding.place}: {finding.what}'
    with pytest.raises(DataError, match=words):
        read_samples(tmp_path, LABELS)


def test_a_text_without_its_picture_is_named(put, tmp_path):
    put('classes.txt', 'dad\n')
    for name in ('a.jpg', 'a.txt', 'b.txt'):
        put(name, None if name.endswith('jpg') else '0 0.5 0.5 0.2 0.2\n')
    assert [str(f) for f in check(tmp_path)] == ['fault: b.txt: there is no picture for it']


@pytest.mark.parametrize('name, content, words', [
    ('data.yaml', 'names: {1: dad, 2: dexter}', 'numbers from 0'), ('data.yaml', 'nc: 2', 'expected names'),
    ('data.yaml', '[', 'cannot be read as YAML'), ('obj.names', 'dad\n\ndexter\n', 'has an empty line'),
    ('obj.names', '\n', 'names no label')])
def test_names_that_do_not_number_the_labels_are_refused(put, tmp_path, name, content, words):
    put(name, content)
    put('a.jpg')
    put('a.txt', '')
    with pytest.raises(DataError, match=words):
        read_samples(tmp_path, LABELS)


def test_a_subset_is_a_folder(put, tmp_path):
    put('data.yaml', 'names: [dad]')
    for part in ('train', 'val'):
        put(f'images/{part}/{part}.jpg')
        put(f'labels/{part}/{part}.txt', '0 0.5 0.5 0.2 0.2\n')
    assert [s.path.stem for s in read_samples(Source(str(tmp_path), subset='val'), LABELS)] == ['val']
    assert len(read_samples(tmp_path, LABELS)) == 2


def test_shares_are_those_of_the_upright_picture(put, tmp_path):
    coded = cv2.imencode('.jpg', np.zeros((120, 160, 3), np.uint8))[1].tobytes()
    exif = b'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0'
    put('classes.txt', 'dad\n')
    put('a.jpg', coded[:2] + b'\xff\xe1' + (len(exif) + 2).to_bytes(2, 'big') + exif + coded[2:])
    put('a.txt', '0 0.5 0.5 0.5 0.25\n')
    sample, = read_samples(tmp_path, LABELS)
    assert (sample.width, sample.height) == (120, 160) and sample.boxes.tolist() == [[30, 60, 90, 100]]
