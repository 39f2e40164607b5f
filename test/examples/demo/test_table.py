# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table says what is new and no more, and counts the answers of a second right."""
import re

import numpy as np

from examples.demo.table import Table, describe
from face_perception.core.detections import Detections

ONE = Detections(np.array([[0, 0, 9, 9]], np.float32), [0.987], ['human'])
TWO = Detections(np.array([[0, 0, 9, 9], [20, 0, 29, 9]], np.float32), [0.987, 0.5], ['human', 'cartoon'])


def test_nobody_is_described_as_such():
    assert describe(Detections.empty()) == '-'
    assert Table().line(0, Detections.empty(), 0.001, now=5.0).endswith('  -')


def test_two_answers_with_different_labels_are_two_lines():
    table = Table()
    first = table.line(1_500_000_000, ONE, 0.0123, now=10.0)
    second = table.line(1_600_000_000, TWO, 0.0045, now=10.1)
    assert re.match(r' +1\.500 +0\.0 +12\.3 ms  human 0\.99$', first)
    assert re.match(r' +1\.600 +10\.0 +4\.5 ms  human 0\.99, cartoon 0\.50$', second)


def test_the_same_labels_are_said_once_a_second():
    table = Table()
    lines = [table.line(k, ONE, 0.001, now=k / 30) for k in range(91)]
    assert len([line for line in lines if line]) == 1 + 3


def test_fps_is_that_of_the_last_answers():
    table = Table()
    for k in range(40):
        table.line(k, ONE, 0.001, now=k / 5)
    for k in range(61):
        line = table.line(k, TWO if k % 2 else ONE, 0.001, now=10 + k / 30)
    assert line.split()[1] == '30.0'
