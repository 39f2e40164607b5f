# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Nothing imports a study; import-linter proves it."""
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

TRAINING = pathlib.Path(__file__).resolve().parents[2]


def lint(folder):
    tool = pathlib.Path(sys.executable).with_name('lint-imports')
    if not tool.exists():
        pytest.skip('import-linter is not installed (scripts/test does that)')
    done = subprocess.run([tool, '--no-cache', '--config', 'pyproject.toml'], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env=dict(os.environ, PYTHONPATH=str(folder)))
    return done.returncode, done.stdout


def test_nothing_imports_a_study():
    status, said = lint(TRAINING)
    assert status == 0, said


@pytest.mark.parametrize('source, status', [
    ('', 0),                                                    # nothing
    ('import studies.mtcnn', 1),
    ('def late():\n    from studies import mtcnn', 1),          # also inside a function
])
def test_an_import_of_one_is_found(tmp_path, source, status):
    shutil.copy(TRAINING / 'pyproject.toml', tmp_path)
    for package in ('face_training', 'studies', 'studies/mtcnn'):
        (tmp_path / package).mkdir()
        (tmp_path / package / '__init__.py').touch()
    (tmp_path / 'face_training' / 'one.py').write_text(source + '\n')
    assert lint(tmp_path)[0] == status
