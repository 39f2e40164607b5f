# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Draw smooth, anti-aliased shapes with OpenCV: the instrument of the drawn characters.

Shapes are given in a character's own units (x to the right, y down) and land in the picture
through one similarity transform.  The picture is drawn on at twice its size and shrunk at the
end, which leaves untouched pixels exactly as they were.
"""
import cv2
import numpy as np

OVERSAMPLING = 2
SUBPIXEL_BITS = 4


def ellipse(x, y, rx, ry, angle=0.0, start=0.0, end=360.0, count=48):
    """Return (count, 2) points of an ellipse or of its arc, angles in degrees, clockwise from +x."""
    t = np.radians(np.linspace(start, end, count))
    points = np.stack([rx * np.cos(t), ry * np.sin(t)], axis=1)
    a = np.radians(angle)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return points @ turn + (x, y)


def curve(points, closed=True, steps=12):
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


def mirror(points):
    """Return points mirrored left to right, in reverse order, so that they continue a line."""
    return [(-x, y) for x, y in reversed(list(points))]


class Brush:
    """Draws into one BGR picture; `finish` returns the picture with what was drawn.

    image: (height, width, 3) uint8.
    x, y: where the character's origin lands, in pixels; scale: pixels per unit; angle: degrees clockwise.
    """

    def __init__(self, image, x=0.0, y=0.0, scale=1.0, angle=0.0):
        height, width = image.shape[:2]
        self.canvas = cv2.resize(image, (width * OVERSAMPLING, height * OVERSAMPLING),
                                 interpolation=cv2.INTER_NEAREST)
        self.place(x, y, scale, angle)

    def place(self, x, y, scale=1.0, angle=0.0):
        """Move the origin, for the next shapes."""
        a = np.radians(angle)
        self.scale = scale
        self.matrix = scale * np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        self.offset = np.array([x, y], float)

    def to_picture(self, points):
        """Return (N, 2) points of the character as pixels of the picture."""
        return np.asarray(points, float) @ self.matrix + self.offset

    def _fixed(self, points):
        pixels = (self.to_picture(points) + 0.5) * OVERSAMPLING - 0.5
        return np.round(pixels * (1 << SUBPIXEL_BITS)).astype(np.int32)

    def fill(self, points, colour, outline=None, width=0.0):
        """Fill an area with a BGR colour; draw its border, if asked, `width` units wide."""
        cv2.fillPoly(self.canvas, [self._fixed(points)], colour, cv2.LINE_AA, SUBPIXEL_BITS)
        if outline is not None and width > 0:
            self.line(np.concatenate([points, points[:1]]), outline, width)

    def line(self, points, colour, width):
        """Draw an open line with round ends, `width` units wide."""
        pixels = max(1, int(round(width * self.scale * OVERSAMPLING)))
        cv2.polylines(self.canvas, [self._fixed(points)], False, colour, pixels, cv2.LINE_AA, SUBPIXEL_BITS)

    def shade(self, points, colour, strength, centre, radius, inside=None):
        """Blend a colour into an area, from nothing at `centre` to `strength` at `radius` units from it.

        A negative radius blends the other way round: strongest at the centre.
        `inside`: an area that clips this one.
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

    def _extent(self, points):
        """Return x1, y1, x2, y2 of the canvas that hold an area and its soft border."""
        fixed = self._fixed(points)
        height, width = self.canvas.shape[:2]
        x1, y1 = (fixed.min(axis=0) >> SUBPIXEL_BITS) - 1
        x2, y2 = (fixed.max(axis=0) >> SUBPIXEL_BITS) + 3
        return max(0, int(x1)), max(0, int(y1)), min(width, int(x2)), min(height, int(y2))

    def _mask(self, points, x1, y1, x2, y2):
        mask = np.zeros((y2 - y1, x2 - x1), np.uint8)
        shifted = self._fixed(points) - (np.array([x1, y1]) << SUBPIXEL_BITS)
        cv2.fillPoly(mask, [shifted.astype(np.int32)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return mask

    def finish(self):
        """Return the picture at its own size."""
        height, width = self.canvas.shape[:2]
        return cv2.resize(self.canvas, (width // OVERSAMPLING, height // OVERSAMPLING),
                          interpolation=cv2.INTER_AREA)
