# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames out of a cv2.VideoCapture: stamped at the grab, before the work of decoding, and always BGR."""

import math
import os
import time
from typing import Any, Callable, List, Optional, Tuple

import cv2
import numpy as np

from face_perception.core.decoding import to_eight_bits
from face_perception.media.formats import MediaError

BAD_IN_A_ROW = 10       # broken frames that are skipped before a source counts as lost
FILE_RETRIES = 30       # failed grabs in a row of a file or stream before it is its end
RETRY_S = 2.0           # and no longer than this, for a stream whose grabs wait


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


def grab_bgr(capture: Any, stamp_ns: Callable[[], int], name: str, retries: int = 0,
             skipped: Optional[List[int]] = None, as_it_is: bool = False) -> Optional[Tuple[int, np.ndarray]]:
    """Return (stamp, (height, width, 3) uint8 BGR) of the next frame, or None if the source gives none.

    Frames that cannot be decoded are skipped.

    Args:
        capture: cv2.VideoCapture.
        stamp_ns: called right after the grab.
        name: of the source, for messages.
        retries: how many grabs may fail in a row before it is the end: FFmpeg also fails at one bad frame in
            the middle. 0 for devices, where a grab waits for seconds.
        skipped: gets the number of frames skipped before the one returned, if there are any.
        as_it_is: return what OpenCV gives, which may be coded bytes, instead of BGR.

    Raises:
        MediaError: frames in a row cannot be decoded, or OpenCV fails.
    """
    undecoded = failed = 0
    first_failure = 0.0
    while undecoded < BAD_IN_A_ROW:
        try:
            if not capture.grab():
                first_failure = first_failure or time.monotonic()
                failed += 1
                if failed > retries or time.monotonic() - first_failure > RETRY_S:
                    return None
                continue
            stamp = stamp_ns()
            decoded, image = capture.retrieve()
        except cv2.error as error:
            raise MediaError('OpenCV failed while reading {}: {}'.format(name, error))
        if decoded and image is not None and image.size:
            if skipped is not None and failed + undecoded:
                skipped.append(failed + undecoded)
            return stamp, image if as_it_is else to_bgr(image, name)
        undecoded += 1
    raise MediaError('{} gave {} frames in a row that cannot be decoded. A bad cable, or too little USB '
                     'bandwidth? Ask for a smaller size or another pixel format.'.format(name, BAD_IN_A_ROW))


def to_bgr(image: np.ndarray, name: str) -> np.ndarray:
    """Make an image as OpenCV gives it (grey, BGR or BGRA; 8 or 16 bits) a (height, width, 3) uint8 BGR."""
    if image.dtype == np.uint16:
        image = to_eight_bits(image)
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
