# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""COCO as CVAT exports it; ../test_structure.py has what a json may hold, ../test_load.py how it becomes samples."""
import json

import pytest

from face_training.config import Source
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.structure import DataError


def content(name):
    return json.dumps({
        'licenses': [{'name': '', 'id': 0, 'url': ''}], 'info': {'contributor': ''},
        'categories': [{'id': 1, 'name': 'dad', 'supercategory': ''}, {'id': 2, 'name': 'dexter', 'supercategory': ''}],
        'images': [{'id': 1, 'width': 160, 'height': 120, 'file_name': name, 'license': 0, 'coco_url': ''}],
        'annotations': [{'id': 1, 'image_id': 1, 'category_id': 2, 'segmentation': [], 'area': 1200.0, 'iscrowd': 0,
                         'bbox': [10.0, 20.0, 30.0, 40.0], 'attributes': {'occluded': False, 'rotation': 0.0}}]})


def test_a_folder_without_a_json_is_refused(tmp_path):
    with pytest.raises(DataError, match='has no COCO files'):
        read_samples(Source(str(tmp_path), format='coco'), ['dad'])


@pytest.mark.parametrize('place', ['images/default', 'images', 'annotations'])
def test_the_export_of_cvat_is_read_as_a_folder_and_by_its_file(put, tmp_path, place):
    """Pictures lie in images/SUBSET or in images, as the version has it; beside the json in other tools."""
    path = put('annotations/instances_default.json', content('my clip/0001.jpg'))
    put(f'{place}/my clip/0001.jpg')
    for data in (tmp_path, path):
        sample, = read_samples(data, ['dad', 'dexter'])
        assert sample.labels.tolist() == [1] and sample.boxes.tolist() == [[10, 20, 40, 60]]
        assert check(data) == []


def test_of_two_subsets_one_is_named(put, tmp_path):
    for subset in ('Train', 'Validation'):
        put(f'annotations/instances_{subset}.json', content(f'{subset}.jpg'))
        put(f'images/{subset}/{subset}.jpg')
    with pytest.raises(DataError, match=r'has 2 COCO files: instances_Train.json, instances_Validation.json; name one json'):
        read_samples(tmp_path, ['dad', 'dexter'])
    assert read_samples(Source(str(tmp_path), subset='train'), ['dad', 'dexter'])[0].path.stem == 'Train'
