# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import json

import pytest

from face_training.data.check import check, check_box, judge
from face_training.data.readers import read_listing


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


# What expected.json calls a fault, by its beginning, and what is said of it; '' where the picture is fine.
SAID = {
    'none': '', 'single channel': '', 'CMYK': '', 'exact duplicate': 'byte for byte the same as images/good.jpg',
    'truncated': 'cut off', 'zero-length': 'empty', 'only NUL': 'not an image', 'PNG content': 'is a PNG',
    'JPEG content': 'is a JPEG', 'width/height': 'is 200x150, the json says 640x480', 'HTML': 'not an image',
    '1x1': 'only 1x1', 'EXIF': 'EXIF orientation 6', 'garbage': 'damaged', 'listed': 'does not exist',
    'file exists': 'is not listed', 'image id 1 listed': 'the image id 1 is used twice', 'NaN': 'not finite',
    'infinite': 'not finite', 'negative': 'no area', 'partly': 'reaches out', 'wholly': 'outside', 'zero width': 'no area',
    'coordinates': 'something else than numbers', 'duplicate of': 'the same box', 'three': 'four numbers',
    'unknown': 'category 7 is unknown', 'box covers': 'covers the whole', '1-pixel': 'only 1x1',
    'image_id 999': 'the image 999 is not listed', 'annotation id 1': 'used twice', 'no bbox': 'four numbers'}


def test_every_planted_fault_is_called_what_it_is(shared):
    folder = shared / 'data' / 'faces_broken'
    expected = json.loads((folder / 'expected.json').read_text())
    found = [(f.place, f.what) for f in check(folder / 'broken.json')]
    named = set()
    for entry in [*expected['images'], *expected['annotations']]:
        places = ({f'annotation {entry["annotation_id"]}'} if 'annotation_id' in entry
                  else {f'image {entry["image"]}', f'file {entry["image"]}'})
        beginning = max((each for each in SAID if entry['fault'].startswith(each)), key=len)
        words = SAID[beginning]
        hits = [(place, what) for place, what in found if place in places and (not words or words in what)]
        if words:
            assert hits, entry
            named.update(hits)
        elif entry['image'] != 'images/good.jpg':       # which is listed twice
            assert not hits, entry
    assert set(found) == named


def test_what_is_left_is_what_has_no_fault(drawn, tmp_path):
    content = json.loads(drawn.read_text())
    for entry in content['images']:
        entry['file_name'] = str(drawn.parent / entry['file_name'])
    content['annotations'][0]['bbox'] = [0, 0, -5, 5]                    # of the first picture
    content['images'][4]['file_name'] = 'missing.png'
    path = tmp_path / 'data.json'
    path.write_text(json.dumps(content))
    left = judge(read_listing(path)).good
    assert [entry['file_name'] for n, entry in enumerate(content['images']) if n not in (0, 4)] == [p.name for p in left]
    assert {p.size for p in left} == {(160, 120)}
