# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The annotated film: a video that browsers play where OpenCV can write one, else pictures."""
import contextlib
import os
import shutil
from pathlib import Path

import cv2
import numpy as np

from face_perception.core.drawing import draw_detections

# Codec, file ending, whether browsers play it.  H.264 (avc1) is not asked for: pip's OpenCV cannot write it
# and fills the terminal with complaints.  mp4v is for players such as VLC.
CODECS = (('VP80', 'webm', True), ('mp4v', 'mp4', False))
MOST_PICTURES = 60


def annotated(image, detections):
    """Return a copy of an image with its faces drawn in."""
    return draw_detections(image.copy(), detections)


@contextlib.contextmanager
def _quiet():
    """Hold back what OpenCV's own code writes to stderr: it complains about codecs that work."""
    kept = os.dup(2)
    with open(os.devnull, 'wb') as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def open_writer(folder, fps, width, height):
    """Return (VideoWriter, path, whether browsers play it), or None where OpenCV writes no video."""
    for codec, ending, browsers in CODECS:
        path = Path(folder) / f'annotated.{ending}'
        with _quiet():
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, (width, height))
        if writer.isOpened():
            return writer, path, browsers
        writer.release()
        path.unlink(missing_ok=True)
    return None


class Film:
    """Takes annotated frames in order; after `close`, `path` is the video or the folder of pictures."""

    def __init__(self, folder, fps, width, height):
        """folder: where the film goes; width, height: of the first frame, others are fitted into it."""
        self._size = (width, height)
        opened = open_writer(folder, fps, width, height)
        self._writer, self.path, self.in_browsers = opened or (None, Path(folder) / 'annotated', False)
        self._count = 0
        if self._writer is None:
            self.path.mkdir()

    def add(self, image):
        """Append a frame."""
        if (image.shape[1], image.shape[0]) != self._size:
            image = cv2.resize(image, self._size)
        if self._writer is not None:
            self._writer.write(image)
        elif self._count < MOST_PICTURES:
            cv2.imwrite(str(self.path / f'{self._count:06d}.jpg'), image)
        self._count += 1

    def close(self):
        """Finish the file."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def discard(self):
        """Close and remove what was written."""
        self.close()
        if self.path.is_dir():
            shutil.rmtree(self.path)
        else:
            self.path.unlink(missing_ok=True)


def sheet(images, columns, width):
    """Return pictures side by side in rows, each `width` pixels wide, on white."""
    gap = 6
    small = [cv2.resize(i, (width, width * i.shape[0] // i.shape[1]), interpolation=cv2.INTER_AREA)
             for i in images]
    rows = [small[k:k + columns] for k in range(0, len(small), columns)]
    heights = [max(i.shape[0] for i in row) for row in rows]
    page = np.full((sum(heights) + gap * (len(rows) + 1), columns * (width + gap) + gap, 3), 255, np.uint8)
    y = gap
    for row, height in zip(rows, heights):
        for column, image in enumerate(row):
            x = gap + column * (width + gap)
            page[y:y + image.shape[0], x:x + width] = image
        y += height + gap
    return page
