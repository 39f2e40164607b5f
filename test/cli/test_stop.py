# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C ends work between two images; a second one ends it at once."""
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from face_perception.cli.stop import StopOnSignal


def send(signum):
    """Signal this process and let Python deliver it."""
    os.kill(os.getpid(), signum)
    time.sleep(0.01)


def test_without_a_signal_nothing_happens_and_handlers_come_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with StopOnSignal() as stop:
        assert stop.signum is None
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize('signum, status', [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_is_noted(signum, status):
    with StopOnSignal() as stop:
        send(signum)
        assert stop.signum == signum
    assert stop.exit_status == status


def test_the_second_ctrl_c_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        with StopOnSignal():
            send(signal.SIGINT)
            send(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before


def test_a_read_that_blocks_is_broken_off():
    reading, writing = os.pipe()
    start = time.monotonic()
    with StopOnSignal() as stop:
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        os.read(reading, 1)         # nobody writes
        pytest.fail('the read came back')
    assert stop.signum == signal.SIGTERM and time.monotonic() - start < 1.0
    os.close(reading)
    os.close(writing)


def test_what_no_exception_ends_is_ended_with_the_process():
    process = subprocess.Popen([sys.executable, '-c', """
import signal, time, ctypes
from face_perception.cli.stop import StopOnSignal
with StopOnSignal():
    print("ready", flush=True)
    while True:
        try:
            time.sleep(60)
        except BaseException:       # stands for a library that cannot be broken off
            pass
"""], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b'ready\n'
    start = time.monotonic()
    process.terminate()
    assert process.wait(20) == 143 and time.monotonic() - start < 2.0
    process.stdout.close()


def test_hang_up_is_noted_unless_the_user_said_nohup():
    with StopOnSignal() as stop:
        send(signal.SIGHUP)
        assert stop.exit_status == 129
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopOnSignal() as stop:
            send(signal.SIGHUP)
            assert stop.signum is None
    finally:
        signal.signal(signal.SIGHUP, before)
