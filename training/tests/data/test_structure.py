# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What check refuses train refuses, with the same sentence and no traceback."""
import json
import os

import cv2
import numpy as np
import pytest

from face_training.__main__ import main
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.sample import read_image
from face_training.data.structure import DataError

LABELS = ('human', 'cartoon')
PICTURE = {'id': 1, 'file_name': 'a.png', 'width': 80, 'height': 60}
FACE = {'id': 1, 'image_id': 1, 'category_id': 1, 'bbox': [10, 10, 30, 30]}
CATEGORIES = [{'id': 1, 'name': 'human'}, {'id': 2, 'name': 'cartoon'}]


def without(entry, key):
    return {name: value for name, value in entry.items() if name != key}


@pytest.fixture
def write(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), np.full((60, 80, 3), 90, np.uint8))

    def put(content):
        path = tmp_path / 'data.json'
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path
    return put


def coco(images=(PICTURE,), annotations=(FACE,), categories=CATEGORIES):
    return {'images': list(images), 'annotations': list(annotations), 'categories': list(categories)}


def test_good_data_is_taken_by_both(write):
    path = write(coco())
    assert check(path) == [] and len(read_samples(path, LABELS)) == 1


@pytest.mark.parametrize('content, words', [
    ('', 'cannot be read as JSON'), ('[' * 100000, 'cannot be read as JSON'),
    ([dict(FACE, score=0.9)], 'is a list, expected an object with the lists'),
    (without(coco(), 'categories'), 'has no list categories'),
    (coco(images=()), 'lists no pictures'),
    (coco(images=[3]), r'images\[0\] is 3, expected an object'),
    (coco(images=[without(PICTURE, 'width')]), r'images\[0\] has no width'),
    (coco(images=[dict(PICTURE, height=60.5)]), 'has the height 60.5, expected a whole number of pixels'),
    (coco(images=[dict(PICTURE, file_name=5)]), 'has the file_name 5, expected text'),
    (coco(images=[without(PICTURE, 'file_name')]), r'images\[0\] has no file_name'),
    (coco(images=[dict(PICTURE, id=[1])]), r'has the id \[1\], expected a whole number'),
    (coco(annotations=[without(FACE, 'id')]), r'annotations\[0\] has no id'),
    (coco(images=[dict(PICTURE, file_name='half \ud800')]), r"has the file_name 'half \\ud800', expected text"),
    (coco(images=[dict(PICTURE, file_name='a\0b')]), 'expected text'),
    (coco(images=[dict(PICTURE, source=['a'])]), r"has the source \['a'\], expected text"),
    (coco(categories=[{'id': 1, 'name': 'human'}, {'id': 1, 'name': 'cartoon'}]), 'has the id 1, as another has'),
    (coco(categories=[{'id': 1}]), r'categories\[0\] has no name'),
    (coco(annotations=[dict(FACE, bbox=[0.1, 0.2, 0.3, 0.4])]), 'all boxes lie within 0..1'),
])
def test_what_is_no_coco_file_is_one_sentence_for_both(write, content, words):
    path = write(content)
    finding, = check(path)
    with pytest.raises(DataError, match=words) as error:
        read_samples(path, LABELS)
    assert finding.severity == 'fault' and str(error.value) == f'{path}: {finding.what}'


def test_one_id_for_two_pictures_is_refused_by_both(write):
    path = write(coco(images=[PICTURE, PICTURE]))
    assert [finding.what for finding in check(path)] == ['the image id 1 is used twice']
    with pytest.raises(DataError, match='the image id 1 is used twice'):
        read_samples(path, LABELS)


def test_one_id_for_two_faces_is_refused_by_both(write):
    path = write(coco(annotations=[FACE, dict(FACE, bbox=[1, 1, 20, 20])]))
    assert [str(finding) for finding in check(path)] == ['fault: annotation 1: the id is used twice']
    with pytest.raises(DataError, match='annotation 1: the id is used twice'):
        read_samples(path, LABELS)


