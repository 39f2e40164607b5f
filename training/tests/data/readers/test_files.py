# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.data.readers.files import PictureIndex, number_of, read_labels, read_lines
from face_training.data.structure import DataError


def test_an_empty_folder_has_no_pictures(tmp_path):
    index = PictureIndex(tmp_path)
    assert index.paths == [] and index.find('a.jpg') == []


def test_two_pictures_of_one_name_in_two_folders_are_told_apart_by_them(put, tmp_path):
    first, second = put('one/0001.jpg'), put('two/0001.jpg')
    index = PictureIndex(tmp_path)
    assert index.find('two/0001.jpg') == [second] and index.find(r'D:\one\0001.jpg') == [first, second]


@pytest.mark.parametrize('name, found', [
    ('a.jpg', ['a.jpg']), ('A.jpg', ['A.jpg']), ('a', ['a.jpg', 'A.jpg']), ('a.png', ['a.jpg', 'A.jpg']), ('b.jpg', [])])
def test_case_decides_where_a_file_has_it(put, tmp_path, name, found):
    put('a.jpg')
    put('A.jpg')
    assert {path.name for path in PictureIndex(tmp_path).find(name)} == set(found)


def test_a_text_in_another_code_is_refused(put):
    with pytest.raises(DataError, match='labels.txt: cannot be read as text in UTF-8'):
        read_lines(put('labels.txt', b'd\xe4d\n'))


def test_the_background_is_no_label_and_a_colour_no_part_of_one(put):
    findings = []
    assert read_labels(put('labels.txt', 'BACKGROUND\n\n dad \nDee Dee'), findings) == ['dad', 'Dee Dee']
    assert read_labels(put('labelmap.txt', '# label:color_rgb:parts:actions\nbackground:::\nDee Dee:0,1,2::\n'),
                       findings) == ['Dee Dee']
    assert findings == []


@pytest.mark.parametrize('text, number', [('3.5', 3.5), ('many', 'many'), (None, None)])
def test_what_is_no_number_stays_as_it_is(text, number):
    assert number_of(text) == number
