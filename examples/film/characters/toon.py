# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A boy from a computer-animated film: no lines, round forms, soft light from the upper left."""
import numpy as np

from ..brush import Brush, Colour, Point, Points, curve, ellipse
from .pose import Pose

SKIN = (150, 190, 240)
SKIN_DARK = (75, 110, 180)
SKIN_LIGHT = (205, 228, 252)
HAIR = (30, 55, 105)
HAIR_DARK = (12, 25, 55)
HAIR_LIGHT = (75, 125, 190)
SHIRT = (70, 70, 215)
FACE = (-88, -98, 88, 104)


def _round(brush: Brush, points: Points, colour: Colour, dark: Colour, light: Colour, centre: Point,
           radius: float) -> None:
    brush.fill(points, colour)
    brush.shade(points, dark, 0.85, (centre[0] - 0.35 * radius, centre[1] - 0.4 * radius), 1.55 * radius)
    brush.shade(points, light, 0.8, (centre[0] - 0.35 * radius, centre[1] - 0.4 * radius), -0.8 * radius)


def _eye(brush: Brush, x: float, pose: Pose, side: int) -> None:
    brush.shade(ellipse(x, -10, 40, 38), SKIN_DARK, 0.5, (x, -10), -40)
    ball = ellipse(x, -10, 30, 32)
    brush.fill(ball, (245, 248, 250))
    brush.shade(ball, (150, 140, 140), 0.7, (x - 6, -2), 46)
    ix, iy = x + 9 * pose.gaze, -8
    brush.fill(ellipse(ix, iy, 17, 18), (60, 90, 30))
    brush.shade(ellipse(ix, iy, 15, 16), (110, 190, 110), 1.0, (ix, iy - 14), 30)
    brush.fill(ellipse(ix, iy, 8.5, 9), (15, 12, 10))
    brush.fill(ellipse(ix - 6, iy - 7, 4.5, 4.5), (255, 255, 255))
    lid_low = -42 + 64 * pose.blink
    lid = [(px, py) for px, py in ellipse(x, -10, 33, 35, 0, 180, 360)]
    lower = curve([(x + 33, -10), (x, 2 * lid_low + 16 if lid_low < -10 else lid_low), (x - 33, -10)],
                  closed=False)
    if pose.blink > 0.85:
        lid, lower = list(ellipse(x, -10, 33, 35)), np.empty((0, 2))
    lid_points = np.array(lid + list(lower))
    if pose.blink > 0.05:
        _round(brush, lid_points, SKIN, SKIN_DARK, SKIN_LIGHT, (x, -10), 40)
        if pose.blink > 0.85:
            brush.line(curve([(x - 30, 2), (x, 18), (x + 30, 2)], closed=False), HAIR_DARK, 4)
    else:
        brush.line(ellipse(x, -10, 31, 33, 0, 200, 340), HAIR_DARK, 5)
    brow = curve([(x - side * 26, -58), (x, -72), (x + side * 34, -58), (x, -60)])
    _round(brush, brow, HAIR, HAIR_DARK, HAIR_LIGHT, (x, -64), 30)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 18 * pose.turn
    body = curve([(-45, 128), (-110, 148), (-140, 215), (-150, 335), (150, 335), (140, 215), (110, 148),
                  (45, 128)])
    _round(brush, body, SHIRT, (25, 20, 95), (120, 125, 250), (-30, 200), 150)
    neck = curve([(-34, 70), (-34, 130), (0, 152), (34, 130), (34, 70)])
    brush.fill(neck, SKIN)
    brush.shade(neck, SKIN_DARK, 1.0, (0, 150), -75)
    brush.line(curve([(-46, 130), (0, 164), (46, 130)], closed=False), (35, 30, 130), 12)
    for side in (-1, 1):
        _round(brush, ellipse(side * 88 - 0.4 * turn, 4, 19, 25), SKIN, SKIN_DARK, SKIN_LIGHT, (side * 88, 4),
               30)
        brush.shade(ellipse(side * 89 - 0.4 * turn, 5, 10, 15), SKIN_DARK, 0.9, (side * 89, 5), -15)
    head = curve([(-58, -100), (-86, -50), (-90, 10), (-74, 66), (-36, 98), (0, 106), (36, 98), (74, 66),
                  (90, 10), (86, -50), (58, -100), (0, -116)])
    _round(brush, head, SKIN, SKIN_DARK, SKIN_LIGHT, (0, 0), 112)
    for side in (-1, 1):
        x = side * 54 + turn
        brush.shade(ellipse(x, 42, 28, 24), (105, 115, 240), 0.75, (x, 42), -28)
    for side in (-1, 1):
        _eye(brush, side * 37 + turn, pose, side)
    mouth_y = 62
    drop = 8 + 26 * pose.mouth
    mouth = curve([(-36 + turn, mouth_y - 6), (turn, mouth_y), (36 + turn, mouth_y - 6),
                   (24 + turn, mouth_y + drop - 6), (turn, mouth_y + drop), (-24 + turn, mouth_y + drop - 6)])
    brush.fill(mouth, (35, 25, 95))
    teeth = curve([(-30 + turn, mouth_y - 3), (turn, mouth_y + 2), (30 + turn, mouth_y - 3),
                   (24 + turn, mouth_y + 7), (turn, mouth_y + 10), (-24 + turn, mouth_y + 7)])
    brush.fill(teeth, (248, 250, 252))
    if pose.mouth > 0.4:
        brush.shade(ellipse(turn, mouth_y + drop - 4, 16, 8), (110, 110, 235), 1.0, (turn, mouth_y + drop),
                    -18)
    brush.line(curve([(-38 + turn, mouth_y - 9), (turn, mouth_y - 1), (38 + turn, mouth_y - 9)],
                     closed=False),
               (60, 70, 150), 4)
    nx = 1.7 * turn
    brush.shade(ellipse(nx + 4, 30, 26, 16), SKIN_DARK, 0.9, (nx + 5, 32), -24)
    _round(brush, ellipse(nx, 22, 19, 16), (135, 165, 240), SKIN_DARK, (225, 238, 255), (nx, 22), 20)
    hair = curve([(-92, 2), (-104, -62), (-80, -122), (-30, -142), (24, -152), (84, -132), (104, -70),
                  (92, 2), (82, -36), (66, -70), (30, -84), (-8, -76), (-48, -88), (-72, -66), (-82, -36)])
    _round(brush, hair, HAIR, HAIR_DARK, HAIR_LIGHT, (-10, -80), 110)
    for dx in (-52, -18, 18, 54):
        tuft = curve([(dx - 26, -122), (dx - 6, -156), (dx + 30, -168), (dx + 26, -134), (dx + 10, -112)])
        _round(brush, tuft, HAIR, HAIR_DARK, HAIR_LIGHT, (dx, -140), 44)
