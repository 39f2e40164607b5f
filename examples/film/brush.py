# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draw smooth, anti-aliased shapes with OpenCV: the instrument of the drawn characters.

Shapes are given in a character's own units (x to the right, y down) and land in the picture through one similarity
transform.  The picture is drawn on at twice its size and shrunk at the end, which leaves untouched pixels exactly as
they were.
"""
from collections.abc import Sequence

import cv2
import numpy as np

Point = tuple[float, float]                 # x, y
Points = np.ndarray | Sequence[Point]       # (N, 2)
Colour = tuple[int, int, int]               # blue, green, red

OVERSAMPLING = 2
SUBPIXEL_BITS = 4


def ellipse(x: float, y: float, rx: float, ry: float, angle: float = 0.0, start: float = 0.0, end: float = 360.0,
            count: int = 48) -> np.ndarray:
    """Return (count, 2) points of an ellipse or of its arc, angles in degrees, clockwise from +x."""
    t = np.radians(np.linspace(start, end, count))
    points = np.stack([rx * np.cos(t), ry * np.sin(t)], axis=1)
    a = np.radians(angle)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    turned: np.ndarray = points @ turn + (x, y)
    return turned


def curve(points: Points, closed: bool = True, steps: int = 12) -> np.ndarray:
    """Return a smooth line through (N, 2) points (Catmull-Rom spline), closed into an area or open."""
    p = np.asarray(points, float)
    if closed:
        p = np.concatenate([p[-1:], p, p[:2]])
    else:
        p = np.concatenate([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:]):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2
                             + (3 * b - a - 3 * c + d) * t ** 3))
    if not closed:
        pieces.append(p[-2:-1])
    return np.concatenate(pieces)


class Brush:
    """Draws into one BGR picture; `finish` returns the picture with what was drawn."""

    def __init__(self, image: np.ndarray, x: float = 0.0, y: float = 0.0, scale: float = 1.0,
                 angle: float = 0.0) -> None:
        """Copy the image, (height, width, 3) uint8 BGR; for the rest see `place`."""
        height, width = image.shape[:2]
        self.canvas = cv2.resize(image, (width * OVERSAMPLING, height * OVERSAMPLING),
                                 interpolation=cv2.INTER_NEAREST)
        self.place(x, y, scale, angle)

    def place(self, x: float, y: float, scale: float = 1.0, angle: float = 0.0) -> None:
        """Move the origin, for the next shapes.

        Args:
            x: where the character's origin lands, in pixels.
            y: the same, downwards.
            scale: pixels per unit.
            angle: degrees clockwise.
        """
        a = np.radians(angle)
        self.scale = scale
        self.matrix = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        self.offset = np.array([x, y], float)

    def to_picture(self, points: Points) -> np.ndarray:
        """Return (N, 2) points of the character as pixels of the picture."""
        pixels: np.ndarray = np.asarray(points, float) @ self.matrix + self.offset
        return pixels

    def _fixed(self, points: Points) -> np.ndarray:
        pixels = (self.to_picture(points) + 0.5) * OVERSAMPLING - 0.5
        fixed: np.ndarray = np.round(pixels * (1 << SUBPIXEL_BITS)).astype(np.int32)
        return fixed

    def fill(self, points: Points, colour: Colour, outline: Colour | None = None, width: float = 0.0) -> None:
        """Fill an area with a BGR colour; draw its border, if asked, `width` units wide."""
        cv2.fillPoly(self.canvas, [self._fixed(points)], colour, cv2.LINE_AA, SUBPIXEL_BITS)
        if outline is not None and width > 0:
            self.line(np.concatenate([points, points[:1]]), outline, width)

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """Draw an open line with round ends, `width` units wide."""
        pixels = max(1, int(round(width * self.scale * OVERSAMPLING)))
        cv2.polylines(self.canvas, [self._fixed(points)], False, colour, pixels, cv2.LINE_AA, SUBPIXEL_BITS)

    def shade(self, points: Points, colour: Colour, strength: float, centre: Point, radius: float,
              inside: Points | None = None) -> None:
        """Blend a colour into an area, from nothing at `centre` to `strength` at `radius` units from it.

        Args:
            points: the area.
            colour: to blend in.
            strength: 0..1.
            centre: of the gradient.
            radius: negative blends the other way round, strongest at the centre.
            inside: an area that clips this one.
        """
        x1, y1, x2, y2 = self._extent(points)
        if x1 >= x2 or y1 >= y2:
            return
        mask = self._mask(points, x1, y1, x2, y2)
        if inside is not None:
            mask = cv2.min(mask, self._mask(inside, x1, y1, x2, y2))
        cx, cy = (self.to_picture([centre])[0] + 0.5) * OVERSAMPLING - 0.5
        # A gradient has no detail: a coarse one, enlarged, is as good and much quicker.
        xs = np.arange(x1 + 1.5, x2 + 2, 4, dtype=np.float32) - cx
        ys = np.arange(y1 + 1.5, y2 + 2, 4, dtype=np.float32) - cy
        far = np.sqrt(xs[None, :] ** 2 + ys[:, None] ** 2) / (abs(radius) * self.scale * OVERSAMPLING)
        far = np.minimum(far, 1) if radius > 0 else np.maximum(1 - far, 0)
        amount = np.rint(255 * strength * far * far * (3 - 2 * far)).astype(np.uint8)
        amount = cv2.resize(amount, (4 * amount.shape[1], 4 * amount.shape[0]))[:y2 - y1, :x2 - x1]
        amount = cv2.merge([cv2.multiply(amount, mask, scale=1 / 255)] * 3)
        part = self.canvas[y1:y2, x1:x2]
        paint = np.empty_like(part)
        paint[:] = colour
        part[:] = cv2.add(cv2.multiply(part, cv2.bitwise_not(amount), scale=1 / 255),
                          cv2.multiply(paint, amount, scale=1 / 255))

    def _extent(self, points: Points) -> tuple[int, int, int, int]:
        """Return x1, y1, x2, y2 of the canvas that hold an area and its soft border."""
        fixed = self._fixed(points)
        height, width = self.canvas.shape[:2]
        x1, y1 = (fixed.min(axis=0) >> SUBPIXEL_BITS) - 1
        x2, y2 = (fixed.max(axis=0) >> SUBPIXEL_BITS) + 3
        return max(0, int(x1)), max(0, int(y1)), min(width, int(x2)), min(height, int(y2))

    def _mask(self, points: Points, x1: int, y1: int, x2: int, y2: int) -> np.ndarray:
        mask = np.zeros((y2 - y1, x2 - x1), np.uint8)
        shifted = self._fixed(points) - (np.array([x1, y1]) << SUBPIXEL_BITS)
        cv2.fillPoly(mask, [shifted.astype(np.int32)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return mask

    def finish(self) -> np.ndarray:
        """Return the picture at its own size."""
        height, width = self.canvas.shape[:2]
        size = width // OVERSAMPLING, height // OVERSAMPLING
        image: np.ndarray = cv2.resize(self.canvas, size, interpolation=cv2.INTER_AREA)
        return image
