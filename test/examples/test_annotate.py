# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The annotated film can be read back, and a sheet holds its pictures."""
import cv2
import numpy as np
import pytest
from annotate import Film, annotated, sheet
from face_perception.core.detections import Detections

FACE = Detections(np.array([[10, 20, 50, 60]], np.float32), [0.9], ['human'])


def frames_of(path):
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        good, image = capture.read()
        if not good:
            return frames
        frames.append(image)


def test_no_detection_changes_nothing_and_the_original_is_never_drawn_on():
    image = np.full((80, 100, 3), 50, np.uint8)
    assert np.array_equal(annotated(image, Detections.empty()), image)
    assert (annotated(image, FACE) != image).any() and (image == 50).all()


def test_two_frames_of_different_sizes_make_a_film_of_the_first_size(tmp_path, capfd):
    film = Film(tmp_path, 10, 64, 48)
    film.add(np.full((48, 64, 3), 40, np.uint8))
    film.add(np.full((100, 30, 3), 200, np.uint8))
    film.close()
    first, second = frames_of(film.path)
    assert first.shape == second.shape == (48, 64, 3)
    assert abs(first.mean() - 40) < 6 and abs(second.mean() - 200) < 6
    assert film.in_browsers == (film.path.suffix == '.webm')
    assert capfd.readouterr() == ('', ''), 'OpenCV complained on the terminal'


def test_without_a_video_writer_there_are_pictures(tmp_path, monkeypatch):
    monkeypatch.setattr('annotate.open_writer', lambda *_: None)
    film = Film(tmp_path, 10, 64, 48)
    for k in range(2):
        film.add(np.full((48, 64, 3), 100 * k, np.uint8))
    film.close()
    assert not film.in_browsers
    pictures = sorted(film.path.iterdir())
    assert [round(cv2.imread(str(p)).mean()) for p in pictures] == [0, 100]


@pytest.mark.parametrize('count', [1, 2, 5])
def test_a_sheet_shows_every_picture(count):
    page = sheet([np.full((60, 80, 3), 10 * (k + 1), np.uint8) for k in range(count)], 2, 40)
    assert set(np.unique(page)) == {255} | {10 * (k + 1) for k in range(count)}
    assert page.shape[1] == 2 * 46 + 6 and page.shape[0] == (count + 1) // 2 * 36 + 6
