# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of crops runs; what it measures is not judged here, where machines are busy."""
import re

import cv2
import pytest
import torch

from benchmarks.landmark_crops import main


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads(), cv2.getNumThreads()
    yield
    torch.set_num_threads(before[0])
    cv2.setNumThreads(before[1])


def test_no_round_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(['--rounds', '0'])
    assert 'at least 1' in capsys.readouterr().err


def test_three_ways_are_measured(capsys):
    assert main(['--side', '32', '--batch', '4', '--rounds', '2']) == 0
    rows = re.findall(r'\| (.+?) \| ([0-9.]+) \| ([0-9.]+) \|', capsys.readouterr().out)
    assert [name for name, _, _ in rows] == ['torch, all at once', 'torch, one by one', 'OpenCV, one by one']
    assert all(float(each) > 0 for _, each, _ in rows) and rows[0][2] == '1.0'
