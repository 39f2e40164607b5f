# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One thread that opens, uses and closes a resource.

A GPU context belongs to the thread that made it, so a backend is opened, run and closed by the same thread.
"""

import threading
from typing import Any, Callable, Optional

OPENING_S = 1.0


class Stopped(RuntimeError):
    """The worker was told to stop before it was ready."""


class Worker:
    """Runs open(), then use(resource) while there is work, then close(resource), all in one thread."""

    def __init__(self, open_resource: Callable[[], Any], use: Callable[[Any], None],
                 close_resource: Callable[[Any], None], has_work: Callable[[], bool]) -> None:
        """Prepare; the thread begins with `start`.

        Args:
            open_resource: may take long and may raise; `start` raises it then.
            use: called with the resource whenever there is work; must not raise.
            close_resource: called with the resource in the end.
            has_work: called with `changed` held.
        """
        self.changed = threading.Condition()    # guards the work; notify it when work was added
        self._open, self._use, self._close, self._has_work = open_resource, use, close_resource, has_work
        self._stopping = False
        self._ready = False
        self._error: Optional[BaseException] = None
        # A daemon: a backend that hangs in its driver must not keep the process alive. start.py knows the name.
        self._thread = threading.Thread(target=self._run, name='face_perception_worker', daemon=True)

    def start(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Start the thread and wait until the resource is open.

        Args:
            wanted: asked every 0.1 s; False gives up (Ctrl-C while a model is prepared).

        Raises what open_resource raised, or Stopped.
        """
        self._thread.start()
        with self.changed:
            while not self._ready and self._error is None:
                if not wanted():
                    raise Stopped('Stopped while it was starting.')
                self.changed.wait(0.1)
            if self._error is not None:
                raise self._error

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called, or opening failed: no more work is done."""
        return self._stopping or self._error is not None

    def stop(self, timeout: float = 5.0) -> bool:
        """Let the current work end, close the resource, end the thread; safe to call twice.

        Returns:
            False if the thread did not end within `timeout` seconds, or OPENING_S while it still opens.
        """
        with self.changed:
            self._stopping = True
            self.changed.notify_all()
        if self._thread.is_alive():
            # Opening may take minutes, and nobody would use what comes of it.
            self._thread.join(timeout if self._ready else min(timeout, OPENING_S))
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            resource = self._open()
        except Exception as error:
            with self.changed:
                self._error = error
                self.changed.notify_all()
            return
        with self.changed:
            self._ready = True
            self.changed.notify_all()
        try:
            while True:
                with self.changed:
                    while not self._has_work() and not self._stopping:
                        self.changed.wait()
                    if self._stopping:
                        return
                self._use(resource)
        finally:
            self._close(resource)
