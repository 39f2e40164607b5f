# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Video files, written here and real ones."""
import time

import cv2
import numpy as np
import pytest
from shared_data import shared

from face_perception.cameras import CameraError, open_camera
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
