# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds and reads images and videos.

Images are read as a viewer shows them: 8 bits a channel, colour, turned upright as EXIF says. Transparency is
left out. Sizes and boxes of a picture are those of the picture as read.
"""

import os
import re
from typing import NamedTuple

import cv2
import numpy as np

IMAGE_ENDINGS = ('.bmp', '.jpeg', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.tiff', '.webp')
VIDEO_ENDINGS = ('.avi', '.gif', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.ogv', '.ts', '.webm',
                 '.wmv')


class UnreadableInput(Exception):
    """A file that is not there, is empty, broken, or nothing that can be read; the message has no path."""


class Source(NamedTuple):
    """A file to look at."""

    path: str       # as given, or folder as given + path below it
    name: str       # path below the folder given; for a file given, its base name
    is_video: bool


def find_sources(paths, leave_out=None):
    """Return the images and videos of files and folders, and what is wrong: ([Source], [(path, words)]).

    Folders are searched to the bottom, in sorted order; other files and hidden ones are passed over. A file
    that is named is taken whatever its ending. A file reached twice is taken once.

    :param leave_out: a folder that is not searched (that of our own output).
    """
    sources, faults, seen = [], [], set()
    for path in paths:
        if os.path.isdir(path):
            found = [Source(each, os.path.relpath(each, path), _ends_in(each, VIDEO_ENDINGS))
                     for each in _walk(path, leave_out)]
            if not found:
                faults.append((path, 'no image or video in this folder'))
        elif os.path.exists(path):
            found = [Source(path, os.path.basename(path), _is_video(path))]
        else:
            found = []
            faults.append((path, 'no such file or folder'))
        for source in found:
            key = os.path.realpath(source.path)
            if key not in seen:
                seen.add(key)
                sources.append(source)
    return sources, faults


def read_image(path):
    """Return the image of a file: (height, width, 3) uint8 BGR; raises UnreadableInput."""
    try:
        with open(path, 'rb') as file:
            data = file.read()
    except OSError as error:
        raise UnreadableInput(error.strerror)
    if not data:
        raise UnreadableInput('the file is empty')
    if _is_cut_off(data):
        raise UnreadableInput('the file is cut off')
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:  # for example more pixels than OpenCV allows
        raise UnreadableInput(' '.join(str(error).split()))
    if image is None:
        raise UnreadableInput('not an image that OpenCV can read, or a broken one')
    return image


def opencv_takes(path):
    """Tell whether OpenCV can be handed this name; a name that is no UTF-8 ends the process."""
    try:
        path.encode('utf-8')
    except UnicodeEncodeError:
        return False
    return True


class Video:
    """The frames of a video file, in order: `for image in video`. Close it when done."""

    def __init__(self, path):
        """Open the file; raises UnreadableInput."""
        # FFmpeg's own words about broken frames would come once per frame.
        os.environ.setdefault('OPENCV_FFMPEG_LOGLEVEL', '-8')
        if not os.access(path, os.R_OK):
            raise UnreadableInput('permission denied')
        if not opencv_takes(path):
            raise UnreadableInput('OpenCV cannot open a file of this name; rename it')
        self._capture = cv2.VideoCapture(path)
        if not self._capture.isOpened():
            raise UnreadableInput('not a video that OpenCV can read, or a broken one')
        self.fps = self._positive(cv2.CAP_PROP_FPS)                      # None where the file does not say
        self.expected_frames = self._positive(cv2.CAP_PROP_FRAME_COUNT)  # what the file promises, or None
        self.frames = 0                                                  # read so far

    def __iter__(self):
        while True:
            good, image = self._capture.read()
            if not good or image is None:
                return
            if image.ndim == 2:
                image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
            self.frames += 1
            yield image

    @property
    def cut_off(self):
        """True where clearly fewer frames came than the file promises (its count is often an estimate)."""
        return self.expected_frames is not None and self.frames < 0.9 * self.expected_frames

    def close(self):
        """Free the decoder."""
        self._capture.release()

    def _positive(self, what):
        value = self._capture.get(what)
        return value if 0 < value < float('inf') else None


def count_images(source):
    """Return how many images a Source promises: 1, or the frames of a video (1 where it does not say)."""
    if not source.is_video:
        return 1
    try:
        video = Video(source.path)
    except UnreadableInput:
        return 1
    expected = video.expected_frames
    video.close()
    return int(expected or 1)


def _is_cut_off(data):
    """Tell a JPEG or PNG without its end: OpenCV may fill what is lost with grey, without a word."""
    if data.startswith(b'\xff\xd8'):
        return not _has_jpeg_end(data)
    return data.startswith(b'\x89PNG') and b'IEND' not in data


# FF and a code; inside a coded picture 00, fill bytes and restart codes follow an FF and mean nothing here.
_JPEG_MARKER = re.compile(b'\xff[^\x00\x01\xd0-\xd7\xff]')


def _has_jpeg_end(data):
    """Tell whether the end marker follows a scan of a JPEG (ITU-T T.81, annex B).

    Its segments are walked, because these bytes may also stand in the thumbnail of a segment before the
    picture and in what comes after it, such as the film of a motion photo.
    """
    place, scans = 2, 0
    while True:
        marker = _JPEG_MARKER.search(data, place)
        if marker is None:
            return False
        code = data[marker.start() + 1]
        if code == 0xd9:
            return scans > 0
        scans += code == 0xda
        # The others begin with their length; the search passes over the coded picture behind a start of scan.
        place = marker.end() + int.from_bytes(data[marker.end():marker.end() + 2], 'big')


def _walk(folder, leave_out):
    leave_out = None if leave_out is None else os.path.realpath(leave_out)
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith('.')
                            and os.path.realpath(os.path.join(place, each)) != leave_out)
        for name in sorted(files):
            if not name.startswith('.') and _ends_in(name, IMAGE_ENDINGS + VIDEO_ENDINGS):
                yield os.path.join(place, name)


def _is_video(path):
    """Tell by the name, else by whether OpenCV knows the content as an image."""
    if _ends_in(path, VIDEO_ENDINGS + IMAGE_ENDINGS) or not opencv_takes(path):
        return _ends_in(path, VIDEO_ENDINGS)
    return not cv2.haveImageReader(path)


def _ends_in(path, endings):
    return path.lower().endswith(endings)
