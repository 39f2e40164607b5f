# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pytest

from face_training.data.load import read_samples
from face_training.data.sample import IGNORE, read_image
from face_training.data.structure import DataError

CATEGORIES = [{'id': 1, 'name': 'human'}, {'id': 7, 'name': 'cartoon'}]


def written(tmp_path, images, annotations, categories=CATEGORIES):
    path = tmp_path / 'data.json'
    path.write_text(json.dumps({'images': images, 'annotations': annotations, 'categories': categories}))
    return path


def image(number, source='a'):
    return {'id': number, 'file_name': f'{number}.jpg', 'width': 100, 'height': 50, 'source': source}


def face(number, category, box=(10, 5, 20, 30), iscrowd=0, picture=1):
    return {'id': number, 'image_id': picture, 'category_id': category, 'bbox': list(box), 'iscrowd': iscrowd}


def test_no_pictures_are_refused(tmp_path):
    with pytest.raises(DataError, match='data.json: lists no pictures'):
        read_samples(written(tmp_path, [], []), ('human', 'cartoon'))


def test_two_faces_keep_label_and_corners(tmp_path):
    path = written(tmp_path, [image(1)], [face(1, 7), face(2, 1, (0, 0, 50, 40))])
    sample, = read_samples(path, ('human', 'cartoon'))
    assert sample.labels.tolist() == [1, 0]
    assert sample.boxes.tolist() == [[10, 5, 30, 35], [0, 0, 50, 40]]
    assert (sample.width, sample.height, sample.source) == (100, 50, 'a')


def test_iscrowd_is_ignored_and_face_free_pictures_stay(tmp_path):
    path = written(tmp_path, [image(1), image(2)], [face(1, 1, iscrowd=1)])
    with_crowd, without = read_samples(path, ('human', 'cartoon'))
    assert with_crowd.labels.tolist() == [IGNORE]
    assert without.boxes.shape == (0, 4)


def test_a_source_can_be_left_out(tmp_path):
    path = written(tmp_path, [image(1, 'scooby'), image(2, 'fddb')], [face(1, 1)])
    assert [s.source for s in read_samples(path, ('human', 'cartoon'), exclude=('scooby',))] == ['fddb']


@pytest.mark.parametrize('annotation, words', [
    (face(3, 9), 'annotation 3: the category 9 is unknown'),
    (face(3, 1, picture=5), 'annotation 3: the image 5 is not listed'),
    (face(3, 1, (1, 2, float('nan'), 4)), 'annotation 3: the bbox is not finite'),
    (face(3, 1, (1, 2, 0, 4)), 'annotation 3: the bbox has no area'),
])
def test_what_would_train_the_wrong_thing_is_refused(tmp_path, annotation, words):
    with pytest.raises(DataError, match=words):
        read_samples(written(tmp_path, [image(1)], [annotation]), ('human', 'cartoon'))


def test_a_picture_that_cannot_be_read_is_named(tmp_path):
    sample, = read_samples(written(tmp_path, [image(1)], []), ('human', 'cartoon'))
    sample.path.write_bytes(b'no picture')
    with pytest.raises(DataError, match='1.jpg cannot be read'):
        read_image(sample)


def test_pictures_come_as_bgr(drawn):
    picture = read_image(read_samples(drawn, ('human', 'cartoon'))[0])
    assert picture.shape == (120, 160, 3) and picture.dtype == np.uint8
