# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.structure import DataError


def test_an_empty_csv_is_refused(put):
    with pytest.raises(DataError, match='has no row file,x1,y1,x2,y2'):
        read_samples(put('train.csv', ''), ['cartoon'])


@pytest.mark.parametrize('head, tail', [('', ''), ('image,xmin,ymin,xmax,ymax\r\n', ''), ('', ',face')])
def test_two_pictures_are_read_with_and_without_a_head(put, head, tail):
    """Published without; written by pandas with one; the labels of the test part have a column more."""
    path = put('train.csv', f'{head}a_1.jpg,10,20,60,80{tail}\r\na_2.jpg,1,2,30,40{tail}\na_1.jpg,70,30,120,90{tail}\n')
    put('train/a_1.jpg')
    put('train/a_2.jpg')
    first, second = read_samples(path, ['cartoon'])
    assert first.boxes.tolist() == [[10, 20, 60, 80], [70, 30, 120, 90]] and second.labels.tolist() == [0]
    assert check(path) == []


def test_a_wrong_row_and_a_missing_picture_are_named(put):
    path = put('train.csv', 'a.jpg,1,2,30,40\nb.jpg,1,2,30\nc.jpg,1,2,x,4\n')
    assert [str(f) for f in check(path)] == [
        "fault: train.csv:2: expected file,x1,y1,x2,y2, got 'b.jpg,1,2,30'",
        "fault: train.csv:3: expected file,x1,y1,x2,y2, got 'c.jpg,1,2,x,4'", 'fault: image a.jpg: the file does not exist']
    with pytest.raises(DataError, match=r'train.csv:2: expected file'):
        read_samples(path, ['cartoon'])
