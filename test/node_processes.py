# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Starts the nodes as the processes a user starts, and leaves none behind."""
import os
import signal
import subprocess
import sys
import time

from face_perception.ros.transport import BUILTIN_TRANSPORTS, PROFILE_VARIABLES

ENTRY = 'import sys; from face_perception.start import {0}; sys.argv[0] = {0!r}; sys.exit({0}())'


class Process:
    """A process in a group of its own; leaving the ``with`` block ends it.

    Use ``stop`` for the exit status.  Output goes to a file; ``output()`` reads it.
    """

    def __init__(self, command, log, environ=None):
        """Start ``command``; log: path of the file for its output; environ: changes to os.environ."""
        self.log = str(log)
        with open(self.log, 'wb') as file:
            self.popen = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT,
                env=dict(_environ(), **(environ or {})), start_new_session=True)

    def output(self):
        """Return all it has printed so far."""
        with open(self.log, encoding='utf-8', errors='replace') as file:
            return file.read()

    def wait_for(self, text, timeout=20.0):
        """Wait until it has printed ``text``; fail with its output if that does not happen."""
        end = time.monotonic() + timeout
        while text not in self.output():
            assert self.popen.poll() is None, 'ended with {}:\n{}'.format(
                self.popen.returncode, self.output())
            assert time.monotonic() < end, 'no {!r} within {} s:\n{}'.format(text, timeout, self.output())
            time.sleep(0.05)

    def wait(self, timeout=20.0):
        """Wait until it ends by itself; return its exit status."""
        try:
            return self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError('still running after {} s:\n{}'.format(timeout, self.output())) from None

    def stop(self, number=signal.SIGINT, timeout=10.0):
        """Send a signal, wait, and return the exit status; fail if a process of the group stays."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        status = self.wait(timeout)
        assert not self._group_lives(), 'children were left behind:\n' + self.output()
        return status

    def _group_lives(self):
        try:
            os.killpg(self.popen.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        try:
            self.stop()
        finally:
            if self._group_lives():
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


def _environ():
    """Return the environment of a shell in which nothing was set for large images."""
    ours = (BUILTIN_TRANSPORTS,) + PROFILE_VARIABLES
    return dict({name: value for name, value in os.environ.items() if name not in ours}, PYTHONUNBUFFERED='1')


def start_node(executable, log, parameters=None, remap=None, environ=None, entry=ENTRY):
    """Start a node of ours by the name of its executable.

    parameters: {name: value} or a parameter file.  remap: {from: to}.  entry: other Python code to run.
    """
    words = ['--ros-args']
    for name, value in (parameters or {}).items():
        words += ['-p', '{}:={}'.format(name, str(value).lower() if isinstance(value, bool) else value)]
    for name, target in (remap or {}).items():
        words += ['-r', '{}:={}'.format(name, target)]
    return Process([sys.executable, '-c', entry.format(executable)] + words, log, environ)
