# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of images, shown like a video."""
import os
import re

import cv2

from face_perception.cameras.grabbing import quiet_opencv
from face_perception.cameras.pacing import Pacer
from face_perception.cameras.base import Camera, CameraError, CameraLost
from face_perception.cameras.uri import IMAGE_SUFFIXES
from face_perception.core.frame import Frame

FOLDER_FPS = 10.0


class ImageFolder(Camera):
    """Shows the images of a folder in the order of their names, 2.png before 10.png; or one image."""

    def __init__(self, source, settings):
        self._path = source.target
        self._settings = settings
        self._paths = _images(self._path)
        quiet_opencv()
        self._fps = settings.fps or FOLDER_FPS
        self._pacer = Pacer(self._fps, settings.wait)
        self._next = self._shown = 0
        self._unreadable = set()

    def read(self):
        """Return the next image that can be read, when it is due."""
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
            image = self._read(path)
            if image is not None:
                self._shown += 1
                self._pacer.pause()
                return Frame(self._settings.clock_ns(), self._settings.frame_id, image)

    def describe(self):
        """Return name, number of images and rate."""
        return '{}, {} images, {:g} fps{}'.format(self._path, len(self._paths), self._fps,
                                                  ', in a loop' if self._settings.loop else '')

    def _read(self, path):
        """Return one image as BGR, or None after saying once that it cannot be read."""
        try:
            image = cv2.imread(path, cv2.IMREAD_COLOR)
        except cv2.error:
            image = None        # larger than OpenCV agrees to decode
        if image is None and path not in self._unreadable:
            self._unreadable.add(path)
            self._settings.say('{} cannot be read as an image and is skipped.'.format(path))
        return image


def _images(path):
    """Return the paths of the images of a folder, or of the one image; raise CameraError if there is none."""
    if not os.path.exists(path):
        raise CameraError('No such file or folder: {} (looked from {}).'.format(path, os.getcwd()))
    if not os.path.isdir(path):
        return [path]
    try:
        names = os.listdir(path)
    except OSError as error:
        raise CameraError('The folder {} cannot be listed: {}.'.format(path, error))
    names = [name for name in names if name.lower().endswith(IMAGE_SUFFIXES) and not name.startswith('.')]
    if not names:
        raise CameraError('The folder {} holds no images ({}).'.format(path, ', '.join(IMAGE_SUFFIXES)))
    return [os.path.join(path, name) for name in sorted(names, key=_natural)]


def _natural(name):
    """Return a sort key in which numbers count as numbers."""
    # re.split with a group gives text and digits in turn, so keys of two names compare like with like.
    return [int(part) if index % 2 else part for index, part in enumerate(re.split('([0-9]+)', name))], name
