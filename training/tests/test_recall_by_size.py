# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark's recall by size: which size a face counts for, and what is a hit."""
import math
import pathlib

import numpy as np

from benchmarks.recall_by_size import EDGES, main, recall_by_size
from face_perception.core.detections import Detections
from face_training.data.sample import Sample

LABELS = ('human', 'cartoon')


def sample(boxes, labels, width=320, height=240):
    return Sample(pathlib.Path('a.png'), width, height, '', np.array(boxes, np.float32).reshape(-1, 4),
                  np.array(labels, np.int64))


def test_no_faces_have_no_recall():
    result = recall_by_size([sample([], [])], [Detections.empty()], LABELS)
    assert set(result) == set(LABELS) and all(math.isnan(value) for values in result.values() for value in values)


def test_faces_count_for_their_side_at_640x480_and_their_label():
    # 20 and 100 pixels of a 320x240 picture are 40 and 200 at 640x480; 4 are 8 and left out, and so is the ignore region.
    truth = sample([[0, 0, 20, 20], [100, 100, 200, 200], [50, 0, 54, 4], [60, 60, 80, 80]], [0, 0, 0, -1])
    found = Detections([[0, 0, 20, 21], [100, 100, 200, 200]], [0.9, 0.8], ['human', 'cartoon'])
    result = recall_by_size([truth], [found], LABELS)
    parts = {EDGES[n]: value for n, value in enumerate(result['human']) if not math.isnan(value)}
    assert parts == {32: 1.0, 192: 0.0}
    assert all(math.isnan(value) for value in result['cartoon'])


def test_missing_data_is_said(tmp_path, capsys):
    assert main(['slim_320', '--data', str(tmp_path / 'absent.json')]) == 1
    assert 'no such file' in capsys.readouterr().err
