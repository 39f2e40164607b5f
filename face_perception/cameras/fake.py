# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A camera without a device: a moving picture that is the same every time and counts its frames."""
from functools import partial
from typing import Optional

import cv2
import numpy as np

from face_perception.cameras.base import Camera, CameraLost, Settings
from face_perception.cameras.pacing import Pacer
from face_perception.cameras.uri import Source, number_options
from face_perception.core.decoding import decode_picture
from face_perception.core.frame import Frame

FAKE_WIDTH, FAKE_HEIGHT, FAKE_FPS = 640, 480, 30.0
BITS = 24
SPEED = 4               # pixels per frame


class FakeCamera(Camera):
    """The camera ``fake://?frames=100&lost_after=20&jpeg=1``.

    It ends after ``frames`` frames and gets lost after ``lost_after``; 0, the default, is never. With ``jpeg`` its frames
    are coded, as those of a webcam with pixel format MJPG; with 2 every other one is damaged.
    Frame n shows its number n (see `frame_number`), at any size that has room for it.
    """

    def __init__(self, source: Source, settings: Settings) -> None:
        options = number_options(source, {'frames': 0, 'lost_after': 0, 'jpeg': 0})
        self._jpeg = options['jpeg']
        self._frames, self._lost_after = options['frames'], options['lost_after']
        self._settings = settings
        self._width = settings.width or FAKE_WIDTH
        self._height = settings.height or FAKE_HEIGHT
        self._fps = settings.fps or FAKE_FPS
        self._pacer = Pacer(self._fps, settings.wait)
        self._background = _background(self._width, self._height)
        self._number = 0

    def read(self) -> Optional[Frame]:
        """Return the next Frame when it is due."""
        if self._lost_after and self._number == self._lost_after:
            raise CameraLost('The fake camera was asked to get lost after {} frames.'.format(
                self._lost_after))
        if self._frames and self._number == self._frames:
            if not self._settings.loop:
                return None
            self._number = 0
        shift = SPEED * self._number % self._width
        image = self._background[:, shift:shift + self._width].copy()
        write_number(image, self._number)
        self._number += 1
        self._pacer.pause()
        stamp, frame_id = self._settings.clock_ns(), self._settings.frame_id
        if not self._jpeg:
            return Frame(stamp, frame_id, image)
        jpeg = cv2.imencode('.jpg', image)[1].tobytes()
        if self._jpeg > 1 and self._number % 2:
            jpeg = jpeg[:len(jpeg) // 2] + bytes(range(256)) + jpeg[len(jpeg) // 2:]
        return Frame(stamp, frame_id, partial(decode_picture, jpeg), jpeg=jpeg)

    def describe(self) -> str:
        """Return size and rate."""
        return 'test picture, {}x{}, {:g} fps'.format(self._width, self._height, self._fps)


def _background(width: int, height: int) -> np.ndarray:
    """Return (height, 2 * width, 3) BGR that repeats after width."""
    x, y = np.meshgrid(np.arange(2 * width) % width, np.arange(height))
    image = np.empty((height, 2 * width, 3), np.uint8)
    image[:, :, 0] = x * 255 // max(width - 1, 1)
    image[:, :, 1] = y * 255 // max(height - 1, 1)
    image[:, :, 2] = (x // 16 + y // 16) % 2 * 255
    return image


def write_number(image: np.ndarray, number: int) -> None:
    """Draw a number into a row of black and white squares along the upper border, where it fits."""
    side = image.shape[1] // BITS
    bits = number >> np.arange(BITS) & 1
    row = np.repeat(bits * 255, side).astype(np.uint8)
    image[:max(side, 1), :row.size] = row[None, :, None]


def frame_number(image: np.ndarray) -> Optional[int]:
    """Read the number that `write_number` drew; None from an image too narrow for it (under 24 pixels).

    Survives rescaling and compression.
    """
    side = image.shape[1] // BITS
    if not side:
        return None
    grey = cv2.cvtColor(image[:side, :side * BITS], cv2.COLOR_BGR2GRAY)
    return int(sum(1 << bit for bit in range(BITS) if grey[len(grey) // 2, bit * side + side // 2] > 127))
