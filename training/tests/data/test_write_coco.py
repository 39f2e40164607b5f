# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json

from face_training.data.check import check, judge
from face_training.data.load import read_samples
from face_training.data.readers import read_listing
from face_training.data.write_coco import write_coco


def test_no_pictures_are_an_empty_json(tmp_path):
    write_coco([], ['dad'], tmp_path / 'a.json')
    assert json.loads((tmp_path / 'a.json').read_text()) == {'images': [], 'annotations': [],
                                                             'categories': [{'id': 1, 'name': 'dad'}]}


def test_what_is_written_reads_back_from_another_folder(drawn, tmp_path):
    content = json.loads(drawn.read_text())
    for entry in content['images']:
        entry['file_name'] = str(drawn.parent / entry['file_name'])
    content['annotations'][0]['iscrowd'] = 1
    first = tmp_path / 'first.json'
    first.write_text(json.dumps(content))
    listing = read_listing(first)
    path = tmp_path / 'sub' / 'second.json'
    path.parent.mkdir()
    write_coco(judge(listing).good, listing.labels, path)
    assert check(path) == []
    for one, other in zip(read_samples(first, ('human', 'cartoon')), read_samples(path, ('human', 'cartoon')), strict=True):
        assert one.path == other.path.resolve() and one.source == other.source == 'drawn'
        assert one.boxes.tolist() == other.boxes.tolist() and one.labels.tolist() == other.labels.tolist()
