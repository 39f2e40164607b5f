# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Start processes and leave none behind: not at the end, not after an error, Ctrl-C or SIGTERM."""
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class ProcessDied(RuntimeError):
    """A process ended before its time; the message holds the end of its log."""


class Stopped(BaseException):
    """The program itself was asked to stop; like KeyboardInterrupt no `except Exception` catches it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


class _Held:
    """Context in which a stop signal waits: it raises Stopped at the end, not in the middle.

    Blocking the signal in this thread would not do: another thread may take it, and Python then runs the
    handler here all the same.
    """

    depth = 0
    waiting: int | None = None

    def __enter__(self) -> None:
        _Held.depth += 1

    def __exit__(self, *error: object) -> None:
        _Held.depth -= 1
        signum, _Held.waiting = _Held.waiting, None
        if signum is not None:
            _stop(signum, None)


def _stop(signum: int, _: FrameType | None) -> None:
    if _Held.depth:
        _Held.waiting = signum
    else:
        raise Stopped(signum)


def stop_on_signals() -> None:
    """Make Ctrl-C, SIGTERM and a closed terminal raise Stopped in the main thread."""
    for signum in STOP_SIGNALS:
        signal.signal(signum, _stop)


def _begin_child() -> Callable[[], None]:
    """Return what a child does before it becomes its program."""
    libc = ctypes.CDLL(None)

    def begin() -> None:
        # A group of its own but no session: Linux shares the processor among sessions first (autogroup), and the lower
        # priority of landmark_node would mean nothing. `ros2 launch` keeps its nodes in one session, too.
        os.setpgid(0, 0)
        for signum in STOP_SIGNALS:
            signal.signal(signum, signal.SIG_DFL)       # a shell has its background jobs ignore Ctrl-C, and they us
        # Should this program be killed so hard that it cannot clean up, the kernel does.
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return begin


class Processes:
    """The running processes of a program, for use with ``with``; each leads a process group of its own."""

    def __init__(self, log_folder: str) -> None:
        """Prepare; output of the processes goes to log_folder/NAME.log."""
        self._folder = log_folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []      # in the order of their start

    def __enter__(self) -> 'Processes':
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _log(self, name: str) -> str:
        return os.path.join(self._folder, name + '.log')

    def start(self, name: str, command: list[str]) -> 'subprocess.Popen[bytes]':
        """Start a command and return its Popen."""
        os.makedirs(self._folder, exist_ok=True)
        # A signal must not fall between the start of a process and the note that it runs.
        with _Held(), open(self._log(name), 'wb') as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       preexec_fn=_begin_child())
            self._running.append((name, process))
        return process

    def check(self) -> None:
        """Raise ProcessDied if one of the processes has ended."""
        for name, process in self._running:
            if process.poll() is not None:
                raise ProcessDied(f'{name} ended with status {process.returncode}. Its last words:\n'
                                  f'{self.last_words(name)}')

    def last_words(self, name: str, lines: int = 15) -> str:
        """Return the end of a process's log."""
        with open(self._log(name), errors='replace') as log:
            return ''.join('  ' + line for line in log.readlines()[-lines:]) or '  (none)\n'

    def stop(self) -> None:
        """End all, the last started first: politely, then firmly. A further Ctrl-C waits for the end of this."""
        with _Held():
            for signum, patience_s in ((signal.SIGINT, 4.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0)):
                for _, process in reversed(self._running):
                    _signal_group(process, signum)
                deadline = time.monotonic() + patience_s
                while time.monotonic() < deadline and any(_group_alive(p) for _, p in self._running):
                    time.sleep(0.02)
            self._running.clear()


def _group_alive(process: 'subprocess.Popen[bytes]') -> bool:
    """Tell whether a process or a descendant in its group still runs; reaps the process."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _signal_group(process: 'subprocess.Popen[bytes]', signum: int) -> None:
    if _group_alive(process):
        try:
            os.killpg(process.pid, signum)
        except ProcessLookupError:
            pass                       # ended in between
