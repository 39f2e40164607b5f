# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import shutil

import pytest

from face_training.__main__ import main
from face_training.data.archive import unpacked
from face_training.data.structure import DataError


def test_what_is_no_zip_is_taken_as_it_is(tmp_path):
    assert unpacked(tmp_path, tmp_path / 'out') == tmp_path
    assert unpacked('missing.zip', tmp_path / 'out').name == 'missing.zip'


@pytest.mark.parametrize('inside', ['', 'folder'])
def test_a_zip_is_checked_as_its_folder_is(drawn, tmp_path, capsys, inside):
    """Its data at the top, or in a folder, as people zip."""
    made = tmp_path / 'made'
    shutil.copytree(drawn.parent, made / inside, dirs_exist_ok=True)
    path = shutil.make_archive(str(tmp_path / 'export'), 'zip', made)
    assert main(['check', path]) == 0
    assert f'0 faults and 0 warnings in {path}' in capsys.readouterr().out


def test_a_damaged_zip_is_refused(tmp_path, capsys):
    path = tmp_path / 'export.zip'
    path.write_bytes(b'PK\3\4 but no more')
    with pytest.raises(DataError, match='export.zip: cannot be unpacked'):
        unpacked(path, tmp_path / 'out')
    assert main(['check', str(path)]) == 2
