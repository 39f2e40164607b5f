# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest
from shared_data import shared

from face_perception.cameras import CameraError, CameraLost, open_camera


def picture(path, value, width=8, height=6):
    assert cv2.imwrite(str(path), np.full((height, width, 3), value, np.uint8))


def values(camera, count):
    return [int(camera.read().image[0, 0, 0]) for _ in range(count)]


@pytest.mark.parametrize('names', [[], ['notes.txt', '.hidden.png']])
def test_a_folder_without_images_is_refused(tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(b'x')
    with pytest.raises(CameraError) as caught:
        open_camera(str(tmp_path))
    assert 'no images' in str(caught.value)


def test_images_come_in_natural_order_and_end(tmp_path):
    for name, value in (('b10.png', 30), ('b9.PNG', 20), ('a.png', 10), ('2.png', 5), ('10.png', 8)):
        picture(tmp_path / name, value)
    (tmp_path / 'notes.txt').write_text('no image')
    with open_camera(str(tmp_path), fps=1000) as camera:
        assert values(camera, 5) == [5, 8, 10, 20, 30]
        assert camera.read() is None and camera.read() is None
        assert '5 images' in camera.describe()


def test_sizes_may_differ(tmp_path):
    picture(tmp_path / '1.png', 1, width=5, height=9)
    picture(tmp_path / '2.jpg', 2, width=1, height=1)
    with open_camera(str(tmp_path), fps=1000) as camera:
        assert [camera.read().image.shape for _ in range(2)] == [(9, 5, 3), (1, 1, 3)]


def test_a_corrupt_image_is_said_once_and_skipped(tmp_path):
    said = []
    picture(tmp_path / '1.png', 10)
    (tmp_path / '2.png').write_bytes(b'\x89PNG\r\n\x1a\n and no more')
    (tmp_path / '3.jpg').write_bytes(b'')
    picture(tmp_path / '4.png', 40)
    with open_camera(str(tmp_path), fps=1000, loop=True, say=said.append) as camera:
        assert values(camera, 6) == [10, 40, 10, 40, 10, 40]
    assert len(said) == 2 and '2.png' in said[0] and '3.jpg' in said[1]


@pytest.mark.parametrize('loop', [False, True])
def test_a_folder_of_corrupt_images_is_a_lost_camera(tmp_path, loop):
    for name in ('1.png', '2.png'):
        (tmp_path / name).write_bytes(b'x')
    with open_camera(str(tmp_path), loop=loop) as camera, pytest.raises(CameraLost):
        camera.read()


def test_one_image_is_a_folder_of_one(tmp_path):
    picture(tmp_path / 'one.png', 77)
    with open_camera(str(tmp_path / 'one.png'), fps=1000) as camera:
        assert values(camera, 1) == [77]
        assert camera.read() is None
    with open_camera(str(tmp_path / 'one.png'), fps=1000, loop=True) as camera:
        assert values(camera, 3) == [77] * 3


def test_images_are_paced(tmp_path):
    waits = []
    for number in range(3):
        picture(tmp_path / '{}.png'.format(number), number)
    with open_camera(str(tmp_path), fps=20, wait=waits.append) as camera:
        values(camera, 3)
    assert len(waits) == 2 and 0 < waits[0] <= 0.05


def test_real_broken_images():
    said = []
    folder = shared('data', 'faces_broken', 'images')
    with open_camera(str(folder), fps=1000, say=said.append) as camera:
        frames = 0
        while True:
            frame = camera.read()
            if frame is None:
                break
            assert frame.image.dtype == np.uint8 and frame.image.ndim == 3 and frame.image.shape[2] == 3
            frames += 1
    assert frames and said
