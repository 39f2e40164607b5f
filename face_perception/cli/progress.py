# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A progress bar on stderr: one line that renews itself on a terminal, a line now and then elsewhere."""

import sys
import time
from typing import Callable, Optional, TextIO

_TERMINAL_EVERY = 0.1   # seconds between two drawings
_FILE_EVERY = 30.0
_CELLS = 24


class Progress:
    """Shows how much of `total` is done; quiet for the first second, so that short work stays quiet.

    Call `clear` before printing anything else, the bar comes back by itself. `close` ends it.
    """

    def __init__(self, total: int, unit: str, stream: Optional[TextIO] = None,
                 clock: Callable[[], float] = time.monotonic) -> None:
        """Take the number of things to do, what one is called, and where to write (default: stderr)."""
        self._total = total
        self._unit = unit
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._live = self._stream.isatty()
        self._start = clock()
        self._next = self._start + (1.0 if self._live else _FILE_EVERY)
        self._drawn = 0

    def update(self, done: int, remark: str = '') -> None:
        """Say how many things are done and what to add to the line."""
        now = self._clock()
        if now < self._next:
            return
        line = self._line(done, now - self._start, remark)
        if self._live:
            self._stream.write('\r' + line.ljust(self._drawn))
            self._drawn = len(line)
            self._next = now + _TERMINAL_EVERY
        else:
            self._stream.write(line + '\n')
            self._next = now + _FILE_EVERY
        self._stream.flush()

    def clear(self) -> None:
        """Take the bar away, for a line of somebody else."""
        if self._drawn:
            self._stream.write('\r' + ' ' * self._drawn + '\r')
            self._stream.flush()
            self._drawn = 0

    close = clear

    def _line(self, done: int, seconds: float, remark: str) -> str:
        share = min(1.0, done / self._total) if self._total else 1.0
        parts = ['{}/{} {}'.format(done, self._total, self._unit)]
        if 0 < share < 1:
            left = seconds / share - seconds
            parts.append('{:d}:{:02d} left'.format(int(left) // 60, int(left) % 60))
        if remark:
            parts.append(remark)
        full = int(share * _CELLS)
        bar = '[{}{}] '.format('#' * full, '.' * (_CELLS - full))
        return bar + '  '.join(parts)
