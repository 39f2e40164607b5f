# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""No process stays behind, however stubborn, and one that dies says why."""
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from examples.processes import STOP_SIGNALS, ProcessDied, Processes, Stopped, stop_on_signals

# Ignores polite requests and has a child that does so too; prints both process ids when ready.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print(os.getpid(), child, flush=True)
time.sleep(600)
"""


def alive(pid):
    """Tell whether a process runs; a zombie does not."""
    try:
        with open(f'/proc/{pid}/stat') as stat:
            return stat.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def start_stubborn(processes, folder):
    """Start the stubborn and its child in `processes`, which logs to `folder`; return both process ids."""
    processes.start('stubborn', [sys.executable, '-c', STUBBORN])
    deadline = time.monotonic() + 20
    while len(pids := (folder / 'stubborn.log').read_text().split()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return [int(pid) for pid in pids]


def test_nothing_started_is_nothing_to_stop(tmp_path):
    with Processes(str(tmp_path)) as processes:
        processes.check()
    assert not list(tmp_path.iterdir())


def test_two_processes_end_politely_and_their_output_is_kept(tmp_path):
    program = ('import time\nprint("hello", flush=True)\n'
               'try:\n    time.sleep(600)\nexcept KeyboardInterrupt:\n    print("bye")')
    start = time.monotonic()
    with Processes(str(tmp_path / 'logs')) as processes:
        both = [processes.start(name, [sys.executable, '-c', program]) for name in ('one', 'two')]
        while not all((tmp_path / 'logs' / f'{name}.log').read_text() for name in ('one', 'two')):
            assert time.monotonic() - start < 20
            time.sleep(0.02)
        processes.check()
        assert processes.last_words('one') == '  hello\n'
    assert [p.returncode for p in both] == [0, 0]
    assert (tmp_path / 'logs' / 'two.log').read_text() == 'hello\nbye\n'


@pytest.mark.timeout(60)
def test_the_stubborn_and_their_children_are_killed(tmp_path):
    with Processes(str(tmp_path)) as processes:
        pids = start_stubborn(processes, tmp_path)
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


def test_a_process_that_dies_says_its_last_words(tmp_path):
    with Processes(str(tmp_path)) as processes:
        processes.start('sleeper', [sys.executable, '-c', 'import time; time.sleep(600)'])
        processes.check()
        processes.start('node', [sys.executable, '-c',
                                 'import sys; sys.exit("no such model")']).wait(timeout=20)
        with pytest.raises(ProcessDied, match='node ended with status 1(.|\n)*no such model'):
            processes.check()


def test_an_error_inside_with_stops_all(tmp_path):
    with pytest.raises(ZeroDivisionError):
        with Processes(str(tmp_path)) as processes:
            sleeper = processes.start('sleeper', [sys.executable, '-c', 'import time; time.sleep(600)'])
            1 / 0
    assert not alive(sleeper.pid)


@pytest.mark.timeout(60)
def test_children_of_a_killed_demo_do_not_survive_it(tmp_path):
    """SIGKILL leaves no time to clean up: the kernel has to."""
    program = ('import sys, time\nfrom examples.processes import Processes\n'
               f'p = Processes({str(tmp_path)!r})\n'
               'print(p.start("s", [sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)\n'
               'time.sleep(600)')
    path = os.pathsep.join(sys.path)
    demo = subprocess.Popen([sys.executable, '-c', program], stdout=subprocess.PIPE, text=True,
                            env=dict(os.environ, PYTHONPATH=path))
    child = int(demo.stdout.readline())
    assert alive(child)
    demo.send_signal(signal.SIGKILL)
    demo.wait(timeout=20)
    demo.stdout.close()
    deadline = time.monotonic() + 10
    while alive(child):
        assert time.monotonic() < deadline, 'the child survived'
        time.sleep(0.02)


@pytest.mark.timeout(60)
def test_an_impatient_second_ctrl_c_leaves_nobody_behind_either(tmp_path):
    before = {signum: signal.getsignal(signum) for signum in STOP_SIGNALS}
    idle = threading.Event()
    other = threading.Thread(target=idle.wait)        # a thread that may take the signal in place of this one
    other.start()
    stop_on_signals()
    try:
        with pytest.raises(Stopped):
            with Processes(str(tmp_path)) as processes:
                pids = start_stubborn(processes, tmp_path)
                threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        assert not any(map(alive, pids))
    finally:
        idle.set()
        other.join()
        for signum, handler in before.items():
            signal.signal(signum, handler)
