# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes what was found: a JSON list, and copies of the images and videos with the faces drawn in.

Every file is written beside its place and then moved there, so that a reader never sees half of one. What is no
regular file, such as a pipe or /dev/stdout, is written into.
"""

import json
import os
import sys
from typing import Any, Dict, List, Optional, Sequence, TextIO

import numpy as np

from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_faces
from face_perception.core.files import is_written_into
from face_perception.core.landmarks import Landmarks
from face_perception.media.find import Source
from face_perception.media.formats import WRITTEN_SUFFIXES
from face_perception.media.images import part_of, remove_part, write_image
from face_perception.media.video import VideoWriter

_FPS_UNKNOWN = 25.0


def entry(file: str, image: np.ndarray, detections: Detections, frame: Optional[int] = None,
          page: Optional[int] = None, limited: bool = False, landmarks: Optional[Landmarks] = None) -> Dict[str, Any]:
    """Return the JSON entry of one image: sizes and boxes in its pixels, boxes as left, top, width, height.

    Args:
        file: the path as the reader of the JSON should see it.
        image: (height, width, 3).
        detections: found in it.
        frame: number of the frame in a video, from 0; None for an image.
        page: number of the picture in a file with several, from 0; None where there is one.
        limited: faces may be missing, because the model hands out no more rows.
        landmarks: of the detections; each gets its points as {name: [x, y, score]}, or None where it has none.
    """
    corners = detections.boxes.astype(float).round(2).tolist()
    faces: List[Dict[str, Any]] = [
        {'label': str(label), 'score': round(float(score), 6), 'bbox': [x1, y1, round(x2 - x1, 2), round(y2 - y1, 2)]}
        for label, score, (x1, y1, x2, y2) in zip(detections.labels, detections.scores, corners)]
    if landmarks is not None:
        for row, face in enumerate(faces):
            face['landmarks'] = _points(landmarks, row)
    result: Dict[str, Any] = {'file': file}
    if frame is not None:
        result['frame'] = frame
    if page is not None:
        result['page'] = page
    if limited:
        result['limited'] = True
    result.update(width=image.shape[1], height=image.shape[0], detections=faces)
    return result


def _points(landmarks: Landmarks, row: int) -> Optional[Dict[str, List[float]]]:
    if not landmarks.found[row]:
        return None
    return {name: [round(float(x), 2), round(float(y), 2), round(float(score), 6)]
            for name, (x, y), score in zip(landmarks.names, landmarks.points[row], landmarks.scores[row])}


def words_of(error: Exception) -> str:
    """Return what an error says, without the number that an OSError begins with."""
    if isinstance(error, OSError) and error.strerror:
        return '{}: {}'.format(error.filename, error.strerror) if error.filename else error.strerror
    return str(error)


def say(text: str, stream: Optional[TextIO] = None) -> None:
    """Print a line that may hold a file name which the stream (default: stdout) cannot encode."""
    stream = sys.stdout if stream is None else stream
    encoding = stream.encoding or 'utf-8'
    print(text.encode(encoding, 'backslashreplace').decode(encoding), file=stream)


class JsonList:
    """Writes a JSON list entry by entry, without holding it; `close` makes it valid and puts it in place."""

    def __init__(self, path: str) -> None:
        """Start the list that will be the file `path`; '-' is stdout. Raises OSError."""
        self._path: Optional[str] = None
        self._count = 0
        if path == '-':
            self._file: TextIO = sys.stdout
        elif is_written_into(path):
            # A pipe, a device, or our own stdout by another name: nothing that may be replaced.
            # Not mode 'a': before Python 3.7 that seeks, which a pipe refuses.
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), 'w', encoding='utf-8')
        else:
            self._path = os.path.realpath(path)
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            if os.path.isdir(self._path):
                raise IsADirectoryError(21, 'is a folder', path)
            self._part = part_of(self._path)
            self._file = open(self._part, 'w', encoding='utf-8')        # noqa: SIM115 (closed by close)

    def add(self, item: Dict[str, Any]) -> None:
        """Append one entry."""
        self._file.write(('[\n' if self._count == 0 else ',\n') + json.dumps(item))
        self._count += 1

    def close(self) -> None:
        """End the list and put it in its place; an OSError leaves an older list alone."""
        if self._path is None:
            self._end()
            if self._file is not sys.stdout:
                self._file.close()
            return
        try:
            with self._file:
                self._end()
            os.replace(self._part, self._path)
        except BaseException:       # a full disk, or the user's second Ctrl-C
            remove_part(self._part)
            raise

    def _end(self) -> None:
        self._file.write('[]\n' if self._count == 0 else '\n]\n')
        self._file.flush()


class Saver:
    """Saves annotated copies below a folder, under the names the sources have below theirs."""

    def __init__(self, folder: str, sources: Sequence[Source]) -> None:
        """Choose a file for each Source. Raises ValueError where one would overwrite a source."""
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise ValueError('{} is a file; --save-dir takes a folder'.format(folder))
        self._targets: Dict[str, str] = {}
        taken = set()
        originals = {os.path.realpath(source.path) for source in sources}
        for source in sources:
            stem, ending = os.path.splitext(os.path.join(folder, source.name))
            if source.is_video:
                ending = '.mp4'
            elif ending.lower() not in WRITTEN_SUFFIXES:
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

    def image(self, source: Source, image: np.ndarray, detections: Detections, page: Optional[int] = None,
              landmarks: Optional[Landmarks] = None) -> None:
        """Save one annotated image, of a file with several under a name with its number; draws into `image`.

        Raises:
            OSError: it cannot be written.
        """
        target = self._targets[source.path]
        if page is not None:
            target = '{0[0]}_page{1}{0[1]}'.format(os.path.splitext(target), page)
        write_image(target, draw_faces(image, detections, landmarks))

    def video(self, source: Source, fps: Optional[float]) -> VideoWriter:
        """Return the writer of a source's annotated copy; fps None is taken as 25."""
        return VideoWriter(self._targets[source.path], fps or _FPS_UNKNOWN)
