# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The list of WIDER FACE is read as it is published, and what does not fit is named."""
import cv2
import numpy as np
import pytest

from face_training.data.load import read_samples
from face_training.data.readers import read_listing
from face_training.data.readers.wider import read_annotations
from face_training.data.structure import DataError

TXT = """0--Parade/0_Parade_1.jpg
2
10 20 30 40 0 1 0 0 2 1
5 6 7 8 2 0 1 1 0 0
0--Parade/0_Parade_2.jpg
0
0 0 0 0 0 0 0 0 0 0
1--Meeting/1_Meeting_3.jpg
1
1 2 3 4 0 0 0 0 0 0
"""


def written(tmp_path, text=TXT):
    path = tmp_path / 'wider_face_val_bbx_gt.txt'
    path.write_text(text)
    return path


def test_an_empty_list_has_no_pictures(tmp_path):
    assert read_annotations(written(tmp_path, '')) == {}


@pytest.mark.parametrize('text', [TXT, TXT.replace('0 0 0 0 0 0 0 0 0 0\n1--', '1--'),     # a copy without the zeros
                                  TXT.replace('\n', ' \r\n')])                            # as the archive has it, on Windows
def test_pictures_faces_and_attributes(tmp_path, text):
    found = read_annotations(written(tmp_path, text))
    assert list(found) == ['0--Parade/0_Parade_1.jpg', '0--Parade/0_Parade_2.jpg', '1--Meeting/1_Meeting_3.jpg']
    first, empty, last = found.values()
    assert first.boxes.tolist() == [[10, 20, 40, 60], [5, 6, 12, 14]]
    assert first.attributes.tolist() == [[0, 1, 0, 0, 2, 1], [2, 0, 1, 1, 0, 0]]
    assert empty.boxes.shape == (0, 4) and empty.attributes.shape == (0, 6)
    assert last.boxes.tolist() == [[1, 2, 4, 6]]


@pytest.mark.parametrize('text, said', [
    ('10 20\n', 'txt:1: expected the name of a picture'),
    ('a/b.jpg\nmany\n', 'txt:2: expected 1 whole number, got .many'),
    ('a/b.jpg\n-1\n', 'txt:2: expected a number of faces'),
    ('a/b.jpg\n2\n1 2 3 4 0 0 0 0 0 0\n', 'txt:4: expected 10 whole numbers, got .the end of the file'),
    ('a/b.jpg\n1\n1 2 3 4\n', 'txt:3: expected 10 whole numbers'),
    ('a/b.jpg\n0\na/b.jpg\n0\n', 'txt:3: a/b.jpg is listed twice')])
def test_a_wrong_line_is_named(tmp_path, text, said):
    with pytest.raises(DataError, match=said):
        read_annotations(written(tmp_path, text))


@pytest.fixture
def archives(tmp_path):
    """The folder of the unpacked archives, with drawn pictures."""
    (tmp_path / 'wider_face_split').mkdir()
    text = TXT
    for line, other in (('10 20 30 40 0 1 0 0', '10 20 30 40 0 1 0 1'),      # invalid
                        ('5 6 7 8 2 0 1 1', '5 6 7 8 2 0 1 0'), ('1 2 3 4 0 0', '1 2 3 0 0 0')):       # without area
        text = text.replace(line, other)
    (tmp_path / 'wider_face_split' / 'wider_face_val_bbx_gt.txt').write_text(text)
    for name in ('0--Parade/0_Parade_1.jpg', '0--Parade/0_Parade_2.jpg', '1--Meeting/1_Meeting_3.jpg'):
        path = tmp_path / 'WIDER_val' / 'images' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((100, 120, 3), 90, np.uint8))
    return tmp_path


def test_the_list_trains_as_any_other_data(archives):
    """Invalid faces are regions to ignore; a box without area is a warning, as the published list has a few."""
    listing = read_listing(archives)
    assert [(f.severity, f.place) for f in listing.findings] == [('warning', 'image 1--Meeting/1_Meeting_3.jpg, face 1')]
    samples = read_samples(archives, ['face'])
    assert [sample.labels.tolist() for sample in samples] == [[-1, 0], [], []]
    assert samples[0].boxes.tolist() == [[10, 20, 40, 60], [5, 6, 12, 14]] and samples[0].width == 120


def test_one_of_several_lists_is_named(archives):
    (archives / 'wider_face_split' / 'wider_face_train_bbx_gt.txt').write_text(TXT)
    with pytest.raises(DataError, match='has 2 lists wider_face_'):
        read_listing(archives)
