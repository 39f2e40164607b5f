# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from face_training.data.check import check, check_box


def test_an_empty_set_is_a_fault(tmp_path):
    path = tmp_path / 'data.json'
    path.write_text(json.dumps({'images': [], 'annotations': [], 'categories': []}))
    assert [str(finding) for finding in check(path)] == ['fault: file data.json: lists no pictures']


def test_good_data_has_no_finding_and_a_missing_and_an_empty_file_are_told_apart(drawn, tmp_path):
    assert check(drawn) == []
    content = json.loads(drawn.read_text())
    (tmp_path / '002.png').write_bytes(b'')
    path = tmp_path / 'data.json'
    path.write_text(json.dumps(dict(content, images=content['images'][:2], annotations=[])))
    assert [str(f) for f in check(path)] == ['fault: image 001.png: the file does not exist',
                                             'fault: image 002.png: the file is empty']


@pytest.mark.parametrize('text', ['', '[', '{"images": 3}'])
def test_a_file_that_is_no_coco_json_is_one_fault(tmp_path, text):
    path = tmp_path / 'data.json'
    path.write_text(text)
    finding, = check(path)
    assert finding.severity == 'fault' and finding.place == 'file data.json'


@pytest.mark.parametrize('box, severity', [
    ([0, 0, 10, 10], None), ([1, 2, 3], 'fault'), (None, 'fault'), (['1', 2, 3, 4], 'fault'),
    ([0, 0, float('inf'), 4], 'fault'), ([5, 5, -1, 4], 'fault'), ([200, 5, 10, 10], 'fault'),
    ([0, 0, 1, 1], 'warning'), ([90, 5, 30, 10], 'warning'), ([0, 0, 100, 50], 'warning')])
def test_a_box_is_judged(box, severity):
    assert [s for s, _ in check_box(box, (100, 50))] == ([] if severity is None else [severity])


def test_every_planted_fault_is_found(shared):
    folder = shared / 'data' / 'faces_broken'
    expected = json.loads((folder / 'expected.json').read_text())
    found = {f.place for f in check(folder / 'broken.json')}
    for entry in expected['annotations']:
        assert f'annotation {entry["annotation_id"]}' in found, entry
    fine = {'none', 'single channel (valid, must be handled)', 'CMYK JPEG (valid, must be handled)'}
    for entry in expected['images']:
        if entry['fault'] not in fine and not entry['fault'].startswith('EXIF'):
            assert {f'image {entry["image"]}', f'file {entry["image"]}'} & found, entry
