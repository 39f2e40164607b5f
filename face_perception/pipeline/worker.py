# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One thread that makes, uses and closes a thing, and always works on the newest item.

A GPU context belongs to the thread that made it, so a backend is opened, run and closed by the same
thread; and a robot wants the newest frame, so there is no queue, only a slot of one.
"""
import threading


class Stopped(RuntimeError):
    """The worker was told to stop before it was ready."""


class Worker:
    """Runs make(), then work(thing, item) for the newest item, then close(thing), all in one thread.

    make() may take long and may raise.  What work() raises goes to failed(error) and the next item follows.
    """

    def __init__(self, make, work, close, failed):
        self._make, self._work, self._close, self._failed = make, work, close, failed
        self._changed = threading.Condition()
        self._item = None
        self._stopping = False
        self._ready = False
        self._error = None
        self._replaced = 0
        # A daemon: a backend that hangs in its driver must not keep the process alive.
        self._thread = threading.Thread(target=self._run, name='face_perception_worker', daemon=True)

    def start(self, wanted=lambda: True):
        """Start the thread and wait until the thing is made.

        wanted: asked every 0.1 s; False gives up (Ctrl-C while a model is prepared).
        Raises what make raised, or Stopped.
        """
        self._thread.start()
        with self._changed:
            while not self._ready and self._error is None:
                if not wanted():
                    raise Stopped('Stopped while it was starting.')
                self._changed.wait(0.1)
            if self._error is not None:
                raise self._error

    def put(self, item):
        """Hand over the newest item; one that is still waiting is replaced and counted."""
        with self._changed:
            self._replaced += self._item is not None
            self._item = item
            self._changed.notify_all()

    def clear(self):
        """Forget the item that waits, if any."""
        with self._changed:
            self._item = None

    @property
    def replaced(self):
        """How many items were replaced by newer ones before they were worked on."""
        return self._replaced

    def stop(self, timeout=5.0):
        """Let the current item be finished, close the thing, end the thread; safe to call twice.

        Returns False if the thread did not end within ``timeout`` seconds.
        """
        with self._changed:
            self._stopping = True
            self._item = None
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self):
        try:
            thing = self._make()
        except Exception as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()
            return
        with self._changed:
            self._ready = True
            self._changed.notify_all()
        try:
            while True:
                with self._changed:
                    while self._item is None and not self._stopping:
                        self._changed.wait()
                    if self._stopping:
                        return
                    item, self._item = self._item, None
                try:
                    self._work(thing, item)
                except Exception as error:
                    self._failed(error)
        finally:
            self._close(thing)
