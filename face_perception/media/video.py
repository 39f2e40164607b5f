# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and writes video files."""

import contextlib
import math
import os
from typing import Any, Iterator, List, Optional, Tuple

import cv2
import numpy as np

from face_perception.core.files import is_written_into, open_regular
from face_perception.media.formats import MediaError, absolute, opencv_takes
from face_perception.media.frames import FILE_RETRIES, fourcc, grab_bgr, quiet_opencv
from face_perception.media.images import part_of, remove_part

UNKNOWN_FPS = 25.0      # of a film that does not say


class VideoReader:
    """The frames of a video file, in order. Close it when done."""

    def __init__(self, path: str) -> None:
        """Open the file; raises MediaError."""
        quiet_opencv()
        if not opencv_takes(path):
            raise MediaError('OpenCV cannot open a file of this name, which is no UTF-8; rename it')
        try:
            open_regular(path).close()
        except OSError as error:
            raise MediaError(error.strerror or str(error))
        self._path = path
        self._capture = cv2.VideoCapture(absolute(path))
        if not self._capture.isOpened():
            self._capture.release()
            raise MediaError('neither a picture nor a video that OpenCV can read, or a broken one')
        self.fps = self._positive(cv2.CAP_PROP_FPS)                      # None where the file does not say
        self.expected_frames = self._positive(cv2.CAP_PROP_FRAME_COUNT)  # often an estimate, or None
        self.size = (int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                     int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))  # width, height in pixels
        self.frames = 0                                                  # read so far
        self.skipped = 0                                                 # that could not be decoded
        self.seconds = 0.0                                               # time of the last frame in the film

    def read(self) -> Optional[np.ndarray]:
        """Return the next frame, (height, width, 3) uint8 BGR, or None at the end; raises MediaError."""
        skipped: List[int] = []
        grabbed = grab_bgr(self._capture, lambda: 0, self._path, FILE_RETRIES, skipped)
        if grabbed is None:
            return None
        self.skipped += sum(skipped)
        self.frames += 1
        self.seconds = max(self.seconds, 1e-3 * (self._positive(cv2.CAP_PROP_POS_MSEC) or 0.0))
        return grabbed[1]

    def __iter__(self) -> Iterator[np.ndarray]:
        while True:
            image = self.read()
            if image is None:
                return
            yield image

    @property
    def cut_off(self) -> bool:
        """True where the film ends clearly before its time.

        The count of frames alone says little: with a variable rate it is duration times the nominal rate.
        """
        if self.expected_frames is None or self.frames + self.skipped >= 0.9 * self.expected_frames:
            return False
        return self.fps is None or self.seconds < 0.9 * self.expected_frames / self.fps - 1.0 / self.fps

    def close(self) -> None:
        """Free the decoder."""
        self._capture.release()

    def __enter__(self) -> 'VideoReader':
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _positive(self, what: int) -> Optional[float]:
        value = self._capture.get(what)
        return value if 0 < value < float('inf') else None


class VideoWriter:
    """Writes a video file; it is in its place, whole, after `close`."""

    def __init__(self, path: str, fps: float, codec: str = 'mp4v') -> None:
        """Prepare; the file begins with its first frame.

        Args:
            path: its suffix says the container.
            fps: frames per second.
            codec: four letters as OpenCV takes them.
        """
        self._path, self._fps, self._codec = path, fps, codec
        self._part = part_of(path)
        self._writer: Any = None
        self._size: Tuple[int, int] = (0, 0)
        self._frames = 0

    def add(self, image: np.ndarray) -> None:
        """Append a frame, (height, width, 3) uint8 BGR; one of another size is fitted to the first.

        Raises:
            OSError: OpenCV cannot write such a file.
        """
        if self._writer is None:
            self._open(image)
        elif self._size != (image.shape[1], image.shape[0]):
            image = cv2.resize(image, self._size)  # a writer takes one size, a stream may change it
        self._writer.write(image)
        self._frames += 1

    def close(self) -> None:
        """End the file and put it in its place; without a frame there is none.

        Raises:
            OSError: it was not written whole, on a full disk for example; nothing is left of it.
        """
        if self._writer is None:
            return
        self._writer.release()      # OpenCV does not say whether it could write
        self._writer = None
        try:
            if not self._is_whole():
                raise OSError(28, 'the video could not be written whole (is the disk full?)', self._path)
            os.replace(self._part, self._path)
        except OSError:
            remove_part(self._part)
            raise

    def discard(self) -> None:
        """Give the file up; nothing is left of it."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None
        remove_part(self._part)

    def _is_whole(self) -> bool:
        capture = cv2.VideoCapture(absolute(self._part))
        try:
            return capture.isOpened() and capture.get(cv2.CAP_PROP_FRAME_COUNT) >= self._frames
        finally:
            capture.release()

    def _open(self, image: np.ndarray) -> None:
        if not opencv_takes(self._part):
            raise OSError('OpenCV cannot write a file of this name, which is no UTF-8')
        if is_written_into(self._path):
            raise OSError('{} is no regular file; a video cannot be written there'.format(self._path))
        os.makedirs(os.path.dirname(self._path) or '.', exist_ok=True)
        quiet_opencv()
        self._size = (image.shape[1], image.shape[0])
        for fps in writable_rates(self._fps):
            with _silence():
                self._writer = cv2.VideoWriter(absolute(self._part), fourcc(self._codec), fps, self._size)
            if self._writer.isOpened():
                return
        self._writer = None
        remove_part(self._part)
        raise OSError('OpenCV cannot write {} ({} x {} at {} frames a second)'.format(
            self._path, image.shape[1], image.shape[0], self._fps))


def writable_rates(fps: float) -> List[float]:
    """Return a rate as it is and then rounded more and more: MPEG-4 knows no time base finer than 1/65535."""
    if not math.isfinite(fps) or not 0.01 <= fps <= 1000:
        return [UNKNOWN_FPS]
    rates = [fps] + [round(fps, digits) for digits in (3, 2, 1, 0)] + [UNKNOWN_FPS]
    return [rate for number, rate in enumerate(rates) if rate > 0 and rate not in rates[:number]]


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Hold back what OpenCV's own code writes to stderr: it warns of codec tags that work."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
