# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every place that lists the backends lists all of them."""
import pathlib
import re

import pytest

from face_perception.backends import AUTO, BACKENDS, backend_names
from face_perception.backends.choice import ORDER
from face_perception.core import defaults
from face_perception.parameter_tables import DETECTOR

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = {AUTO, 'fake'} | set(ORDER)


def lines_of(path, beginning):
    """Return the lines of a file that begin so; there is one at least."""
    lines = [line for line in (ROOT / path).read_text(encoding='utf-8').splitlines() if line.strip().startswith(beginning)]
    assert lines, '{} has no line that begins with {}'.format(path, beginning)
    return lines


def test_the_names_are_those_of_the_code():
    assert set(backend_names()) == {AUTO} | set(BACKENDS) <= NAMES
    assert defaults.BACKEND == AUTO


@pytest.mark.parametrize('path, beginning', [
    ('docs/launch.md', '| `backend`'), ('launch/face_perception.launch.py', "('backend',"), ('README.md', '| `backend`')])
def test_a_list_is_complete(path, beginning):
    for line in lines_of(path, beginning):
        assert NAMES <= set(re.findall(r'\w+', line))


def test_the_parameter_names_them_in_the_order_in_which_they_are_taken():
    meaning = next(entry for entry in DETECTOR if entry.name == 'backend').meaning
    assert re.findall('|'.join(ORDER), meaning) == list(ORDER)
