# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Drawn places without anybody in them: a living room, a park, a town by night."""
import numpy as np

from .brush import Brush, Colour, curve, ellipse

WIDTH = 640
HEIGHT = 480


def _gradient(top: Colour, bottom: Colour) -> np.ndarray:
    t = np.linspace(0, 1, HEIGHT)[:, None, None]
    rows = np.array(top) * (1 - t) + np.array(bottom) * t
    return np.ascontiguousarray(np.broadcast_to(np.round(rows), (HEIGHT, WIDTH, 3))).astype(np.uint8)


def _box(x1: float, y1: float, x2: float, y2: float) -> np.ndarray:
    return np.array([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], float)


def room() -> np.ndarray:
    """Return the living room, (480, 640, 3) uint8 BGR."""
    ink = (40, 40, 60)
    brush = Brush(_gradient((200, 190, 235), (180, 165, 215)))
    for x in range(20, WIDTH, 60):
        brush.fill(_box(x, 0, x + 22, 330), (188, 172, 222))
    brush.fill(_box(-10, 330, 650, 490), (90, 140, 190), ink, 4)
    for x in range(-80, 700, 90):
        brush.line([(x, 330), (x - 60, 490)], (70, 115, 160), 3)
    brush.fill(_box(60, 60, 230, 200), (235, 200, 120), ink, 5)
    hill = curve([(62, 160), (110, 130), (160, 165), (228, 120)], closed=False)
    brush.fill(np.concatenate([hill, [(228, 198), (62, 198)]]), (95, 180, 110))
    brush.line([(145, 60), (145, 200)], ink, 5)
    brush.line([(60, 130), (230, 130)], ink, 5)
    brush.fill(_box(40, 46, 72, 260), (80, 90, 200), ink, 4)
    brush.fill(_box(218, 46, 250, 260), (80, 90, 200), ink, 4)
    brush.fill(_box(450, 110, 540, 180), (250, 250, 245), ink, 6)
    brush.fill([(460, 172), (485, 132), (502, 156), (515, 142), (532, 172)], (150, 120, 90))
    brush.fill(curve([(150, 400), (140, 290), (190, 268), (450, 268), (500, 290), (490, 400)]),
               (150, 110, 60), ink, 5)
    brush.fill(curve([(110, 420), (110, 320), (150, 315), (165, 420)]), (165, 125, 75), ink, 5)
    brush.fill(curve([(475, 420), (490, 315), (530, 320), (530, 420)]), (165, 125, 75), ink, 5)
    brush.line([(590, 360), (590, 200)], ink, 7)
    brush.fill([(560, 200), (575, 150), (606, 150), (622, 200)], (130, 220, 250), ink, 4)
    return brush.finish()


def park() -> np.ndarray:
    """Return the park, (480, 640, 3) uint8 BGR."""
    ink = (45, 60, 40)
    brush = Brush(_gradient((240, 205, 140), (250, 240, 215)))
    brush.fill(ellipse(540, 80, 42, 42), (120, 225, 255))
    for x, y in ((110, 90), (360, 60)):
        for dx, r in ((-40, 24), (-10, 34), (28, 28), (56, 18)):
            brush.fill(ellipse(x + dx, y, r, r * 0.8), (252, 252, 250))
    brush.fill(curve([(-20, 300), (120, 235), (300, 275), (470, 225), (660, 290), (660, 500), (-20, 500)]),
               (120, 190, 130), ink, 3)
    brush.fill(curve([(-20, 350), (180, 315), (400, 340), (660, 310), (660, 500), (-20, 500)]),
               (90, 175, 100), ink, 3)
    brush.fill(curve([(260, 500), (300, 420), (280, 370), (310, 330), (330, 330), (330, 370), (370, 420),
                      (390, 500)]),
               (165, 205, 225), ink, 3)
    for x, y, r in ((70, 235, 62), (585, 220, 70)):
        brush.fill(_box(x - 11, y, x + 11, y + 130), (60, 90, 130), ink, 4)
        crown = curve([(x - r, y), (x - 0.8 * r, y - 0.7 * r), (x, y - 1.1 * r), (x + 0.8 * r, y - 0.7 * r),
                       (x + r, y), (x + 0.5 * r, y + 0.5 * r), (x - 0.5 * r, y + 0.5 * r)])
        brush.fill(crown, (70, 150, 75), ink, 4)
    for k in range(14):
        x, y = 30 + 45 * k, 400 + (k * 37) % 60
        brush.fill(ellipse(x, y, 6, 6), ((90, 90, 240), (80, 220, 250), (240, 180, 220))[k % 3])
    brush.line([(420, 330), (560, 330)], (50, 80, 130), 9)
    brush.line([(420, 300), (560, 300)], (50, 80, 130), 9)
    brush.line([(440, 290), (440, 360)], ink, 6)
    brush.line([(540, 290), (540, 360)], ink, 6)
    return brush.finish()


def town() -> np.ndarray:
    """Return the town by night, (480, 640, 3) uint8 BGR, grey as its comic wants it."""
    brush = Brush(_gradient((60, 56, 52), (150, 146, 142)))
    brush.fill(ellipse(120, 90, 44, 44), (235, 238, 238))
    brush.fill(ellipse(140, 80, 38, 38), (74, 70, 66))
    tops = (250, 180, 290, 140, 230, 120, 260, 190, 300)
    for k, top in enumerate(tops):
        x = -10 + 74 * k
        brush.fill(_box(x, top, x + 72, 490), (40, 38, 38) if k % 2 else (62, 60, 60), (15, 15, 15), 4)
        for row in range(int(top) + 22, 470, 38):
            for column in range(3):
                lit = (k * 7 + row + column * 5) % 4 == 0
                brush.fill(_box(x + 12 + 19 * column, row, x + 22 + 19 * column, row + 16),
                           (220, 224, 224) if lit else (24, 24, 24))
    brush.line([(0, 440), (640, 440)], (15, 15, 15), 6)
    return brush.finish()


SCENES = {'room': room, 'park': park, 'town': town}
