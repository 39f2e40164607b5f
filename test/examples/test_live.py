# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table reads well on a terminal and in a log."""
import io
import re

import numpy as np
from face_perception.core.detections import Detections
from live import LiveTable, describe

ONE = Detections(np.array([[0, 0, 9, 9]], np.float32), [0.987], ['human'])
TWO = Detections(np.array([[0, 0, 9, 9], [20, 0, 29, 9]], np.float32), [0.987, 0.5], ['human', 'cartoon'])


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_nothing_is_described_as_such():
    assert describe(Detections.empty()) == '-'
    log = io.StringIO()
    LiveTable(log).close()
    assert log.getvalue() == ''


def test_two_answers_with_different_labels_are_two_lines_in_a_log():
    log = io.StringIO()
    table = LiveTable(log)
    table.add(1_500_000_000, ONE, 0.0123, now=10.0)
    table.add(1_600_000_000, TWO, None, now=10.1)
    heading, first, second = log.getvalue().splitlines()
    assert heading.split()[:3] == ['stamp', 'fps', 'latency']
    assert re.match(r' +1\.500 +0\.0 +12\.3 ms  human 0\.99$', first)
    assert re.match(r' +1\.600 +10\.0 +-  human 0\.99, cartoon 0\.50$', second)


def test_a_log_gets_no_line_for_every_frame():
    log = io.StringIO()
    table = LiveTable(log)
    for k in range(91):
        table.add(k, ONE, 0.001, now=k / 30)
    assert len(log.getvalue().splitlines()) == 1 + 4


def test_a_terminal_line_is_renewed_in_place():
    terminal = Terminal()
    table = LiveTable(terminal)
    for k in range(10):
        table.add(k, ONE, 0.001, now=k / 30)
    table.close()
    assert terminal.getvalue().count('\n') == 2 and terminal.getvalue().count('\r') == 12


def test_fps_is_that_of_the_last_two_seconds():
    table = LiveTable(io.StringIO())
    for k in range(40):
        table.add(k, ONE, None, now=k / 5)
    for k in range(61):
        table.add(k, ONE, None, now=10 + k / 30)
    assert abs(table.fps(12.0) - 30) < 0.1
