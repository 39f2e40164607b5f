# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Ends long work between two images instead of in the middle of one."""

import signal
from typing import Any, Dict, Optional


class StopOnSignal:
    """Within `with`, the first Ctrl-C or SIGTERM only sets `signum`; the second Ctrl-C interrupts at once."""

    def __init__(self) -> None:
        self.signum: Optional[int] = None
        self._before: Dict[int, Any] = {}

    def __enter__(self) -> 'StopOnSignal':
        for signum in (signal.SIGINT, signal.SIGTERM):
            self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *exception: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    @property
    def exit_status(self) -> int:
        """What a shell expects of a program that a signal ended."""
        return 128 + (self.signum or 0)

    def _note(self, signum: int, frame: Any) -> None:
        self.signum = signum
        signal.signal(signal.SIGINT, signal.default_int_handler)
