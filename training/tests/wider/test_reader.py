# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The sets of WIDER FACE are read as they are published, and what does not fit is named."""
import pytest
from scipy.io import savemat

from face_training.data.readers.wider import read_annotations
from face_training.data.structure import DataError
from face_training.wider.reader import read_set

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


def test_a_set_counts_some_faces_and_keeps_the_others(tmp_path, write_set):
    annotations = read_annotations(written(tmp_path))
    # The boxes of the mat hold, as in the toolbox: the first differs from the txt.
    write_set(tmp_path / 'easy.mat', {
        '0--Parade': {'0_Parade_1': ([[11, 20, 30, 40], [5, 6, 7, 8]], [2]), '0_Parade_2': ([[0, 0, 0, 0]], [])},
        '1--Meeting': {'1_Meeting_3': ([[1, 2, 3, 4]], [1])}})
    found = read_set(tmp_path / 'easy.mat', annotations)
    assert list(found) == list(annotations)
    assert [faces.counted.tolist() for faces in found.values()] == [[False, True], [], [True]]
    assert found['0--Parade/0_Parade_1.jpg'].boxes.tolist() == [[11, 20, 41, 60], [5, 6, 12, 14]]


def test_without_faces_of_its_own_a_set_takes_those_of_the_txt(tmp_path, write_set):
    write_set(tmp_path / 'hard.mat', {'0--Parade': {'0_Parade_1': (None, [1])}})
    found = read_set(tmp_path / 'hard.mat', read_annotations(written(tmp_path)))
    assert found['0--Parade/0_Parade_1.jpg'].boxes.tolist() == [[10, 20, 40, 60], [5, 6, 12, 14]]


@pytest.mark.parametrize('events, said', [
    ({'0--Parade': {'other': ([], [])}}, 'lists 0--Parade/other.jpg, the txt does not'),
    ({'0--Parade': {'0_Parade_1': ([[1, 2, 3, 4]], [])}}, 'has 1 faces of .*, the txt has 2'),
    ({'0--Parade': {'0_Parade_1': (None, [3])}}, 'names the face 3 of .*, which has 2')])
def test_a_set_of_another_release_is_refused(tmp_path, write_set, events, said):
    write_set(tmp_path / 'easy.mat', events)
    with pytest.raises(DataError, match=said):
        read_set(tmp_path / 'easy.mat', read_annotations(written(tmp_path)))


def test_what_is_no_set_is_refused(tmp_path):
    with pytest.raises(DataError, match='cannot be read'):
        read_set(tmp_path / 'none.mat', {})
    (tmp_path / 'text.mat').write_text('not a mat file, but longer than the head of one. ' * 9)
    with pytest.raises(DataError, match='cannot be read as a mat file'):
        read_set(tmp_path / 'text.mat', {})
    savemat(tmp_path / 'other.mat', {'event_list': ['a']})
    with pytest.raises(DataError, match='has no file_list, gt_list'):
        read_set(tmp_path / 'other.mat', {})
    savemat(tmp_path / 'uneven.mat', {'event_list': ['a'], 'file_list': ['b'], 'gt_list': [1, 2]})
    with pytest.raises(DataError, match='not of one length'):
        read_set(tmp_path / 'uneven.mat', {})
