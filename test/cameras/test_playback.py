# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Played sources: video files, written here and real ones, and folders of pictures."""
import time

import cv2
import numpy as np
import pytest
from shared_data import shared

from face_perception.cameras import CameraError, CameraLost, open_camera
from face_perception.cameras.fake import frame_number, write_number

COUNT = 12


def write_video(path, fourcc, count=COUNT, fps=25):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*fourcc), fps, (192, 144))
    assert writer.isOpened()
    for number in range(count):
        image = np.full((144, 192, 3), 80, np.uint8)
        write_number(image, number)
        writer.write(image)
    writer.release()
    return str(path)


@pytest.fixture(params=[('clip.avi', 'MJPG'), ('clip.mp4', 'mp4v')], ids=lambda param: param[1])
def video(request, tmp_path):
    name, fourcc = request.param
    return write_video(tmp_path / name, fourcc)


@pytest.mark.parametrize('content', [b'', b'no video', b'\0' * 10000])
def test_a_file_that_is_no_video_is_refused(tmp_path, content):
    path = tmp_path / 'clip.mp4'
    path.write_bytes(content)
    with pytest.raises(CameraError) as caught:
        open_camera(str(path))
    assert str(path) in str(caught.value)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(CameraError) as caught:
        open_camera(str(tmp_path / 'absent.mp4'))
    assert 'No such file' in str(caught.value)


@pytest.mark.parametrize('prefix', ['', 'file://'])
def test_every_frame_comes_once_and_then_none(video, prefix):
    with open_camera(prefix + video, fps=1000, frame_id='film') as camera:
        frames = [camera.read() for _ in range(COUNT)]
        assert [frame_number(frame.image) for frame in frames] == list(range(COUNT))
        assert camera.read() is None and camera.read() is None
    assert {frame.image.shape for frame in frames} == {(144, 192, 3)}
    assert {frame.frame_id for frame in frames} == {'film'}
    stamps = [frame.stamp_ns for frame in frames]
    assert stamps == sorted(stamps) and abs(stamps[0] / 1e9 - time.time()) < 5


def test_a_loop_starts_again_with_the_first_frame(video):
    with open_camera(video, fps=1000, loop=True) as camera:
        numbers = [frame_number(camera.read().image) for _ in range(2 * COUNT + 3)]
    assert numbers == list(range(COUNT)) * 2 + [0, 1, 2]


def test_a_video_is_played_at_its_own_rate(video):
    # Waits that are not waited add up: each frame is due 40 ms after the one before.
    due = pytest.approx([0.04, 0.08, 0.12], abs=0.035)
    for _ in range(3):      # a busy machine may be late, though not time and again
        waits = []
        with open_camera(video, wait=waits.append) as camera:
            for _ in range(4):
                camera.read()
            assert '25 fps' in camera.describe() and '192x144' in camera.describe()
        if waits == due:
            return
    assert waits == due


def test_a_lower_rate_leaves_frames_out_and_keeps_the_speed(video):
    waits, numbers = [], []
    with open_camera(video, fps=12.5, wait=waits.append) as camera:
        for frame in iter(camera.read, None):
            numbers.append(frame_number(frame.image))
    assert numbers == list(range(0, COUNT, 2))


def test_a_closed_video_can_be_closed_again(video):
    camera = open_camera(video)
    camera.close()
    camera.close()


def test_a_video_cut_short_gives_what_is_there(tmp_path):
    path = tmp_path / 'clip.avi'
    write_video(path, 'MJPG', 60)
    content = path.read_bytes()
    path.write_bytes(content[:len(content) // 2])
    with open_camera(str(path), fps=1000) as camera:
        count = 0
        while camera.read() is not None:
            count += 1
    assert 10 < count < 60


@pytest.mark.parametrize('name, count, width, height, fps', [
    ('human_webcam_carphone.mp4', 120, 352, 288, 29.97),
    ('human_classroom.mp4', 45, 480, 270, 15),
    ('cartoon_bunny.mp4', 132, 640, 360, 25),
])
def test_a_real_video(name, count, width, height, fps):
    waits = []
    with open_camera(str(shared('data', 'video', name)), wait=waits.append) as camera:
        shapes = set()
        for _ in range(count):
            shapes.add(camera.read().image.shape)
        assert camera.read() is None
        assert '{:.4g} fps'.format(fps) in camera.describe()
    assert shapes == {(height, width, 3)}
    assert len(waits) > count * 0.5       # all but those of which a busy machine is late


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
