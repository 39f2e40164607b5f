# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The benchmark of the trainer runs; what it measures is not judged here, where machines are busy."""
import re

import pytest

from benchmarks.training_speed import Clock, main, table
from face_training.config import to_yaml

from .test_train import small_config


def test_the_clock_leaves_the_first_steps_out(monkeypatch):
    times = iter([10.0, 11.0, 12.0, 12.5])
    monkeypatch.setattr('time.perf_counter', lambda: next(times))
    clock = Clock(warm_up=2)
    for _ in range(4):
        clock.on_train_batch_end()
    assert clock.rate(8) == pytest.approx(8 * 2 / 1.5)


def test_the_table_has_medians_and_their_ratio():
    text = table({'ours': [10.0, 30.0, 20.0], 'plain': [8.0, 10.0, 9.0]}, 'slim')
    assert '| ours | 20.0 | 10.0, 30.0, 20.0 |' in text and text.endswith('ours / plain: 2.22')


def test_both_loops_are_measured(drawn, tmp_path, capsys):
    (tmp_path / 'recipe.yaml').write_text(to_yaml(small_config(drawn)))
    assert main([str(tmp_path / 'recipe.yaml'), '--steps', '4', '--warm-up', '1', '--rounds', '1', '--device', 'cpu']) == 0
    rates = dict(re.findall(r'\| (ours|plain) \| ([0-9.]+) \|', capsys.readouterr().out))
    assert set(rates) == {'ours', 'plain'} and all(float(rate) > 0 for rate in rates.values())


def test_what_cannot_be_measured_is_said(drawn, tmp_path, capsys):
    (tmp_path / 'recipe.yaml').write_text(to_yaml(small_config(drawn)))
    assert main([str(tmp_path / 'recipe.yaml'), '--set', 'schedule.batch=99']) == 2
    assert 'do not fill a batch of 99' in capsys.readouterr().err
