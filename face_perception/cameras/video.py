# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Video files, played at their own rate."""
import os

import cv2

from face_perception.cameras.grabbing import grab_bgr, quiet_opencv, sensible_fps
from face_perception.cameras.pacing import Pacer
from face_perception.cameras.base import Camera, CameraError, CameraLost
from face_perception.core.frame import Frame

UNKNOWN_FPS = 30.0      # for files that do not say


class VideoFile(Camera):
    """Plays a video file once or in a loop; a frame is stamped when it is due."""

    def __init__(self, source, settings):
        self._path = source.target
        self._settings = settings
        if not os.path.exists(self._path):
            raise CameraError('No such file: {} (looked from {}).'.format(self._path, os.getcwd()))
        self._capture = None
        self._open()
        self._fps = settings.fps or sensible_fps(self._capture.get(cv2.CAP_PROP_FPS), UNKNOWN_FPS)
        self._pacer = Pacer(self._fps, settings.wait)
        self._frames = 0        # of this round

    def read(self):
        """Return the next Frame when it is due."""
        while self._capture is not None:
            # Decoded before it is due, so that the rhythm does not depend on the decoder.
            grabbed = grab_bgr(self._capture, lambda: 0, self._path)
            if grabbed is not None:
                self._frames += 1
                self._pacer.pause()
                return Frame(self._settings.clock_ns(), self._settings.frame_id, grabbed[1])
            if not self._frames:
                raise CameraLost('{} holds no frame that OpenCV can read. Is it a whole video?'.format(
                    self._path))
            self.close()
            if self._settings.loop:
                self._open()
        return None

    def describe(self):
        """Return name, size and rate."""
        return '{}, {}x{}, {:g} fps{}'.format(self._path, self._width, self._height, self._fps,
                                              ', in a loop' if self._settings.loop else '')

    def close(self):
        """Close the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _open(self):
        # Opened anew for each round: seeking back is not exact in every format.
        quiet_opencv()
        capture = cv2.VideoCapture(self._path)
        if not capture.isOpened():
            raise CameraError('OpenCV cannot read {} as a video. Try to play it, or convert it: '
                              'ffmpeg -i IN out.mp4'.format(self._path))
        self._capture, self._frames = capture, 0
        self._width = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self._height = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
