# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The person in the clip `carphone`, and where his face is, marked by hand."""
import cv2
import numpy as np

from .footage import package_clip, read_clip

CLIP = 'carphone_pristine.mp4'
FRAMES = 120
FPS = 30.0
WIDTH = 640
HEIGHT = 480

Box = tuple[float, float, float, float]     # x1, y1, x2, y2

# Frame number: x1, y1, x2, y2 of the face, hairline to chin, in 640x480; straight lines between.
TRACK = {
    0: (235, 125, 402, 335), 15: (226, 120, 402, 337), 30: (215, 120, 385, 340), 40: (193, 120, 365, 342),
    50: (196, 116, 372, 340), 60: (198, 108, 374, 336), 70: (190, 98, 376, 332), 80: (150, 92, 340, 318),
    90: (118, 125, 308, 335), 100: (128, 118, 322, 332), 110: (145, 112, 338, 336), 119: (162, 114, 354, 342)}


def face_box(number: int) -> Box:
    """Return x1, y1, x2, y2 of the face in frame `number`, 0 to 119, in pixels of 640x480."""
    marks = sorted(TRACK)
    x1, y1, x2, y2 = (float(np.interp(number, marks, [TRACK[m][k] for m in marks])) for k in range(4))
    return x1, y1, x2, y2


def flip_box(box: Box) -> Box:
    """Return a box as it lies in the mirrored picture."""
    x1, y1, x2, y2 = box
    return (WIDTH - x2, y1, WIDTH - x1, y2)


def read_person() -> list[np.ndarray]:
    """Return the 120 frames, each (480, 640, 3) uint8 BGR: the shape in which the clip was filmed (4:3)."""
    frames = read_clip(package_clip(CLIP), range(FRAMES))
    return [cv2.resize(frames[n], (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) for n in range(FRAMES)]
