# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Gives recorded frames the rhythm of a camera."""
import time
from typing import Callable, Optional


class Pacer:
    """Waits until the next frame is due.

    A late frame does not make the following ones hurry: lost time is lost, as with a camera.
    """

    def __init__(self, fps: float, wait: Callable[[float], object],
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        """Prepare.

        Args:
            fps: frames per second, above 0.
            wait: called with seconds.
            monotonic: clock in seconds.
        """
        self._period = 1.0 / fps
        self._wait = wait
        self._monotonic = monotonic
        self._due: Optional[float] = None
        self._last: Optional[float] = None

    def pause(self, seconds: Optional[float] = None) -> None:
        """Return when the next frame is due.

        seconds: its time in the recording, where that is known; otherwise it is due one period after the last.
        """
        now = self._monotonic()
        step = self._period
        if seconds is not None and self._last is not None and seconds >= self._last:
            step = seconds - self._last
        self._last = seconds
        if self._due is None:
            self._due = now
            return
        self._due += step
        if now - self._due > self._period:
            self._due = now
        elif now < self._due:
            self._wait(self._due - now)

    def restart(self) -> None:
        """The recording begins anew: its next frame is due one period after the last one."""
        self._last = None
