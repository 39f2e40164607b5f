# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what was found: a JSON list, and copies of the images and videos with the faces drawn in.

Every file is written beside its place and then moved there, so that a reader never sees half of one.
"""

import json
import os
import sys

import cv2

from face_perception.cli.inputs import opencv_takes
from face_perception.core.drawing import draw_detections

_IMAGE_ENDINGS_WRITTEN = ('.bmp', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp')
_FPS_UNKNOWN = 25.0


def entry(file, image, detections, frame=None):
    """Return the JSON entry of one image: sizes and boxes in its pixels, boxes as left, top, width, height.

    :param file: the path as the reader of the JSON should see it.
    :param frame: number of the frame in a video, from 0; None for an image.
    """
    corners = detections.boxes.astype(float).round(2).tolist()
    faces = [{'label': str(label), 'score': round(float(score), 6),
              'bbox': [x1, y1, round(x2 - x1, 2), round(y2 - y1, 2)]}
             for label, score, (x1, y1, x2, y2) in zip(detections.labels, detections.scores, corners)]
    result = {'file': file}
    if frame is not None:
        result['frame'] = frame
    result.update(width=image.shape[1], height=image.shape[0], detections=faces)
    return result


def say(text, stream=None):
    """Print a line that may hold a file name which the stream (default: stdout) cannot encode."""
    stream = sys.stdout if stream is None else stream
    encoding = stream.encoding or 'utf-8'
    print(text.encode(encoding, 'backslashreplace').decode(encoding), file=stream)


class JsonList:
    """Writes a JSON list entry by entry, without holding it; `close` makes it valid and puts it in place."""

    def __init__(self, path):
        """Start the list that will be the file `path`; '-' is stdout. Raises OSError."""
        self._path = None if path == '-' else os.path.realpath(path)
        self._count = 0
        if self._path is None:
            self._file = sys.stdout
        else:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            if os.path.isdir(self._path):
                raise IsADirectoryError(21, 'is a folder', path)
            self._part = '{}.{}.part'.format(self._path, os.getpid())
            self._file = open(self._part, 'w', encoding='utf-8')

    def add(self, item):
        """Append one entry."""
        self._file.write(('[\n' if self._count == 0 else ',\n') + json.dumps(item))
        self._count += 1

    def close(self):
        """End the list and put it in its place; an OSError leaves an older list alone."""
        if self._path is None:
            self._end()
            return
        try:
            with self._file:
                self._end()
            os.replace(self._part, self._path)
        except OSError:
            os.remove(self._part)
            raise

    def _end(self):
        self._file.write('[]\n' if self._count == 0 else '\n]\n')
        self._file.flush()


class Saver:
    """Saves annotated copies below a folder, under the names the sources have below theirs."""

    def __init__(self, folder, sources):
        """Choose a file for each Source. Raises ValueError where one would overwrite a source."""
        self._targets = {}
        taken = set()
        originals = {os.path.realpath(source.path) for source in sources}
        for source in sources:
            stem, ending = os.path.splitext(os.path.join(folder, source.name))
            if source.is_video:
                ending = '.mp4'
            elif ending.lower() not in _IMAGE_ENDINGS_WRITTEN:
                ending = '.png'
            target, number = stem + ending, 1
            while target in taken:  # a/1.png and b/1.png, or 1.avi and 1.mkv
                number += 1
                target = '{}_{}{}'.format(stem, number, ending)
            if os.path.realpath(target) in originals:
                raise ValueError('{} would be overwritten by its annotated copy; choose another folder'
                                 .format(target))
            taken.add(target)
            self._targets[source.path] = target

    def image(self, source, image, detections):
        """Save one annotated image; draws into `image`. Raises OSError."""
        target = self._targets[source.path]
        good, data = cv2.imencode(os.path.splitext(target)[1], draw_detections(image, detections))
        if not good:
            raise OSError('OpenCV cannot write {}'.format(target))
        os.makedirs(os.path.dirname(target) or '.', exist_ok=True)
        part = '{}.{}.part'.format(target, os.getpid())
        with open(part, 'wb') as file:
            file.write(data.tobytes())
        os.replace(part, target)

    def video(self, source, fps):
        """Return a VideoSaver for a source; fps None is taken as 25."""
        target = self._targets[source.path]
        os.makedirs(os.path.dirname(target) or '.', exist_ok=True)
        return VideoSaver(target, fps or _FPS_UNKNOWN)


class VideoSaver:
    """Writes annotated frames as MPEG-4; the file is in its place after `close`."""

    def __init__(self, target, fps):
        self._target = target
        self._part = '{}.{}.part.mp4'.format(target, os.getpid())
        self._fps = fps
        self._writer = None
        self._size = None

    def add(self, image, detections):
        """Append one frame; draws into `image`. Raises OSError."""
        draw_detections(image, detections)
        if self._writer is None:
            if not opencv_takes(self._part):
                raise OSError('OpenCV cannot write a file of this name')
            self._size = (image.shape[1], image.shape[0])
            self._writer = cv2.VideoWriter(self._part, cv2.VideoWriter_fourcc(*'mp4v'), self._fps, self._size)
            if not self._writer.isOpened():
                raise OSError('OpenCV cannot write {} ({} x {} at {} frames a second)'.format(
                    self._target, image.shape[1], image.shape[0], self._fps))
        elif self._size != (image.shape[1], image.shape[0]):
            image = cv2.resize(image, self._size)  # a writer takes one size, a stream may change it
        self._writer.write(image)

    def close(self):
        """End the file and put it in its place."""
        if self._writer is not None:
            self._writer.release()
            if os.path.exists(self._part):
                os.replace(self._part, self._target)
