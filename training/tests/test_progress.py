# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import io

import pytest

from face_training import progress
from face_training.progress import Progress, spoken
from face_training.train import train

from .test_train import small_config


@pytest.mark.parametrize('seconds, words', [
    (0, '0 s'), (89.4, '89 s'), (90, '2 min'), (3500, '58 min'), (7300, '2 h 2 min')])
def test_durations_are_spoken(seconds, words):
    assert spoken(seconds) == words


class Screen(io.StringIO):
    """A terminal, or not."""

    terminal = False

    def isatty(self):
        return self.terminal


@pytest.mark.parametrize('terminal', [False, True])
def test_a_training_says_how_far_it_is(drawn, tmp_path, monkeypatch, terminal):
    """24 pictures, 8 a step, 2 epochs: a line after each step where none is held back, written over on a terminal."""
    screen = Screen()
    screen.terminal = terminal
    monkeypatch.setattr(progress, 'LOG_SECONDS', 0.0)
    monkeypatch.setattr(progress, 'TERMINAL_SECONDS', 0.0)
    monkeypatch.setattr('face_training.train.Progress', lambda: Progress(screen))
    train(small_config(drawn), tmp_path / 'run', device='cpu')
    lines = screen.getvalue().replace('\r', '\n').strip('\n').splitlines()
    assert len(lines) == 6 and screen.getvalue().count('\n') == (1 if terminal else 6)
    assert lines[0].startswith('epoch 1 of 2, loss ') and lines[4].startswith('epoch 2 of 2, loss ')
    assert ' left' in lines[4] and lines[5].startswith('2 epochs, ')
