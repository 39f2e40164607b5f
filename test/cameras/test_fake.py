# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest

from face_perception.cameras import CameraError, CameraLost, open_camera
from face_perception.cameras.fake import frame_number, write_number

FAST = {'fps': 1000}


def test_a_picture_too_small_has_no_number():
    assert frame_number(np.zeros((1, 1, 3), np.uint8)) is None
    image = np.zeros((1, 1, 3), np.uint8)
    write_number(image, 5)
    assert image.shape == (1, 1, 3)


@pytest.mark.parametrize('width, height', [(24, 1), (64, 48), (640, 480), (1919, 3)])
@pytest.mark.parametrize('number', [0, 1, 2**24 - 1, 0x5a5a5a])
def test_a_number_is_read_back(width, height, number):
    image = np.full((height, width, 3), 99, np.uint8)
    write_number(image, number)
    assert frame_number(image) == number


def test_a_number_survives_jpeg_and_scaling():
    image = np.full((480, 640, 3), 99, np.uint8)
    write_number(image, 0xabcde)
    jpeg = cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert frame_number(jpeg) == 0xabcde
    assert frame_number(cv2.resize(image, (320, 240))) == 0xabcde


def test_two_fake_cameras_give_the_same_moving_picture():
    one, two = (open_camera('fake://', width=96, height=64, **FAST) for _ in range(2))
    frames = [one.read().image for _ in range(3)]
    for number, image in enumerate(frames):
        assert image.shape == (64, 96, 3) and image.dtype == np.uint8
        assert frame_number(image) == number
        np.testing.assert_array_equal(image, two.read().image)
    assert (frames[0][20:] != frames[1][20:]).any()


def test_it_ends_or_starts_again():
    once = open_camera('fake://?frames=2', **FAST)
    assert [once.read() is not None for _ in range(4)] == [True, True, False, False]
    again = open_camera('fake://?frames=2', loop=True, **FAST)
    assert [frame_number(again.read().image) for _ in range(5)] == [0, 1, 0, 1, 0]


def test_it_gets_lost_when_asked_to():
    camera = open_camera('fake://?lost_after=1', **FAST)
    camera.read()
    with pytest.raises(CameraLost):
        camera.read()


def test_frames_are_paced_and_stamped():
    waits, clock = [], iter(range(10, 99))
    camera = open_camera('fake://', fps=2, wait=waits.append, clock_ns=lambda: next(clock), frame_id='eye')
    frames = [camera.read() for _ in range(3)]
    assert [frame.stamp_ns for frame in frames] == [10, 11, 12]
    assert [frame.frame_id for frame in frames] == ['eye'] * 3
    assert frames[0].image.shape == (480, 640, 3)
    assert len(waits) == 2 and all(0 < wait <= 1.0 for wait in waits)
    assert '640x480' in camera.describe() and ' 2 fps' in camera.describe()


def test_an_unknown_option_is_refused():
    with pytest.raises(CameraError):
        open_camera('fake://?colour=red')
