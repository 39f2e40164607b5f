# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of landmarks runs; what it measures is not judged here, where machines are busy."""
import re

import point_model
import pytest

from benchmarks.landmark_latency import HEIGHT, WIDTH, main, side_by_side


def test_no_face_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(['--faces', '0'])
    assert 'at least 1' in capsys.readouterr().err


def test_a_row_for_each_number_of_faces(tmp_path, capsys):
    model = point_model.write_point_model(tmp_path / 'dots', batches=(1, 4))
    assert main([model, '--faces', '1', '6', '--rounds', '3']) == 0
    rows = re.findall(r'\| (\d+) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|', capsys.readouterr().out)
    assert [row[0] for row in rows] == ['1', '6'] and rows[0][4] == '1.0'
    assert all(float(row[2]) + float(row[3]) <= 1.5 * float(row[1]) for row in rows)


def test_boxes_lie_within_the_picture():
    boxes = side_by_side(20).boxes
    assert (boxes >= 0).all() and (boxes[:, 2] <= WIDTH).all() and (boxes[:, 3] <= HEIGHT).all()
