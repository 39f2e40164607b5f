# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Ends long work between two images instead of in the middle of one."""

import signal


class StopOnSignal:
    """Within `with`, the first Ctrl-C or SIGTERM only sets `signum`; the second Ctrl-C interrupts at once."""

    def __init__(self):
        self.signum = None
        self._before = {}

    def __enter__(self):
        for signum in (signal.SIGINT, signal.SIGTERM):
            self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *exception):
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    @property
    def exit_status(self):
        """What a shell expects of a program that a signal ended."""
        return 128 + self.signum

    def _note(self, signum, frame):
        self.signum = signum
        signal.signal(signal.SIGINT, signal.default_int_handler)
