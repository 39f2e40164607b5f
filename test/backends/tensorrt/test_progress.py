# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Lines that say that an engine is being built."""
import time

from fakes import tensorrt as fake_tensorrt

from face_perception.backends.tensorrt.progress import BuildProgress


def test_a_quick_build_says_two_lines():
    lines = []
    with BuildProgress('an engine', lines.append):
        pass
    assert len(lines) == 2 and 'Building an engine; ' in lines[0] and lines[1] == 'Built an engine in 0 s.'


def test_a_build_that_fails_was_not_built():
    lines = []
    try:
        with BuildProgress('an engine', lines.append):
            raise KeyError
    except KeyError:
        pass
    assert len(lines) == 1


def test_a_slow_build_says_how_long_and_how_far(monkeypatch, cache):
    fake_tensorrt.install(monkeypatch, '10')
    import tensorrt
    lines = []
    with BuildProgress('an engine', lines.append, every=0.02) as progress:
        _wait_for(lambda: len(lines) > 1)
        assert lines[1] == 'Building an engine: 0 s so far.'
        monitor = progress.monitor(tensorrt)
        monitor.phase_start('Building', None, 4)
        monitor.phase_start('Tactics', 'Building', 100)
        assert monitor.step_complete('Tactics', 80) and monitor.step_complete('Building', 0)
        _wait_for(lambda: lines[-1] == 'Building an engine: 0 s so far, 25 %.')
        monitor.phase_finish('Tactics')
        monitor.phase_finish('Building')


def test_before_10_there_is_no_monitor(monkeypatch, cache):
    fake_tensorrt.install(monkeypatch, '8.5')
    import tensorrt
    assert BuildProgress('an engine', print).monitor(tensorrt) is None


def _wait_for(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
