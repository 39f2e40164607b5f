# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A function in a process of its own: its result, its exception, its death."""
import os
import signal

import pytest

from face_perception.cli.own_process import ProcessDied, in_own_process
from face_perception.models.store import ModelNotFound, find_model


def test_nothing_is_handed_over_and_nothing_comes_back():
    assert in_own_process(dict) == {}


def test_it_is_another_process_each_time():
    first, second = in_own_process(os.getpid), in_own_process(os.getpid)
    assert len({first, second, os.getpid()}) == 3


def test_what_it_raises_is_raised_here():
    with pytest.raises(ValueError, match='invalid literal'):
        in_own_process(int, 'x')
    with pytest.raises(ModelNotFound, match='absent'):
        in_own_process(find_model, 'absent')


@pytest.mark.parametrize('number, words', [
    (signal.SIGKILL, 'by signal 9 .*memory may have run out'),      # what the kernel sends then
    (signal.SIGTERM, 'by signal 15 and gave no result$'),
])
def test_one_that_is_killed_is_noticed(number, words):
    with pytest.raises(ProcessDied, match=words):
        in_own_process(signal.raise_signal, number)


def test_one_that_ends_itself_is_noticed():
    with pytest.raises(ProcessDied, match='ended with 3'):
        in_own_process(os._exit, 3)
