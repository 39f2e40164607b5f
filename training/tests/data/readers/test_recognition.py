# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A file or folder is recognised by what is in it; data sets of several formats train together."""
import pytest

from face_training.config import Source
from face_training.data.load import read_samples
from face_training.data.readers import FORMATS, read_listing, recognise
from face_training.data.structure import DataError

from .conftest import xml_of


def test_every_format_of_the_config_has_a_reader():
    assert {'auto', *FORMATS} == set(Source.__dataclass_fields__['format'].type.__args__)


@pytest.mark.parametrize('name, content, found', [
    ('data.json', '', 'coco'), ('train.csv', '', 'icartoonface'), ('a.txt', 'a.jpg 1 2 3 4 dad\n', 'lists'),
    ('a.txt', 'a/b.jpg\n1\n1 2 3 4 0 0 0 0 0 0\n', 'wider'), ('missing', None, 'coco')])
def test_a_file_is_recognised(put, tmp_path, name, content, found):
    assert recognise(put(name, content) if content is not None else tmp_path / name) == found


def test_a_folder_that_may_be_two_formats_is_refused_until_one_is_named(put, tmp_path):
    put('0001.jpg')
    put('0001.xml', xml_of('0001.jpg', [('dad', 1, 2, 30, 40)]))
    put('0001.txt', '0 0.5 0.5 0.2 0.2\n')
    put('classes.txt', 'dad\n')
    with pytest.raises(DataError, match='may be voc or yolo; name its file, or the format in the yaml'):
        read_listing(tmp_path)
    assert [read_samples(Source(str(tmp_path), format=name), ['dad'])[0].boxes.tolist() for name in ('voc', 'yolo')] == [
        [[1, 2, 30, 40]], [[64, 48, 96, 72]]]