def test_another_size_is_refused_by_both(write):
    path = write(coco(images=[dict(PICTURE, width=81)]))
    assert [finding.what for finding in check(path)] == ['is 80x60, the json says 81x60']
    with pytest.raises(DataError, match='a.png is 80x60, the data say 81x60'):
        read_image(read_samples(path, LABELS)[0])


def test_a_damaged_jpeg_is_refused_by_both(write, tmp_path):
    # Zeros that libjpeg decodes without a word: most of the picture is wrong.
    noise = np.random.RandomState(3).randint(0, 256, (40, 60, 3)).astype(np.uint8)
    data = cv2.imencode('.jpg', cv2.resize(noise, (320, 240)))[1].tobytes()
    place = len(data) // 2
    entry = dict(PICTURE, file_name='a.jpg', width=320, height=240)
    os.remove(tmp_path / 'a.png')
    (tmp_path / 'a.jpg').write_bytes(data)
    path = write(coco(images=[entry]))
    assert check(path) == []
    (tmp_path / 'a.jpg').write_bytes(data[:place] + bytes(512) + data[place + 512:])
    finding, = check(path)
    assert finding.severity == 'fault' and 'damaged' in finding.what
    with pytest.raises(DataError, match='a.jpg cannot be read as an image: the picture is damaged'):
        read_image(read_samples(path, LABELS)[0])


def test_absolute_names_are_taken_by_both(write, tmp_path, monkeypatch):
    write(coco(images=[dict(PICTURE, file_name=str(tmp_path / 'a.png'))]))
    monkeypatch.chdir(tmp_path)
    assert check('data.json') == []
    assert read_samples('data.json', LABELS)[0].path == tmp_path / 'a.png'


def test_every_kind_of_picture_that_training_reads_passes(write, tmp_path):
    cv2.imwrite(str(tmp_path / 'b.webp'), np.full((60, 80, 3), 90, np.uint8))
    cv2.imwrite(str(tmp_path / 'c.bmp'), np.full((60, 80, 3), 90, np.uint8))
    images = [PICTURE, dict(PICTURE, id=2, file_name='b.webp'), dict(PICTURE, id=3, file_name='c.bmp')]
    assert check(write(coco(images=images))) == []


def test_a_picture_turned_by_exif_is_a_warning_and_counted_apart(write, tmp_path, capsys, caplog):
    coded = cv2.imencode('.jpg', np.full((60, 80, 3), 90, np.uint8))[1].tobytes()
    exif = b'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0'
    (tmp_path / 'a.jpg').write_bytes(coded[:2] + b'\xff\xe1' + (len(exif) + 2).to_bytes(2, 'big') + exif + coded[2:])
    os.remove(tmp_path / 'a.png')
    path = write(coco(images=[dict(PICTURE, file_name='a.jpg')]))
    assert main(['check', str(path)]) == 0
    out = capsys.readouterr().out
    assert 'turned by its EXIF orientation 3' in out and f'0 faults and 1 warnings in {path}' in out
    assert len(read_samples(path, LABELS)) == 1
    assert '1 labelled pictures are turned by EXIF, a.jpg among them' in caplog.text
    # Without a face there is no box to be wrong.
    caplog.clear()
    path = write(coco(images=[dict(PICTURE, file_name='a.jpg')], annotations=[]))
    assert check(path) == [] and len(read_samples(path, LABELS)) == 1 and caplog.text == ''


def test_the_commands_end_with_a_sentence(write, tmp_path, capsys):
    path = write(coco(images=()))
    assert main(['check', str(path)]) == 1
    config = tmp_path / 'tiny.yaml'
    config.write_text(f'data: {{train: {path}, val: {path}, workers: 0}}\n'
                      'model: {name: tiny, network: slim, width: 64, height: 64}\n')
    assert main(['train', str(config), '--run', str(tmp_path / 'run')]) == 2
    assert f'{path}: lists no pictures' in capsys.readouterr().err
