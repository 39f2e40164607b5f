# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where the shared data sets lie that are too large or not free enough for this repository.

They are looked for in $FACE_PERCEPTION_SHARED, else in the folder `shared` beside the clone.
"""
import os
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED') or ROOT.parent / 'shared')


def shared(*parts):
    """Return the path of something in the shared data; skip the calling test where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip('shared data not at hand: {}'.format(path))
    return path
