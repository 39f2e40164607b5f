# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What an installed ROS lacks is named with our pins, and its numpy is kept."""
import pathlib
import subprocess
import sys

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / 'scripts' / 'environment' / 'missing_requirements.py'


def missing(folder, text):
    """Return (the lines printed for a requirements file, the constraints written)."""
    (folder / 'wanted.txt').write_text(text, encoding='utf-8')
    words = subprocess.check_output([sys.executable, str(PROGRAM), '--constraints', str(folder / 'kept.txt'),
                                     str(folder / 'wanted.txt')])
    return words.decode().split('\n')[:-1], (folder / 'kept.txt').read_text(encoding='utf-8').splitlines()


def test_nothing_wanted(tmp_path):
    assert missing(tmp_path, '# a comment\n')[0] == ['']


def test_two_are_missing_and_one_is_there(tmp_path):
    lines, kept = missing(tmp_path, (
        '# import no_comment\n'
        'numpy==0.1  # import numpy\n'
        'one-of-them==1.5 ; python_version < "3.11"      # import not_there_1\n'
        'other.one>=2.0 # import not_there_2\n'))
    assert lines == ['one-of-them==1.5 ; python_version < "3.11"', 'other.one>=2.0']
    assert kept[0] == 'numpy==' + np.__version__
