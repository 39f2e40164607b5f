# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps a camera going: opens it, reads it in a thread of its own, opens it again when it is lost."""
import threading
import time
from typing import Callable, Optional, Set

from face_perception.cameras.base import STALL_S, Camera, CameraAbsent, CameraLost
from face_perception.core.frame import Frame
from face_perception.media.formats import MediaError

FIRST_WAIT_S = 0.2
CHECK_PERIOD_S = 0.25       # how often `Capture.check` is to be called: with the silence of a device far below 2 s


class Capture:
    """A thread that hands every frame of a camera to a function.

    After a loss, and while a camera cannot be opened, it retries: soon at first, then less and less
    often. What happens is said once when it begins and once when it is over: that a camera fell silent, that its
    reading failed, and that its device is not there are one and the same unplugging.
    """

    def __init__(self, open_camera: Callable[..., Camera], on_frame: Callable[[Frame], None],
                 say: Callable[[bool, str], None], longest_wait: float = 2.0,
                 on_end: Optional[Callable[[], None]] = None) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            open_camera: called with wait= (for the camera's settings: it returns at once when stopping), returns
                a camera.
            on_frame: called with each Frame, in the thread.
            say: called with (is_warning, text).
            longest_wait: seconds; the wait between two attempts doubles up to this.
            on_end: called without arguments, in the thread, when the source has ended.
        """
        self._open_camera = open_camera
        self._on_frame = on_frame
        self._on_end = on_end
        self._say = say
        self._longest_wait = longest_wait
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name='camera', daemon=True)
        self._wait_s = min(FIRST_WAIT_S, longest_wait)
        self._said: Set[str] = set()       # warnings of this loss
        self._called: Optional[float] = None    # since when the driver owes an answer
        self._limit = STALL_S               # how long it may owe it
        self._stall_said = False
        self._gone_said = False             # of this loss: it fell silent, failed, or its device is not there
        self.state = 'opening'      # or 'running', 'lost', 'ended'
        self.problem = ''           # why it is lost
        self.frames = 0
        self.losses = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """End the thread; return False if it hangs in a driver and had to be left behind."""
        self._stopping.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def check(self, limit: Optional[float] = None) -> None:
        """Say it once if the camera does not answer; call it every `CHECK_PERIOD_S` from another thread.

        A call that hangs cannot be ended from outside, but a silent camera can be explained.

        limit: seconds; otherwise `STALL_S` until the first frame, then the camera's `longest_silence`.
        """
        called = self._called
        limit = self._limit if limit is None else limit
        if called is None or self._stall_said or time.monotonic() - called < limit:
            return
        self._stall_said = True
        was_running = self.state == 'running'
        self.losses += was_running
        self.state = 'lost'
        self.problem = (
            '{} for {:g} s. Unplug and plug the camera, or restart this node; on a Jetson also: sudo systemctl restart '
            'nvargus-daemon.'.format('The camera gives no frames: unplugged? It has been silent' if was_running
                                     else 'The camera driver has not answered', round(limit, 1)))
        if not self._gone_said:
            self._gone_said = True
            self._say(True, self.problem)

    def _wait(self, seconds: float) -> None:
        """Let a paced camera wait; that is no hanging driver."""
        self._called = None
        self._stopping.wait(seconds)
        self._called = time.monotonic()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._read_to_end():
                    break
            except MediaError as error:
                self._lost(str(error), is_gone=isinstance(error, (CameraAbsent, CameraLost)))
            except Exception as error:
                # A driver or OpenCV in a state that nobody foresaw: the same cure.
                self._lost('{}: {}'.format(type(error).__name__, error), is_gone=False)
            self._called = None
            self._stopping.wait(self._wait_s)
            self._wait_s = min(2 * self._wait_s, self._longest_wait)

    def _read_to_end(self) -> bool:
        """Open the camera and read it; return True when there is no more to come."""
        self._limit, self._called = STALL_S, time.monotonic()
        with self._open_camera(wait=self._wait) as camera:
            opened, first = time.monotonic(), True
            while not self._stopping.is_set():
                self._called = time.monotonic()
                frame = camera.read()
                self._called = None
                if self._stopping.is_set():
                    return True
                if frame is None:
                    self.state = 'ended'
                    if self._on_end is not None:
                        self._on_end()
                    return True
                if first or self._stall_said:
                    # Only now: a busy device opens and then gives nothing.
                    self._back(camera.describe())
                    self._limit, first = camera.longest_silence, False
                elif self._wait_s > FIRST_WAIT_S and time.monotonic() - opened > self._longest_wait:
                    # It holds. One that fails again and again must not be retried at full speed.
                    self._wait_s = min(FIRST_WAIT_S, self._longest_wait)
                self.frames += 1
                self._on_frame(frame)
            return True

    def _lost(self, text: str, is_gone: bool) -> None:
        self.losses += self.state == 'running'
        self.state, self.problem = 'lost', text
        if text in self._said or (is_gone and self._gone_said):
            return
        self._said.add(text)
        self._gone_said = self._gone_said or is_gone
        self._say(True, text)

    def _back(self, text: str) -> None:
        self.state, self.problem = 'running', ''
        self._said.clear()
        self._stall_said = self._gone_said = False
        self._say(False, text)
