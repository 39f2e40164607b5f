# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Played sources: video files at their own rate, and folders of pictures shown like a video."""
import os
from typing import List, Optional, Set

from face_perception.cameras.base import Camera, CameraError, CameraLost, Settings
from face_perception.cameras.pacing import Pacer
from face_perception.cameras.uri import Source
from face_perception.core.frame import Frame
from face_perception.media.find import pictures_of
from face_perception.media.formats import PICTURE_SUFFIXES, MediaError
from face_perception.media.frames import quiet_opencv, sensible_fps
from face_perception.media.images import read_image
from face_perception.media.video import VideoReader

UNKNOWN_FPS = 30.0      # for videos that do not say
FOLDER_FPS = 10.0


class VideoFile(Camera):
    """Plays a video file once or in a loop, by the times of its frames; a frame is stamped when it is due."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._path = source.target
        self._settings = settings
        if not os.path.exists(self._path):
            raise CameraError('No such file: {} (looked from {}).'.format(self._path, os.getcwd()))
        self._video: Optional[VideoReader] = self._open()
        own = sensible_fps(self._video.fps or 0, UNKNOWN_FPS)
        self._fps = settings.fps or own
        self._size = self._video.size
        # Slower than the film, it is not slowed down, but frames are left out.
        self._least_gap = 1 / settings.fps if 0 < settings.fps < own else 0.0
        self._own_pace = settings.fps < own or not settings.fps
        self._pacer = Pacer(self._fps, settings.wait)
        self._shown: Optional[float] = None     # seconds in the film of the last frame handed out
        self._told_skipped = 0

    def read(self) -> Optional[Frame]:
        """Return the next Frame when it is due."""
        while self._video is not None:
            # Decoded before it is due, so that the rhythm does not depend on the decoder.
            try:
                image = self._video.read()
            except MediaError as error:
                raise CameraLost(str(error))
            if image is not None:
                self._tell_skipped(self._video.skipped)
                seconds = self._video.seconds
                # A tenth of a gap less: times of frames are rounded.
                if self._shown is not None and 0 <= seconds - self._shown < 0.9 * self._least_gap:
                    continue
                self._shown = seconds
                self._pacer.pause(seconds if self._own_pace and seconds else None)
                return Frame(self._settings.clock_ns(), self._settings.frame_id, image)
            if not self._video.frames:
                raise CameraLost('{} holds no frame that OpenCV can read. Is it a whole video?'.format(
                    self._path))
            self.close()
            if self._settings.loop:
                self._video, self._shown = self._open(), None
                self._pacer.restart()
        return None

    def _tell_skipped(self, count: int) -> None:
        if count and not self._told_skipped:
            self._settings.say('{} has frames that cannot be decoded; they are skipped.'.format(self._path))
        self._told_skipped = self._told_skipped or count

    def describe(self) -> str:
        """Return name, size and rate."""
        return '{}, {}x{}, {:g} fps{}'.format(self._path, self._size[0], self._size[1], self._fps,
                                              ', in a loop' if self._settings.loop else '')

    def close(self) -> None:
        """Close the file."""
        if self._video is not None:
            self._video.close()
            self._video = None

    def _open(self) -> VideoReader:
        # Opened anew for each round: seeking back is not exact in every format.
        try:
            return VideoReader(self._path)
        except MediaError as error:
            raise CameraError('OpenCV cannot read {} as a video: {}. Try to play it, or convert it: '
                              'ffmpeg -i IN out.mp4'.format(self._path, error))


class ImageFolder(Camera):
    """Shows the pictures of a folder in the order of their names, 2.png before 10.png; or one picture."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._path = source.target
        self._settings = settings
        self._paths = _pictures(self._path)
        quiet_opencv()
        self._fps = settings.fps or FOLDER_FPS
        self._pacer = Pacer(self._fps, settings.wait)
        self._next = self._shown = 0
        self._unreadable: Set[str] = set()

    def read(self) -> Optional[Frame]:
        """Return the next picture that can be read, when it is due."""
        while True:
            if self._next == len(self._paths):
                if not self._shown:
                    raise CameraLost('None of the {} images of {} can be read.'.format(
                        len(self._paths), self._path))
                if not self._settings.loop:
                    return None
                self._next = self._shown = 0
            path = self._paths[self._next]
            self._next += 1
            try:
                image = read_image(path)
            except MediaError as error:
                if path not in self._unreadable:
                    self._unreadable.add(path)
                    self._settings.say('{} cannot be read as an image and is skipped: {}.'.format(path, error))
                continue
            self._shown += 1
            self._pacer.pause()
            return Frame(self._settings.clock_ns(), self._settings.frame_id, image)

    def describe(self) -> str:
        """Return name, number of images and rate."""
        return '{}, {} images, {:g} fps{}'.format(self._path, len(self._paths), self._fps,
                                                  ', in a loop' if self._settings.loop else '')


def _pictures(path: str) -> List[str]:
    """Return the paths of the pictures of a folder, or of the one picture; raise CameraError if there is none."""
    if not os.path.exists(path):
        raise CameraError('No such file or folder: {} (looked from {}).'.format(path, os.getcwd()))
    if not os.path.isdir(path):
        return [path]
    try:
        paths = pictures_of(path)
    except OSError as error:
        raise CameraError('The folder {} cannot be listed: {}.'.format(path, error))
    if not paths:
        raise CameraError('The folder {} holds no images ({}).'.format(path, ', '.join(PICTURE_SUFFIXES)))
    return paths
