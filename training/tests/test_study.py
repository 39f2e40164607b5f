# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-training study finds the studies beside the package."""
import pytest

from face_training.__main__ import main


def test_one_that_does_not_exist_is_said(capsys):
    assert main(['study', 'nothing']) == 2
    assert "no study 'nothing'" in capsys.readouterr().err


def test_the_arguments_behind_the_name_are_those_of_the_study(capsys):
    with pytest.raises(SystemExit) as end:
        main(['study', 'mtcnn', '--help'])
    assert end.value.code == 0 and 'face-training study mtcnn' in capsys.readouterr().out
