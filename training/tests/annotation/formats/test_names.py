# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.annotation.formats.names import check_labels, check_names, stem_of


def test_names_that_differ_are_fine():
    check_names([])
    check_names(['1.jpg', '2.png', 'a/1.jpg', 'a.b/1', 'ein Häuschen.v2.jpeg', '.x.jpg'])
    assert [stem_of(name) for name in ('1.jpg', 'a.b/1', 'x.v2.jpeg', 'a/.x')] == ['1', 'a.b/1', 'x.v2', 'a/.x']


@pytest.mark.parametrize('name, what', [
    ('1.png', 'has the same name as 1.jpg but for its suffix'), ('#2.jpg', 'begins with # or a space'),
    (' 2.jpg', 'begins with # or a space'), ('2 .jpg', 'ends with one'), ('a\nb.jpg', 'cannot be printed'),
    ('\udcff.jpg', 'cannot be printed')])
def test_what_the_files_of_cvat_cannot_hold_is_refused(name, what):
    with pytest.raises(ValueError, match=what):
        check_names(['1.jpg', name])


@pytest.mark.parametrize('label', ['', 'a:b', '#a', ' a', 'a\n'])
def test_a_label_that_labelmap_cannot_hold_is_refused(label):
    check_labels(['human', 'Dee Dee'])
    with pytest.raises(ValueError, match='cannot stand in the labelmap.txt'):
        check_labels(['human', label])
