# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""V4L2 devices: the failures for real, the conversation with a device through a stand-in with its rules.

A machine that runs these tests has no camera; the stand-in answers as OpenCV's V4L2 code and a UVC
camera do, and refuses what they refuse.
"""
import os

import cv2
import numpy as np
import pytest

from face_perception.cameras import CameraError, CameraLost, Settings, open_camera
from face_perception.cameras.uri import parse_uri
from face_perception.cameras.v4l2 import V4l2Camera

MJPG, YUYV = (cv2.VideoWriter_fourcc(*name) for name in ('MJPG', 'YUYV'))
# The rates that the device has, by format and size.
MODES = {MJPG: {(640, 480): 30, (1280, 720): 30}, YUYV: {(640, 480): 30, (1280, 720): 10}}


class Device:
    """Stands in for cv2.VideoCapture on a USB camera."""

    def __init__(self, frames=5, busy=False, formats=(MJPG, YUYV), broken=(), buffer_time=None, coded=None):
        self.frames, self.busy, self.formats, self.broken = frames, busy, formats, broken
        self.buffer_time, self.coded = buffer_time, coded
        self.opened = self.released = False
        self.grabbed = 0

    def __call__(self, path, backend):
        assert backend == cv2.CAP_V4L2
        assert not self.opened or self.released, 'opened twice'
        self.path, self.opened, self.released = path, True, False
        self.fourcc, self.size, self.fps, self.buffers = YUYV, (640, 480), 30.0, 4
        self.half_size, self.convert = {}, True
        return self

    def isOpened(self):
        return self.opened and not self.released and not self.busy

    def release(self):
        self.released = True

    def set(self, name, value):
        if not self.isOpened():
            return False
        if name == cv2.CAP_PROP_FOURCC:
            if int(value) not in self.formats:
                return False
            # A new format starts with the size and rate that the driver likes.
            self.fourcc, self.size, self.fps = int(value), (640, 480), 30.0
            return True
        if name in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT):
            # OpenCV keeps one until the other comes.
            self.half_size[name] = int(value)
            if len(self.half_size) == 2:
                wish = self.half_size[cv2.CAP_PROP_FRAME_WIDTH], self.half_size[cv2.CAP_PROP_FRAME_HEIGHT]
                self.half_size = {}
                self.size = min(MODES[self.fourcc],
                                key=lambda size: abs(size[0] - wish[0]) + abs(size[1] - wish[1]))
                self.fps = float(MODES[self.fourcc][self.size])
            return True
        if name == cv2.CAP_PROP_FPS:
            self.fps = min(float(value), float(MODES[self.fourcc][self.size]))
            return True
        if name == cv2.CAP_PROP_BUFFERSIZE:
            self.buffers = int(value)
            return True
        if name == cv2.CAP_PROP_CONVERT_RGB and self.coded is not None:
            self.convert = bool(value)
            return True
        return False

    def get(self, name):
        if not self.isOpened():
            return 0.0
        return {cv2.CAP_PROP_FOURCC: float(self.fourcc), cv2.CAP_PROP_FRAME_WIDTH: float(self.size[0]),
                cv2.CAP_PROP_FRAME_HEIGHT: float(self.size[1]), cv2.CAP_PROP_FPS: self.fps,
                cv2.CAP_PROP_POS_MSEC: (self.buffer_time or 0) * 1e3}.get(name, 0.0)

    def grab(self):
        if not self.isOpened() or self.grabbed >= self.frames:
            return False
        self.grabbed += 1
        return True

    def retrieve(self):
        if self.grabbed in self.broken:
            return False, None
        if self.fourcc == MJPG and not self.convert:
            # One row of bytes, as long as the driver's buffer: what an earlier frame left follows the JPEG.
            data = self.coded(self.grabbed, self.size)
            return True, np.frombuffer(data + b'\xee' * 500, np.uint8).reshape(1, -1)
        return True, np.full((self.size[1], self.size[0], 3), self.grabbed, np.uint8)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / 'video0'
    path.write_bytes(b'')
    return str(path)


def opened(path, device, monotonic=lambda: 0.0, **settings):
    return V4l2Camera(parse_uri('v4l2://' + path), Settings(**settings), device, monotonic)


def test_nothing_asked_changes_nothing_but_the_queue(path):
    device = Device()
    camera = opened(path, device)
    assert (device.fourcc, device.size, device.fps, device.buffers) == (YUYV, (640, 480), 30, 1)
    assert device.path == path
    assert 'YUYV, 640x480, 30 fps' in camera.describe()
    assert 'not available' not in camera.describe()


def test_format_size_and_rate_are_asked_in_the_order_that_works(path):
    device = Device()
    camera = opened(path, device, pixel_format='MJPG', width=1280, height=720, fps=30)
    assert (device.fourcc, device.size, device.fps) == (MJPG, (1280, 720), 30)
    assert 'MJPG, 1280x720, 30 fps' in camera.describe()
    assert 'not available' not in camera.describe()


@pytest.mark.parametrize('settings', [dict(width=1280), dict(height=720)])
def test_one_side_alone_is_asked_with_the_other_as_it_is(path, settings):
    device = Device()
    opened(path, device, **settings)
    assert device.half_size == {}
    assert device.size in MODES[YUYV]


def test_what_was_not_accepted_is_told(path):
    device = Device(formats=(YUYV,))
    text = opened(path, device, pixel_format='MJPG', width=1920, height=1080, fps=60).describe()
    assert 'YUYV, 1280x720, 10 fps' in text
    for word in ('pixel format MJPG', 'width 1920', 'height 1080', 'fps 60'):
        assert word in text


@pytest.mark.parametrize('pixel_format', ['MJPEG', 'Y'])
def test_a_format_is_four_letters(path, pixel_format):
    with pytest.raises(CameraError):
        opened(path, Device(), pixel_format=pixel_format)


def test_frames_then_loss(path):
    device = Device(frames=2)
    with opened(path, device, frame_id='usb') as camera:
        frames = [camera.read(), camera.read()]
        assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2]
        assert [frame.frame_id for frame in frames] == ['usb', 'usb']
        with pytest.raises(CameraLost) as caught:
            camera.read()
        assert path in str(caught.value)
    assert device.released


def test_a_broken_frame_is_skipped_but_not_for_ever(path):
    camera = opened(path, Device(frames=3, broken=(1, 3)))
    assert int(camera.read().image[0, 0, 0]) == 2
    with pytest.raises(CameraLost):
        camera.read()
    with pytest.raises(CameraLost) as caught:
        opened(path, Device(frames=99, broken=range(99))).read()
    assert 'cannot be decoded' in str(caught.value)


@pytest.mark.parametrize('buffer_time, age_ns', [
    (499.9, 100 * 10**6),       # the driver filled the buffer 0.1 s before
    (500.0, 0),
    (None, 0),                  # it does not tell
    (100.0, 0), (501.0, 0), (1.7e9, 0),     # it tells another clock's time
])
def test_frames_carry_the_time_of_their_buffer(path, buffer_time, age_ns):
    now = 1700000000 * 10**9
    camera = opened(path, Device(buffer_time=buffer_time), monotonic=lambda: 500.0, clock_ns=lambda: now)
    assert abs(camera.read().stamp_ns - (now - age_ns)) < 1000


def test_a_busy_device_is_refused_and_given_back(path):
    device = Device(busy=True)
    with pytest.raises(CameraError) as caught:
        opened(path, device)
    assert path in str(caught.value) and 'another program' in str(caught.value)
    assert device.released


def test_an_absent_device_is_refused_for_real():
    for uri in ('/dev/video9876', '9876', 'v4l2:///dev/video9876'):
        with pytest.raises(CameraError) as caught:
            open_camera(uri)
        assert 'There is no /dev/video9876' in str(caught.value)


def test_something_that_is_no_camera_is_refused_for_real(path):
    with pytest.raises(CameraError):
        open_camera('v4l2://' + path)
    with pytest.raises(CameraError):
        open_camera('/dev/null')


@pytest.mark.skipif(os.geteuid() == 0, reason='root may open everything')
def test_a_device_without_permission_names_the_group(path):
    os.chmod(path, 0)
    with pytest.raises(CameraError) as caught:
        open_camera('v4l2://' + path)
    assert 'group' in str(caught.value)


def jpeg_of(number, size):
    return cv2.imencode('.jpg', np.full((size[1], size[0], 3), 10 * number, np.uint8))[1].tobytes()


def test_the_jpeg_of_the_camera_is_kept_and_decoded_when_somebody_looks(path):
    camera = opened(path, Device(coded=jpeg_of), pixel_format='MJPG')
    for number in (1, 2):
        frame = camera.read()
        assert frame.jpeg == jpeg_of(number, (640, 480))
        assert frame.image.shape == (480, 640, 3) and abs(int(frame.image[0, 0, 0]) - 10 * number) <= 2


def test_a_format_that_is_not_coded_gives_pixels(path):
    frame = opened(path, Device(coded=jpeg_of), pixel_format='YUYV').read()
    assert frame.jpeg == b'' and frame.image.shape == (480, 640, 3)


def test_a_cut_jpeg_is_left_out_and_many_in_a_row_are_a_loss(path):
    camera = opened(path, Device(coded=lambda number, size: jpeg_of(number, size)[:-40] if number == 1 else
                                 jpeg_of(number, size)), pixel_format='MJPG')
    assert camera.read().jpeg == jpeg_of(2, (640, 480))
    camera = opened(path, Device(frames=99, coded=lambda number, size: b'\xff\xd8 nothing'), pixel_format='MJPG')
    with pytest.raises(CameraLost, match='damaged JPEG'):
        camera.read()


def test_a_jpeg_without_its_tables_is_not_passed_on(path):
    camera = opened(path, Device(coded=lambda number, size: jpeg_of(number, size).replace(b'\xff\xc4', b'\xff\xe5')),
                    pixel_format='MJPG')
    assert camera.read().jpeg == b''
