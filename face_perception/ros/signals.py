# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Signals in a process of nodes: each of SIGINT, SIGTERM and SIGHUP ends it, once and cleanly, whenever it comes."""
import os
import signal
import socket
import threading
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Sees to it that a signal shuts the context down, as rclpy does for SIGINT and SIGTERM, and does nothing else.

    Python would raise KeyboardInterrupt as well, wherever it just is: inside a conversion of rclpy it becomes
    a RuntimeError, and a second SIGINT (launch and the terminal both send one) would break off the clean-up.
    SIGHUP, which comes when a terminal closes, is passed on as SIGTERM; ``nohup`` is respected.
    """

    def __init__(self) -> None:
        """Listen until rclpy does.  Call before rclpy.init: it puts its own handlers in front of these."""
        self.told_to_end = False
        self._here = threading.current_thread() is threading.main_thread()      # others may not ask
        if not self._here:
            return
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._note)
        # Handlers in Python wait for the main thread, which waits in the middleware; the descriptor does not.
        self._woken, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno())
        threading.Thread(target=self._pass_on, daemon=True).start()

    def ignore(self) -> None:
        """Let nothing disturb the end of the process, where Python has no handlers any more."""
        if self._here:
            for number in ENDING:
                signal.signal(number, signal.SIG_IGN)
            signal.set_wakeup_fd(-1)
            self._wake.close()

    def _note(self, number: int, frame: Any) -> None:
        self.told_to_end = True

    def _pass_on(self) -> None:
        while True:
            numbers = self._woken.recv(64)
            if not numbers:
                return
            if signal.SIGHUP in numbers:
                os.kill(os.getpid(), signal.SIGTERM)
