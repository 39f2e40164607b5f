# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps a camera going: opens it, reads it in a thread of its own, opens it again when it is lost."""
import threading
import time
from typing import Callable, Optional, Set

from face_perception.cameras.base import Camera
from face_perception.core.frame import Frame
from face_perception.media.formats import MediaError

FIRST_WAIT_S = 0.2
STALL_S = 10.0          # a driver that takes longer to open or to give a frame hangs


class Capture:
    """A thread that hands every frame of a camera to a function.

    After a loss, and while a camera cannot be opened, it retries: soon at first, then less and less
    often. What happens is said once when it begins and once when it is over.
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
        self._stall_said = False
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

    def check(self, limit: float = STALL_S) -> None:
        """Say it once if the driver does not answer; call it now and then from another thread.

        A call that hangs cannot be ended from outside, but a silent camera can be explained.
        """
        called = self._called
        if called is None or self._stall_said or time.monotonic() - called < limit:
            return
        self._stall_said = True
        self.problem = (
            'The camera driver has not answered for {:.0f} s. Unplug and plug the camera, or restart this node; '
            'on a Jetson also: sudo systemctl restart nvargus-daemon.'.format(limit))
        self.state = 'lost'
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
                self._lost(str(error))
            except Exception as error:
                # A driver or OpenCV in a state that nobody foresaw: the same cure.
                self._lost('{}: {}'.format(type(error).__name__, error))
            self._called = None
            self._stopping.wait(self._wait_s)
            self._wait_s = min(2 * self._wait_s, self._longest_wait)

    def _read_to_end(self) -> bool:
        """Open the camera and read it; return True when there is no more to come."""
        self._called = time.monotonic()
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
                    first = False
                elif self._wait_s > FIRST_WAIT_S and time.monotonic() - opened > self._longest_wait:
                    # It holds. One that fails again and again must not be retried at full speed.
                    self._wait_s = min(FIRST_WAIT_S, self._longest_wait)
                self.frames += 1
                self._on_frame(frame)
            return True

    def _lost(self, text: str) -> None:
        self.losses += self.state == 'running'
        self.state, self.problem = 'lost', text
        if text not in self._said:
            self._said.add(text)
            self._say(True, text)

    def _back(self, text: str) -> None:
        self.state, self.problem = 'running', ''
        self._said.clear()
        self._stall_said = False
        self._say(False, text)
