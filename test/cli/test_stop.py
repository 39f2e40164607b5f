# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C ends work between two images; a second one ends it at once."""
import os
import signal
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
