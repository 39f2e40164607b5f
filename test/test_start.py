# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The executables: told to end at any moment of their start they end with 0, and without a traceback."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

from face_perception import start

pytest.importorskip('rclpy', reason='needs ROS 2')

ROOT = pathlib.Path(__file__).resolve().parents[1]
LISTENING = 0.12        # seconds until Python has read the first lines of start.py, with some to spare
MOMENTS = [LISTENING + 0.05 * number for number in range(15)]


def test_every_executable_starts_here():
    names = re.findall(r"'([\w-]+) = face_perception\.start:(\w+)'", (ROOT / 'setup.py').read_text())
    assert len(names) == 6 and all(callable(getattr(start, function)) for _, function in names)


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_node_that_is_told_to_end_while_it_starts_ends_quietly(number):
    for moment in MOMENTS:
        process = subprocess.Popen(
            [sys.executable, '-c', 'from face_perception.start import camera_node as node; import sys; sys.exit(node())',
             '--ros-args', '-p', 'camera:=fake://'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        time.sleep(moment)
        process.send_signal(number)
        said = process.communicate(timeout=20)[0].decode()
        lines = [line for line in said.splitlines() if line.strip() and '[INFO]' not in line]
        assert process.returncode == 0 and 'Traceback' not in said and len(lines) <= 1, (moment, said)


def test_nohup_is_respected(tmp_path):
    log = tmp_path / 'log'
    with open(str(log), 'wb') as out:
        process = subprocess.Popen(
            [sys.executable, '-c', 'from face_perception.start import camera_node as node; import sys; sys.exit(node())',
             '--ros-args', '-p', 'camera:=fake://'], stdout=out, stderr=out,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    end = time.monotonic() + 20
    while b'Frames come' not in log.read_bytes():
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == 0


def test_a_command_ends_as_shells_expect():
    process = subprocess.Popen([sys.executable, '-c', 'import os, signal; from face_perception import start; '
                                'start._end_by_signal(lambda n: 128 + n); os.kill(os.getpid(), signal.SIGTERM); '
                                'import time; time.sleep(5)'], env=dict(os.environ, PYTHONPATH=str(ROOT)))
    assert process.wait(20) == 143
