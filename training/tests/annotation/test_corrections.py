# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a person changed, by hand."""
import pathlib

import pytest

from face_training.annotation.corrections import compare_all, doubt_table, label_table
from face_training.annotation.doubt import Guess, Judged
from face_training.annotation.draft import Draft
from face_training.data.listing import Face, Listing, Picture
from face_training.data.structure import DataError


def draft(name, *faces, why=()):
    """A picture of 100x100 pixels; faces: (label, left), 10 pixels wide."""
    guesses = [Guess(label, 0.9, (left, 0, left + 10, 10)) for label, left in faces]
    return Draft(name, 100, 100, Judged(guesses, [], 0, list(why)))


def after(*pictures):
    """Pictures: (path, faces); faces: (label, left, ignored)."""
    return Listing(pathlib.Path('after'), [
        Picture(path, pathlib.Path('after') / path,
                tuple(Face('x', label, [left, 0, 10, 10], ignore) for label, left, ignore in faces))
        for path, faces in pictures], [])


def test_a_picture_without_faces_before_and_after_has_nothing_to_tell():
    found = compare_all([draft('1.jpg')], after(('JPEGImages/1.png', [])))
    assert found['1.jpg'].fates == [] and label_table([draft('1.jpg')], found).rows == []


def test_each_face_has_its_fate():
    one = draft('a/1.jpg', ('human', 0), ('human', 20), ('cartoon', 40), ('human', 60), ('cartoon', 80), why=['x'])
    two = draft('2.jpg', ('human', 0))
    gone = draft('3.jpg', ('human', 0))
    corrected = compare_all([one, two, gone], after(
        ('images/a/1.jpg', [('human', 0, False), ('human', 22, False), ('human', 40, False), ('human', 60, True),
                            ('cartoon', 90, False), ('cartoon', 5, True)]),
        ('images/2.jpg', [('human', 0, False)]), ('images/b/1.jpg', [])))
    assert corrected['a/1.jpg'].fates == [('human', 'kept'), ('human', 'moved'), ('cartoon', 'other label'),
                                          ('human', 'to ignore'), ('cartoon', 'removed'), ('cartoon', 'added')]
    table = label_table([one, two, gone], corrected)
    assert table.caption == 'Faces before and after, in 2 pictures; 1 pictures are not there any more and do not count'
    assert table.rows == [['cartoon', '2', '0', '0', '1', '0', '1', '1', '1'],
                          ['human', '4', '2', '1', '0', '1', '0', '0', '4']]
    assert doubt_table([one, two, gone], corrected).rows == [['marked for review', '1', '1', '100%', '3', '1'],
                                                             ['not marked', '1', '0', '0%', '0', '0']]


def test_of_two_pictures_with_one_name_the_nearer_one_is_meant():
    found = compare_all([draft('1.jpg', ('human', 0))], after(('a/1.jpg', []), ('1.jpg', [('human', 0, False)])))
    assert found['1.jpg'].fates == [('human', 'kept')]


def test_other_pictures_and_bad_boxes_are_refused():
    with pytest.raises(ValueError, match='has none of the annotated pictures, such as 1.jpg'):
        compare_all([draft('1.jpg')], after(('11.jpg', [])))
    with pytest.raises(DataError, match='x: the bbox lies outside the picture'):
        compare_all([draft('1.jpg')], after(('1.jpg', [('human', 500, False)])))
