# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from face_training.annotation.web.provenance import DUPLICATE, FAILED, NAMES, REFUSED, SAVED, Provenance, Row


def test_without_a_file_nothing_is_known(tmp_path):
    assert Provenance(tmp_path / 'provenance.csv').rows == {}
    assert (tmp_path / 'provenance.csv').read_text().split(',')[0] == 'url'


def test_rows_are_read_again_and_the_last_one_of_an_address_counts(tmp_path):
    path = tmp_path / 'provenance.csv'
    book = Provenance(path)
    first = Row('http://a/1', FAILED, 't', 'HTTP 503,\n "busy"')
    other = Row('http://a/2', SAVED, 't', file='2.jpg', phash='ff')
    for row in (first, other, Row('http://a/1', REFUSED, 't', 'HTTP 404')):
        book.add(row)
    assert len(path.read_text().splitlines()) == 4
    again = Provenance(path)
    assert list(again.rows.values()) == [other, Row('http://a/1', REFUSED, 't', 'HTTP 404')]
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.parametrize('status, final', [(SAVED, True), (DUPLICATE, True), (REFUSED, True), (FAILED, False)])
def test_what_failed_is_not_final(tmp_path, status, final):
    book = Provenance(tmp_path / 'provenance.csv')
    assert not book.is_final('http://a')
    book.add(Row('http://a', status, 't'))
    assert book.is_final('http://a') is final


def test_half_a_line_of_a_run_that_was_killed_is_forgotten(tmp_path):
    path = tmp_path / 'provenance.csv'
    Provenance(path).add(Row('http://a/1', SAVED, 't'))
    with path.open('a') as file:
        file.write('http://a/2,saved,2026')
    assert list(Provenance(path).rows) == ['http://a/1']
    assert path.read_text().endswith(',\n')


def test_another_csv_is_not_touched(tmp_path):
    path = tmp_path / 'provenance.csv'
    path.write_text('a,b\n1,2\n')
    with pytest.raises(ValueError, match='expected the columns url, status, .* got a, b'):
        Provenance(path)
    assert path.read_text() == 'a,b\n1,2\n' and NAMES[0] == 'url'
