# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and writes video files."""

import contextlib
import os
from typing import Any, Iterator, Optional, Tuple

import cv2
import numpy as np

from face_perception.media.formats import MediaError, opencv_takes
from face_perception.media.frames import fourcc, grab_bgr, quiet_opencv
from face_perception.media.images import part_of, remove_part


class VideoReader:
    """The frames of a video file, in order. Close it when done."""

    def __init__(self, path: str) -> None:
        """Open the file; raises MediaError."""
        quiet_opencv()
        if not os.path.exists(path):
            raise MediaError('no such file')
        if not os.access(path, os.R_OK):
            raise MediaError('permission denied')
        if not opencv_takes(path):
            raise MediaError('OpenCV cannot open a file of this name; rename it')
        self._path = path
        self._capture = cv2.VideoCapture(path)
        if not self._capture.isOpened():
            self._capture.release()
            raise MediaError('not a video that OpenCV can read, or a broken one')
        self.fps = self._positive(cv2.CAP_PROP_FPS)                      # None where the file does not say
        self.expected_frames = self._positive(cv2.CAP_PROP_FRAME_COUNT)  # what the file promises, or None
        self.size = (int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                     int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))  # width, height in pixels
        self.frames = 0                                                  # read so far

    def read(self) -> Optional[np.ndarray]:
        """Return the next frame, (height, width, 3) uint8 BGR, or None at the end; raises MediaError."""
        grabbed = grab_bgr(self._capture, lambda: 0, self._path)
        if grabbed is None:
            return None
        self.frames += 1
        return grabbed[1]

    def __iter__(self) -> Iterator[np.ndarray]:
        while True:
            image = self.read()
            if image is None:
                return
            yield image

    @property
    def cut_off(self) -> bool:
        """True where clearly fewer frames came than the file promises (its count is often an estimate)."""
        return self.expected_frames is not None and self.frames < 0.9 * self.expected_frames

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

    def close(self) -> None:
        """End the file and put it in its place; without a frame there is none."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None
            if os.path.exists(self._part):
                os.replace(self._part, self._path)

    def _open(self, image: np.ndarray) -> None:
        if not opencv_takes(self._part):
            raise OSError('OpenCV cannot write a file of this name')
        os.makedirs(os.path.dirname(self._path) or '.', exist_ok=True)
        quiet_opencv()
        self._size = (image.shape[1], image.shape[0])
        with _silence():
            self._writer = cv2.VideoWriter(
                self._part, fourcc(self._codec), self._fps, self._size)
        if not self._writer.isOpened():
            self._writer = None
            remove_part(self._part)
            raise OSError('OpenCV cannot write {} ({} x {} at {} frames a second)'.format(
                self._path, image.shape[1], image.shape[0], self._fps))


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
