# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every drawn character fills its face, moves with its pose, and has a style of its own."""
import numpy as np
import pytest

from examples.film.brush import Brush
from examples.film.characters import CHARACTERS, Pose

BACKGROUND = 77
X, Y = 180, 200


def picture(name, pose=Pose()):
    brush = Brush(np.full((420, 360, 3), BACKGROUND, np.uint8), X, Y)
    CHARACTERS[name].draw(brush, pose)
    return brush.finish()


def test_there_are_several_styles():
    assert len(CHARACTERS) >= 5
    assert all(name == character.name for name, character in CHARACTERS.items())


@pytest.mark.parametrize('name', sorted(CHARACTERS))
def test_the_face_box_is_covered_by_the_drawing(name):
    drawn = (picture(name) != BACKGROUND).any(axis=2)
    x1, y1, x2, y2 = (int(v) for v in CHARACTERS[name].face)
    assert drawn[Y + y1:Y + y2, X + x1:X + x2].mean() > 0.85
    assert not drawn[:, 0].any() and not drawn[0].any()


@pytest.mark.parametrize('name', sorted(CHARACTERS))
def test_every_word_of_a_pose_changes_the_picture_within_the_head(name):
    still = picture(name)
    for pose in (Pose(turn=1), Pose(gaze=1), Pose(blink=1), Pose(mouth=1)):
        moved = picture(name, pose)
        changed = np.argwhere((moved != still).any(axis=2))
        assert len(changed) > 50, pose
        assert changed[:, 0].max() < Y + 130, 'shoulders do not follow the face'


def test_styles_differ():
    names = sorted(CHARACTERS)
    for one, two in zip(names, names[1:]):
        assert (picture(one) != picture(two)).any(axis=2).mean() > 0.2, (one, two)
