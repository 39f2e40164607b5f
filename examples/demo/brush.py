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
        self.canvas = image.repeat(OVERSAMPLING, axis=0).repeat(OVERSAMPLING, axis=1)
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

        A negative radius blends the other way round: strongest at the centre.  `inside`: an area that clips this one.
        """
        mask = self._mask(points)
        if inside is not None:
            mask = cv2.min(mask, self._mask(inside))
        x, y, w, h = cv2.boundingRect(mask)
        if w == 0 or h == 0:
            return
        cx, cy = (self.to_picture([centre])[0] + 0.5) * OVERSAMPLING - 0.5
        ys, xs = np.mgrid[y:y + h, x:x + w]
        far = np.hypot(xs - cx, ys - cy) / (abs(radius) * self.scale * OVERSAMPLING)
        far = np.clip(far, 0, 1) if radius > 0 else np.clip(1 - far, 0, 1)
        amount = (far * far * (3 - 2 * far) * strength * mask[y:y + h, x:x + w] / 255.0)[..., None]
        part = self.canvas[y:y + h, x:x + w]
        part[:] = np.round(part * (1 - amount) + np.array(colour) * amount).astype(np.uint8)

    def _mask(self, points):
        mask = np.zeros(self.canvas.shape[:2], np.uint8)
        cv2.fillPoly(mask, [self._fixed(points)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        return mask

    def finish(self):
        """Return the picture at its own size."""
        height, width = self.canvas.shape[:2]
        return cv2.resize(self.canvas, (width // OVERSAMPLING, height // OVERSAMPLING), interpolation=cv2.INTER_AREA)
