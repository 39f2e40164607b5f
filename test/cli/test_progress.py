# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The progress bar: quiet at first, one line on a terminal, few lines elsewhere."""
import io

import pytest

from face_perception.cli.progress import Progress


class Stream(io.StringIO):
    """A stream that may say it is a terminal."""

    def __init__(self, terminal):
        super().__init__()
        self._terminal = terminal

    def isatty(self):
        return self._terminal


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def progress(total, terminal):
    stream, clock = Stream(terminal), Clock()
    return Progress(total, 'files', stream, clock), stream, clock


@pytest.mark.parametrize('terminal', [True, False])
def test_short_work_is_quiet(terminal):
    bar, stream, clock = progress(10, terminal)
    for done in range(10):
        clock.now += 0.09
        bar.update(done)
    bar.close()
    assert stream.getvalue() == ''


def test_a_terminal_sees_one_line_that_renews_itself():
    bar, stream, clock = progress(10, True)
    clock.now += 2
    bar.update(2, 'a.jpg')
    assert stream.getvalue() == '\r[####....................] 2/10 files  0:08 left  a.jpg'
    clock.now += 0.01
    bar.update(3)
    assert stream.getvalue().count('\r') == 1  # not more often than the eye follows
    clock.now += 1
    bar.update(10)
    last = stream.getvalue().split('\r')[-1]
    assert last.strip() == '[########################] 10/10 files'
    assert last.endswith(' ')  # hides the longer line before
    bar.close()
    assert stream.getvalue().endswith('\r')
    assert '\n' not in stream.getvalue()


def test_clear_makes_room_and_the_bar_comes_back():
    bar, stream, clock = progress(4, True)
    clock.now += 2
    bar.update(1)
    bar.clear()
    assert stream.getvalue().endswith('\r')
    before = len(stream.getvalue())
    bar.clear()
    assert len(stream.getvalue()) == before
    clock.now += 1
    bar.update(2)
    assert '2/4' in stream.getvalue()


def test_a_file_gets_a_line_now_and_then():
    bar, stream, clock = progress(1000, False)
    for done in range(1000):
        clock.now += 0.1
        bar.update(done)
    bar.close()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3 and '\r' not in stream.getvalue()
    assert 'files' in lines[0] and 'left' in lines[0]


def test_nothing_to_do_is_all_done():
    bar, stream, clock = progress(0, True)
    clock.now += 2
    bar.update(0)
    assert '0/0 files' in stream.getvalue()
