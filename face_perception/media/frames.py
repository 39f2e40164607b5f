# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames out of a cv2.VideoCapture: stamped at the grab, before the work of decoding, and always BGR."""

import math
import os
from typing import Any, Callable, Optional, Tuple

import cv2
import numpy as np

from face_perception.media.formats import MediaError

BAD_IN_A_ROW = 10       # broken frames that are skipped before a source counts as lost


def quiet_opencv() -> None:
    """Keep OpenCV and FFmpeg from writing a line per broken frame or attempt; what matters is in our errors.

    What the user set by OPENCV_LOG_LEVEL and OPENCV_FFMPEG_LOGLEVEL is left alone. Call it before opening.
    """
    os.environ.setdefault('OPENCV_FFMPEG_LOGLEVEL', '-8')
    if 'OPENCV_LOG_LEVEL' not in os.environ:
        # OpenCV reads that variable when it is imported; the function has moved between releases.
        place = cv2 if hasattr(cv2, 'setLogLevel') else getattr(cv2.utils, 'logging', None)
        if place is not None:
            place.setLogLevel(2)        # errors


def grab_bgr(capture: Any, stamp_ns: Callable[[], int], name: str) -> Optional[Tuple[int, np.ndarray]]:
    """Return (stamp, (height, width, 3) uint8 BGR) of the next frame, or None if the source gives none.

    Frames that cannot be decoded are skipped.

    Args:
        capture: cv2.VideoCapture.
        stamp_ns: called right after the grab.
        name: of the source, for messages.

    Raises:
        MediaError: frames in a row cannot be decoded, or OpenCV fails.
    """
    for _ in range(BAD_IN_A_ROW):
        try:
            if not capture.grab():
                return None
            stamp = stamp_ns()
            decoded, image = capture.retrieve()
        except cv2.error as error:
            raise MediaError('OpenCV failed while reading {}: {}'.format(name, error))
        if decoded and image is not None and image.size:
            return stamp, to_bgr(image, name)
    raise MediaError('{} gave {} frames in a row that cannot be decoded. A bad cable, or too little USB '
                     'bandwidth? Ask for a smaller size or another pixel format.'.format(name, BAD_IN_A_ROW))


def to_bgr(image: np.ndarray, name: str) -> np.ndarray:
    """Make an image as OpenCV gives it (grey, BGR or BGRA; 8 or 16 bits) a (height, width, 3) uint8 BGR."""
    if image.dtype == np.uint16:
        image = np.right_shift(image, 8).astype(np.uint8)
    channels = 1 if image.ndim == 2 else image.shape[2] if image.ndim == 3 else 0
    if image.dtype != np.uint8 or channels not in (1, 3, 4):
        raise MediaError('{} gives frames of shape {} {}; expected grey, BGR or BGRA with 8 or 16 bits. Ask '
                         'for another pixel format.'.format(name, image.shape, image.dtype))
    if channels == 3:
        return image
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if channels == 1 else cv2.COLOR_BGRA2BGR)


def fourcc(letters: str) -> int:
    """Return the number that OpenCV takes for four letters such as MJPG."""
    return sum(ord(letter) << 8 * place for place, letter in enumerate(letters))


def sensible_fps(fps: float, otherwise: float) -> float:
    """Return a rate as OpenCV reports it, or ``otherwise`` where that is nonsense (0, nan, 90000)."""
    return fps if fps and math.isfinite(fps) and 0.01 <= fps <= 1000 else otherwise
