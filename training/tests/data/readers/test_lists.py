# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.config import Source
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.structure import DataError

LINES = '0001.jpg 10 20 60 80 dad\r\n0001.jpg 70 30 120 90.5 Dee Dee\n\nmy picture.png 1 2 30 40 dad\n'


def test_an_empty_list_is_refused(put):
    with pytest.raises(DataError, match='has no line "file x1 y1 x2 y2 label"'):
        read_samples(Source(str(put('faces.txt', '\n')), format='lists'), ['dad'])


@pytest.mark.parametrize('name, folder', [('faces.txt', ''), ('faces.txt', 'faces/'), ('dad_annotations.txt', 'dad/')])
def test_two_pictures_with_two_labels(put, name, folder):
    """Beside the list, in a folder of its name, and as finding-dexters has it."""
    path = put(name, LINES)
    put(f'{folder}0001.jpg')
    put(f'{folder}my picture.png')
    first, second = read_samples(path, ['dad', 'Dee Dee'])
    assert first.labels.tolist() == [0, 1] and first.boxes.tolist() == [[10, 20, 60, 80], [70, 30, 120, 90.5]]
    assert second.path.name == 'my picture.png' and second.boxes.tolist() == [[1, 2, 30, 40]]
    assert check(path) == []


def test_labels_are_renamed_or_ignored(put):
    path = put('faces.txt', LINES)
    put('0001.jpg')
    put('my picture.png')
    renamed = Source(str(path), rename={'Dee Dee': '', 'dad': 'cartoon'})
    assert [s.labels.tolist() for s in read_samples(renamed, ['cartoon'])] == [[0, -1], [0]]
    with pytest.raises(DataError, match="no label 'mum' to rename; there are Dee Dee, dad"):
        read_samples(Source(str(path), rename={'mum': ''}), ['dad'])


def test_a_wrong_line_is_named(put):
    path = put('faces.txt', '0001.jpg 1 2 30 40 dad\n0001.jpg 1 2 30 dad\n0002.jpg 30 2 1 40 dad\n')
    put('0001.jpg')
    assert [str(f) for f in check(path)] == [
        "fault: faces.txt:2: expected a file, four numbers and a label, got '0001.jpg 1 2 30 dad'",
        'fault: image 0002.jpg: the file does not exist', 'fault: faces.txt:3: the bbox has no area: -29 wide, 38 high']
    with pytest.raises(DataError, match=r'faces.txt:2: expected a file, four numbers and a label'):
        read_samples(path, ['dad'])
