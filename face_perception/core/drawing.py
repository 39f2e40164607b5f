# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draws faces and their points onto an image; the overlay of the nodes and the command line use the same code."""

import zlib
from typing import Optional, Tuple

import cv2
import numpy as np

from face_perception.core.detections import Detections
from face_perception.core.landmarks import Landmarks

# BGR, chosen to differ for colour-blind eyes too; a label without a colour of its own gets one of the others.
COLOURS = {'human': (0, 158, 240), 'cartoon': (180, 90, 210)}
_OTHERS = ((115, 158, 0), (66, 228, 240), (233, 180, 86), (0, 94, 213))
# A landmark network gives low scores to points that are nowhere to be seen.
MIN_POINT_SCORE = 0.5
# Of points: light, with a dark rim, to be seen on every skin.
_POINT, _RIM = (120, 255, 120), (30, 60, 30)
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def colour_of(label: str) -> Tuple[int, int, int]:
    """Return the colour of a label as (blue, green, red), the same in every process."""
    return COLOURS.get(label) or _OTHERS[zlib.crc32(label.encode('utf-8')) % len(_OTHERS)]


def draw_faces(image: np.ndarray, detections: Detections, landmarks: Optional[Landmarks] = None) -> np.ndarray:
    """Draw faces and, where they were looked for, their points of MIN_POINT_SCORE or more; see `draw_detections`."""
    draw_detections(image, detections)
    return image if landmarks is None else draw_points(image, landmarks.points[landmarks.scores >= MIN_POINT_SCORE])


def draw_detections(image: np.ndarray, detections: Detections) -> np.ndarray:
    """Draw boxes, labels, scores and ids into an image, in place, and return it.

    Lines and letters grow with the image, so that they stay readable when it is shown in a window.

    Args:
        image: (height, width, 3) uint8 BGR, writable; any size.
        detections: in pixels of this image.

    Raises:
        ValueError: the image is read-only; draw into a copy.
    """
    side = _side(image)
    thickness = max(1, int(round(side / 320)))
    scale = max(0.35, side / 1000)
    # The best is drawn last and stays on top.
    for row in reversed(range(len(detections))):
        label = str(detections.labels[row])
        text = '{} {:.2f}'.format(label, detections.scores[row])
        if detections.ids is not None:
            text += ' #{}'.format(detections.ids[row])
        x1, y1, x2, y2 = (int(round(float(value))) for value in detections.boxes[row])
        colour = colour_of(label)
        cv2.rectangle(image, (x1, y1), (x2 - 1, y2 - 1), colour, thickness)
        _draw_tag(image, text, x1, y1, colour, scale)
    return image


def draw_points(image: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Draw points of faces into an image, in place, and return it.

    Args:
        image: (height, width, 3) uint8 BGR, writable; any size.
        points: (N, 2) float, x y in pixels of this image; those outside, and what is no number, are left out.

    Raises:
        ValueError: the image is read-only; draw into a copy.
    """
    radius = max(1, int(round(_side(image) / 200)))
    height, width = image.shape[:2]
    inside = (points >= 0).all(axis=1) & (points < (width, height)).all(axis=1)      # False for what is no number
    for x, y in points[inside].astype(int).tolist():
        cv2.circle(image, (x, y), radius + 1, _RIM, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(image, (x, y), radius, _POINT, cv2.FILLED, cv2.LINE_AA)
    return image


def _side(image: np.ndarray) -> int:
    """Return the length in pixels by which lines and letters grow; raise ValueError for a read-only image."""
    if not image.flags.writeable:  # not every OpenCV notices
        raise ValueError('the image is read-only; draw into a copy of it')
    height, width = image.shape[:2]
    return int(min(max(height, width), 3 * min(height, width)))


def _draw_tag(image: np.ndarray, text: str, left: int, top: int, colour: Tuple[int, int, int],
              scale: float) -> None:
    """Write text on a filled bar above (left, top), moved as far as needed to lie inside the image."""
    height, width = image.shape[:2]
    stroke = max(1, int(round(2 * scale)))
    (text_width, text_height), baseline = cv2.getTextSize(text, _FONT, scale, stroke)
    bar_height = text_height + baseline + 2
    left = max(0, min(left, width - text_width))
    top = max(0, min(top - bar_height, height - bar_height))
    cv2.rectangle(image, (left, top), (left + text_width - 1, top + bar_height - 1), colour,
                  cv2.FILLED)
    ink = (0, 0, 0) if sum(colour) > 330 else (255, 255, 255)
    cv2.putText(image, text, (left, top + bar_height - baseline), _FONT, scale, ink, stroke, cv2.LINE_AA)
