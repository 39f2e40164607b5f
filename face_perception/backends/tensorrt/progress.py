# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Says that an engine is being built and how far it is: on a Jetson Nano it takes minutes and looks like a hang."""

import threading
import time
from typing import Any, Callable, Dict, Optional

EVERY = 10.0    # seconds between two lines


class BuildProgress:
    """Within `with`, reports a line every now and then, from a thread of its own."""

    def __init__(self, what: str, report: Callable[[str], None], every: float = EVERY) -> None:
        """Take what is built, where lines go, and the seconds between two."""
        self._what, self._report, self._every = what, report, every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, name='face_perception_build', daemon=True)
        self._start = 0.0
        self._share: Optional[float] = None

    def __enter__(self) -> 'BuildProgress':
        self._report('Building {}; on a Jetson Nano this takes minutes, it is kept for the next start.'.format(self._what))
        self._start = time.monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: Any, *rest: object) -> None:
        self._done.set()
        self._thread.join()
        if kind is None:
            self._report('Built {} in {:.0f} s.'.format(self._what, time.monotonic() - self._start))

    def monitor(self, vendor: Any) -> Any:
        """Return a progress monitor for the builder, or None where TensorRT (before 10) has none."""
        if not hasattr(vendor, 'IProgressMonitor'):
            return None
        progress = self

        class Monitor(vendor.IProgressMonitor):     # type: ignore[misc]
            def __init__(self) -> None:
                vendor.IProgressMonitor.__init__(self)      # pybind11 wants it called so
                self._steps: Dict[str, int] = {}            # of the phases that are no part of another

            def phase_start(self, phase_name: str, parent_phase: Optional[str], num_steps: int) -> None:
                if not parent_phase:
                    self._steps[phase_name] = num_steps

            def step_complete(self, phase_name: str, step: int) -> bool:
                if self._steps.get(phase_name):
                    progress._share = min(1.0, (step + 1) / self._steps[phase_name])
                return True         # go on

            def phase_finish(self, phase_name: str) -> None:
                self._steps.pop(phase_name, None)

        return Monitor()

    def _tick(self) -> None:
        while not self._done.wait(self._every):
            share = '' if self._share is None else ', {:.0f} %'.format(100 * self._share)
            self._report('Building {}: {:.0f} s so far{}.'.format(self._what, time.monotonic() - self._start, share))
