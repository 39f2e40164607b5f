# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/head_pose.md are those that the benchmark prints."""
import pathlib
import re

import numpy as np
import pytest
from shared_data import shared

from benchmarks import head_pose

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / 'docs' / 'head_pose.md').read_text(encoding='utf-8')


def numbers(line):
    """Return all numbers of a row of a table."""
    return [float(number) for number in re.findall(r'-?\d+(?:\.\d+)?', line)]


def in_docs(line, number=0):
    """Return the row of the docs that begins as `line` does up to its first figures; of several the one of this number."""
    begin = '|'.join(line.split('|')[:3])
    return [row for row in TEXT.splitlines() if row.startswith(begin)][number]


def test_exact_points_have_no_error():
    errors = head_pose.errors_of(0.0, 0.0, head_pose.FOV, 60, 20, np.random.RandomState(1))
    assert errors.shape == (20, 4) and errors.max() < 0.1


def test_the_synthetic_table_is_that_of_the_docs():
    for line in head_pose.synthetic(150)[2:]:
        # With fewer projections the worst twentieth of an angle moves by a degree or two.
        np.testing.assert_allclose(numbers(line), numbers(in_docs(line)), atol=4.0)


@pytest.mark.parametrize('number, model', [(0, ''), (1, 'landmarks_5')])
def test_the_tables_of_labelled_faces_are_those_of_the_docs(number, model):
    lines = head_pose.labelled(str(shared('data', 'landmarks', 'val.json')), model)
    assert len(lines) == 7
    for line in lines[2:]:
        np.testing.assert_allclose(numbers(line), numbers(in_docs(line, number)), atol=1.0)
