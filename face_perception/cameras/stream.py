# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Network streams, and pipelines in the words of GStreamer or FFmpeg."""
import re
from typing import Any, Optional

import cv2

from face_perception.cameras.base import Camera, CameraError, CameraLost, Settings, grab
from face_perception.cameras.pacing import Pacer
from face_perception.cameras.playback import UNKNOWN_FPS
from face_perception.cameras.uri import Source
from face_perception.core.frame import Frame
from face_perception.media.frames import FILE_RETRIES, quiet_opencv, sensible_fps

TIMEOUT_MS = 5000       # FFmpeg waits 30 s by itself, too long to notice a lost camera


class StreamCamera(Camera):
    """A stream that comes by itself, stamped at arrival. A file behind http:// is played at its own rate."""

    advice = 'Is the address right, and the camera on? Try: ffplay {0}'

    def __init__(self, source: Source, settings: Settings) -> None:
        self._name = source.target
        self._settings = settings
        quiet_opencv()
        # A GStreamer pipeline has elements joined by '!'; no address has.
        self._gstreamer = source.kind == 'pipeline' and '!' in source.target
        if self._gstreamer:
            self.advice = 'Try it with: gst-launch-1.0 (the same, ending in "! fakesink" instead of appsink)'
            self._capture = _open_gstreamer(source.target)
        else:
            self._capture = _open_ffmpeg(source.target)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraError('OpenCV cannot open {}. {}'.format(self._name, self.advice.format(self._name)))
        self._frames = 0
        self._finite = self._capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0
        self._pacer: Optional[Pacer] = None
        if self._finite and not self._gstreamer:
            fps = settings.fps or sensible_fps(self._capture.get(cv2.CAP_PROP_FPS), UNKNOWN_FPS)
            self._pacer = Pacer(fps, settings.wait)

    def read(self) -> Optional[Frame]:
        """Return the next Frame, None at the end of a finite source; raise CameraLost when a stream stops."""
        grabbed = grab(self._capture, self._settings.clock_ns, self._name, FILE_RETRIES)
        if grabbed is None:
            if self._finite and self._frames:
                return None
            raise CameraLost('{} gives no frames any more. {}'.format(
                self._name, self.advice.format(self._name)))
        self._frames += 1
        stamp, image = grabbed
        if self._pacer is not None:
            self._pacer.pause()
            stamp = self._settings.clock_ns()
        return Frame(stamp, self._settings.frame_id, image)

    def describe(self) -> str:
        """Return name, size and rate."""
        get = self._capture.get
        return '{}, {:.0f}x{:.0f}, {:g} fps'.format(
            self._name, get(cv2.CAP_PROP_FRAME_WIDTH), get(cv2.CAP_PROP_FRAME_HEIGHT), get(cv2.CAP_PROP_FPS))

    def close(self) -> None:
        """Close the stream."""
        self._capture.release()


def has_gstreamer(build_information: Optional[str] = None) -> bool:
    """Tell whether this OpenCV was built with GStreamer, by the text of cv2.getBuildInformation()."""
    text = cv2.getBuildInformation() if build_information is None else build_information
    return re.search(r'^\s*GStreamer:\s*YES', text, re.MULTILINE) is not None


def _open_gstreamer(pipeline: str) -> Any:
    if not has_gstreamer():
        raise CameraError(
            'This OpenCV ({}) has no GStreamer, so it cannot open the pipeline {!r}. OpenCV from pip never '
            "has: uninstall it (pip uninstall opencv-python opencv-python-headless) and use the system's "
            "(apt install python3-opencv), or JetPack's.".format(cv2.__version__, pipeline))
    if 'appsink' not in pipeline:
        raise CameraError('Expected a GStreamer pipeline that ends in "... ! videoconvert ! '
                          'video/x-raw,format=BGR ! appsink drop=true max-buffers=1", got {!r}.'.format(
                              pipeline))
    return cv2.VideoCapture(pipeline, cv2.CAP_GSTREAMER)


def _open_ffmpeg(address: str) -> Any:
    options = [(name, TIMEOUT_MS) for name in ('CAP_PROP_OPEN_TIMEOUT_MSEC', 'CAP_PROP_READ_TIMEOUT_MSEC')
               if hasattr(cv2, name)]
    if not options:
        return cv2.VideoCapture(address)        # OpenCV before 4.5.2
    return cv2.VideoCapture(address, cv2.CAP_FFMPEG, [value for name, time in options
                                                      for value in (getattr(cv2, name), time)])
