# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""USB and other V4L2 cameras through OpenCV."""
import errno
import glob
import os
import time
from functools import partial
from typing import Any, Callable, Optional

import cv2

from face_perception.cameras.base import (
    Camera,
    CameraAbsent,
    CameraError,
    CameraLost,
    Settings,
    device_silence,
    grab,
)
from face_perception.cameras.uri import Source, number_options
from face_perception.core.decoding import decode_picture, whole_jpeg
from face_perception.core.frame import Frame
from face_perception.core.picture_size import picture_size
from face_perception.media.frames import BAD_IN_A_ROW, fourcc, quiet_opencv, to_bgr

HUFFMAN_TABLES = b'\xff\xc4'
OLDEST_S = 1.0      # a buffer time further back than this is of another clock
GONE = (errno.ENODEV, errno.ENXIO)      # of a node in /dev that no driver answers for
# OpenCV's grab gives up after so many seconds without a frame, and the device is opened again; 10 in an OpenCV that
# does not know the variable. A first frame takes a camera a second or two.
SELECT_TIMEOUT = ('OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT', '5')


class V4l2Camera(Camera):
    """A V4L2 device; frames are stamped with the time at which the driver filled their buffer."""

    def __init__(self, source: Source, settings: Settings, video_capture: Callable[..., Any] = cv2.VideoCapture,
                 monotonic: Callable[[], float] = time.monotonic) -> None:
        """Open the device and ask for format, size and rate; what it accepted is in `describe`.

        Args:
            source: the device.
            settings: what is asked of it.
            video_capture: called as cv2.VideoCapture.
            monotonic: called as time.monotonic.
        """
        number_options(source, {})
        self._device = source.target
        self._settings = settings
        self._monotonic = monotonic
        _check_access(self._device)
        quiet_opencv()
        os.environ.setdefault(*SELECT_TIMEOUT)
        self._capture = video_capture(self._device, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError('{0} cannot be opened as a camera. Is another program using it (fuser {0}), or '
                              'is it not a capture device? {1}'.format(self._device, _others(self._device)))
        self._ask()
        self.longest_silence = device_silence(self._fps)

    def read(self) -> Optional[Frame]:
        """Return the next Frame; raise CameraLost when the device gives none."""
        for _ in range(BAD_IN_A_ROW):
            grabbed = grab(self._capture, self._stamp_ns, self._device, as_it_is=self._coded)
            if grabbed is None:
                raise CameraLost('{} gives no frames: {}'.format(
                    self._device, 'unplugged, or in use by another program?' if os.path.exists(self._device)
                    else 'it was unplugged.'))
            stamp, pixels = grabbed
            if not self._coded or (pixels.ndim == 3 and pixels.shape[0] > 1):
                return Frame(stamp, self._settings.frame_id, to_bgr(pixels, self._device))
            jpeg = whole_jpeg(pixels.tobytes())
            if jpeg and picture_size(jpeg):
                # Without Huffman tables, which motion JPEG may leave out, others could not decode it.
                return Frame(stamp, self._settings.frame_id, partial(decode_picture, jpeg),
                             jpeg=jpeg if HUFFMAN_TABLES in jpeg else b'')
        raise CameraLost('{} gave {} damaged JPEG pictures in a row. A bad cable, or too little USB bandwidth? Ask for a '
                         'smaller size or another pixel format.'.format(self._device, BAD_IN_A_ROW))

    def describe(self) -> str:
        """Return device, format, size and rate as the device reports them, and what it did not accept."""
        text = '{}, {}, {}x{}, {:g} fps'.format(self._device, self._format or 'format unknown', self._width,
                                                self._height, self._fps)
        wishes = self._settings
        refused = ['{} {:g}'.format(name, wish) for name, wish, got in (
            ('width', wishes.width, self._width), ('height', wishes.height, self._height),
            ('fps', wishes.fps, self._fps)) if wish and abs(wish - got) > 0.5]
        if wishes.pixel_format and wishes.pixel_format != self._format:
            refused.insert(0, 'pixel format ' + wishes.pixel_format)
        return text + (' (not available: {})'.format(', '.join(refused)) if refused else '')

    def close(self) -> None:
        """Give the device back."""
        self._capture.release()

    def _ask(self) -> None:
        capture, wishes = self._capture, self._settings
        # The format decides which sizes and rates there are, so it comes first: uncompressed YUYV drops to
        # 10 fps at 1280x720 on USB 2 where MJPG gives 30.
        if wishes.pixel_format:
            if len(wishes.pixel_format) != 4:
                raise CameraError('Expected a pixel format of four letters (MJPG, YUYV), got {!r}.'.format(
                    wishes.pixel_format))
            capture.set(cv2.CAP_PROP_FOURCC, fourcc(wishes.pixel_format))
        if wishes.width or wishes.height:
            # OpenCV changes the size when it has got both.
            width = wishes.width or capture.get(cv2.CAP_PROP_FRAME_WIDTH)
            height = wishes.height or capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        if wishes.fps:
            capture.set(cv2.CAP_PROP_FPS, wishes.fps)
        # One buffer instead of four: a slow reader gets the newest frame, not one from a queue.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        code = int(capture.get(cv2.CAP_PROP_FOURCC))
        self._format = ''.join(chr(code >> shift & 0xff) for shift in (0, 8, 16, 24)) if code > 0 else ''
        # The camera's JPEG as it is: who wants it gets it without a second loss, and nobody decodes what nobody looks at.
        self._coded = self._format in ('MJPG', 'JPEG') and bool(capture.set(cv2.CAP_PROP_CONVERT_RGB, 0))
        self._width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self._height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        self._fps = capture.get(cv2.CAP_PROP_FPS)

    def _stamp_ns(self) -> int:
        """Return the capture time of the frame just grabbed."""
        now = self._settings.clock_ns()
        # The driver's time, on the monotonic clock; 0 from an OpenCV that does not tell.
        age = self._monotonic() - self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1e3
        return now - int(age * 1e9) if 0 <= age <= OLDEST_S else now


def _check_access(device: str) -> None:
    """Raise CameraError for what goes wrong most often, before OpenCV says it less plainly."""
    if not os.path.exists(device):
        raise CameraAbsent('There is no {0}. Plug the camera in; in a container pass the device (docker run '
                           '--device {0}). {1}'.format(device, _others(device)))
    if not os.access(device, os.R_OK | os.W_OK):
        raise CameraError('No permission to open {}. Add the user to its group (sudo usermod -aG video '
                          '$USER) and log in again.'.format(device))
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK))
    except OSError as error:
        if error.errno in GONE:     # in a container the node stays when the camera is unplugged
            raise CameraAbsent('There is no camera behind {}: unplugged? {}'.format(device, _others(device)))
        # What else is wrong OpenCV meets, too.


def _others(device: str) -> str:
    found = sorted(path for path in glob.glob('/dev/video*') if path != device)
    return 'Other video devices: {}.'.format(', '.join(found)) if found else 'There is no other video device.'
