# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The end-to-end benchmark counts right and runs with real processes."""
import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import end_to_end

COMMAND = [sys.executable, '-m', 'benchmarks.end_to_end']


def test_nothing_to_measure_is_refused():
    done = subprocess.run([*COMMAND, '--rounds', '0'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE,
                          text=True, timeout=60)
    assert done.returncode == 2 and 'at least 1' in done.stderr


def test_medians_and_ratios_of_two_ways():
    rows = end_to_end.summarise({'session.run': [0.002, 0.001, 0.009], 'Detector': [0.004] * 21})
    assert [r['way'] for r in rows] == ['session.run', 'Detector']
    assert np.allclose([r['median_ms'] for r in rows], [2, 4])
    assert np.allclose([r['ratio'] for r in rows], [1, 2])
    assert [r['count'] for r in rows] == [3, 21]
    assert '2.00 ms' in end_to_end.table(rows) and '4.00 ms' in end_to_end.table(rows)


def test_without_the_clip_there_is_a_moving_pattern(monkeypatch):
    monkeypatch.setattr(end_to_end.importlib.util, 'find_spec', lambda name: None)
    frames, origin = end_to_end.frames_to_look_at()
    assert origin == 'synthetic pattern' and len(frames) == end_to_end.FRAMES
    assert all(f.shape == (480, 640, 3) and f.dtype == np.uint8 for f in frames)
    assert (frames[0] != frames[1]).any()


@pytest.mark.integration
@pytest.mark.timeout(120)
def test_a_short_run_measures_all_three_ways(tmp_path):
    done = subprocess.run([*COMMAND, '--rounds', '2', '--each', '5', '--json',
                           str(tmp_path / 'out.json')],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    written = json.loads((tmp_path / 'out.json').read_text())
    assert [r['way'] for r in written['rows']] == ['session.run', 'Detector', 'camera to /faces']
    assert all(r['count'] == 10 and r['median_ms'] > 0 for r in written['rows'])
    # The network and the detector around it are too close for so few frames on a busy machine.
    _, detector, robot = (r['median_ms'] for r in written['rows'])
    assert detector < robot
    for row in written['rows']:
        assert f'{row["median_ms"]:.2f} ms' in done.stdout
