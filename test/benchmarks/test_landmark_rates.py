# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of landmark rates shows as many faces as it says, counts right and runs with real processes."""
import json
import subprocess
import sys

import numpy as np
import point_model
import pytest

from benchmarks import landmark_rates

COMMAND = [sys.executable, '-m', 'benchmarks.landmark_rates']


@pytest.mark.parametrize('count', landmark_rates.COUNTS)
def test_a_crowd_has_so_many_faces(count):
    """Each cell is the same picture, and none is empty."""
    frame = np.full((480, 640, 3), 200, np.uint8)
    picture, = landmark_rates.crowd(count, [(0, frame)])
    assert picture.shape == (480, 640, 3)
    covered = (picture == 200).all(axis=2).mean()
    columns = int(np.ceil(np.sqrt(count * 4 / 3)))
    assert covered == pytest.approx(count / (columns * np.ceil(count / columns)), abs=0.03)


def test_medians_and_growth_of_two_ways():
    merged = {}
    for count in landmark_rates.COUNTS:
        merged[count, False] = {'latencies': [0.004, 0.005, 0.006], 'own': [0.002], 'sent': 3, 'faces': [count] * 3,
                                'points': 0}
        merged[count, True] = {'latencies': [0.005, 0.006, 0.007], 'own': [0.002, 0.0024], 'sent': 4,
                               'faces': [count] * 3, 'points': 2}
    row = landmark_rates.summarise(merged)[1]
    assert (row['shown'], row['found'], row['answered'], row['with_points']) == (5, 5, 0.75, 0.5)
    assert row['without_ms'] == pytest.approx(5) and row['growth'] == pytest.approx(0.2)
    assert row['own_ms'] == pytest.approx(2) and row['own_growth'] == pytest.approx(0.1)
    assert '5.00 ms' in landmark_rates.table([row]) and '20.0%' in landmark_rates.table([row])


def test_nothing_to_measure_is_refused():
    done = subprocess.run([*COMMAND, '--rounds', '0'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 2 and 'at least 1' in done.stderr


@pytest.mark.integration
@pytest.mark.timeout(180)
def test_a_short_run_measures_both_ways(tmp_path):
    for needed in ('rclpy', 'skvideo', 'onnx'):
        pytest.importorskip(needed)
    from landmark_bench import FaceLandmarksArray
    assert FaceLandmarksArray
    model = point_model.write_point_model(tmp_path / 'dots', batches=(1, 8))
    done = subprocess.run([*COMMAND, '--rounds', '1', '--seconds', '1.5', '--landmark-model', model, '--json',
                           str(tmp_path / 'out.json')], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=170)
    assert done.returncode == 0, done.stdout
    rows = json.loads((tmp_path / 'out.json').read_text())['rows']
    assert [row['shown'] for row in rows] == list(landmark_rates.COUNTS)
    for row in rows:
        assert row['without_ms'] > 0 and row['idle_points'] == 0 and row['with_points'] > 0
