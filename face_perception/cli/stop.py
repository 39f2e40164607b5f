# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Ends long work between two images instead of in the middle of one, but soon in any case."""

import os
import signal
import threading
from types import FrameType
from typing import Any, Dict, Optional

PATIENCE_S = 0.5        # for the image at hand; then its reading or writing is broken off
LAST_S = 0.4            # for what cannot be broken off, inside a library; then the process ends


class Stopped(BaseException):
    """The time for the image at hand is over; not an Exception, so that nobody takes it for a bad file."""


class StopOnSignal:
    """Within `with`, the first Ctrl-C, SIGTERM or SIGHUP only sets `signum`.

    What is still busy half a second later, such as a read of a dead network share, is broken off by `Stopped`,
    which `with` swallows. The second Ctrl-C interrupts at once.
    """

    def __init__(self) -> None:
        self.signum: Optional[int] = None
        self._before: Dict[int, Any] = {}
        self._left = threading.Event()

    def __enter__(self) -> 'StopOnSignal':
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup wants its program to live on.
            if signal.getsignal(signum) is not signal.SIG_IGN:
                self._before[signum] = signal.signal(signum, self._note)
        self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._break_off)
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._left.set()
        for signum, handler in self._before.items():
            signal.signal(signum, handler)
        return kind is Stopped

    @property
    def exit_status(self) -> int:
        """What a shell expects of a program that a signal ended."""
        return 128 + (self.signum or 0)

    def _note(self, signum: int, frame: Optional[FrameType]) -> None:
        first = self.signum is None
        self.signum = signum
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if first:
            signal.setitimer(signal.ITIMER_REAL, PATIENCE_S)
            threading.Thread(target=self._end, daemon=True).start()

    def _break_off(self, signum: int, frame: Optional[FrameType]) -> None:
        raise Stopped

    def _end(self) -> None:
        if not self._left.wait(PATIENCE_S + LAST_S):
            os._exit(self.exit_status)
