# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A detective from a black-and-white comic: ink lines, solid blacks and hatching on paper."""
import numpy as np

from ..brush import Brush, Points, curve, ellipse
from .pose import Pose

INK = (20, 20, 20)
PAPER = (238, 242, 244)
TONE = (190, 194, 196)
LINE = 4.5
FACE = (-76, -96, 76, 104)


def _hatch(brush: Brush, points: Points, count: int, width: float) -> None:
    (x1, y1), (x2, y2), (dx, dy) = points
    for t in np.linspace(0, 1, count):
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        brush.line([(x, y), (x + dx * (1 - 0.4 * t), y + dy * (1 - 0.4 * t))], INK, width)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 15 * pose.turn
    coat = curve([(-50, 118), (-122, 146), (-152, 220), (-160, 335), (160, 335), (152, 220), (122, 146),
                  (50, 118)])
    brush.fill(coat, (70, 70, 72), INK, LINE)
    brush.fill([(-36, 100), (36, 100), (46, 150), (0, 250), (-46, 150)], PAPER, INK, LINE)
    brush.fill(curve([(-34, 62), (-38, 128), (0, 160), (38, 128), (34, 62)]), PAPER, INK, LINE)
    brush.fill([(-36, 98), (34, 90), (36, 118), (4, 122)], TONE)
    brush.fill([(-12, 160), (12, 160), (18, 250), (0, 272), (-18, 250)], INK)
    brush.fill([(-46, 112), (-78, 128), (-66, 214), (0, 262), (-36, 170)], (120, 120, 122), INK, LINE)
    brush.fill([(46, 112), (78, 128), (66, 214), (0, 262), (36, 170)], (120, 120, 122), INK, LINE)
    for side in (-1, 1):
        brush.fill(ellipse(side * 78 - 0.4 * turn, 2, 14, 24), PAPER, INK, LINE)
        brush.line(ellipse(side * 79 - 0.4 * turn, 2, 6, 13, 0, 120, 300), INK, 3)
    head = curve([(-76, -60), (-77, 0), (-70, 50), (-44, 92), (-18, 107), (18, 107), (44, 92), (70, 50),
                  (77, 0), (76, -60), (44, -108), (-44, -108)])
    brush.fill(head, PAPER, INK, LINE)
    side = 1 if pose.turn < 0 else -1
    shadow = [(side * 74, -40), (side * 75, 6), (side * 68, 50), (side * 44, 90), (side * 40, 60),
              (side * 54, 30), (side * 60, -10)]
    brush.fill(curve(shadow), TONE)
    _hatch(brush, ((side * 50, 34), (side * 40, 84), (side * 22, -10)), 7, 2.5)
    for eye in (-1, 1):
        x = eye * 33 + turn
        if pose.blink > 0.5:
            brush.line(curve([(x - 21, -12), (x, -6), (x + 21, -12)], closed=False), INK, 6)
        else:
            white = curve([(x - 22, -13), (x - 6, -26), (x + 10, -25), (x + 22, -13), (x + 8, -4),
                           (x - 8, -4)])
            brush.fill(white, (255, 255, 255), INK, 3)
            brush.fill(ellipse(x + 7 * pose.gaze, -15, 9, 10.5), INK)
            brush.fill(ellipse(x + 7 * pose.gaze - 3, -19, 2.8, 2.8), (255, 255, 255))
            brush.line(curve([(x - 24, -13), (x - 6, -27), (x + 10, -26), (x + 24, -13)], closed=False), INK,
                       5.5)
        brow = curve([(x - eye * 26, -38), (x, -50), (x + eye * 28, -44), (x + eye * 30, -38), (x, -40),
                      (x - eye * 24, -29)])
        brush.fill(brow, INK)
    brush.line(curve([(1.2 * turn - 5, -12), (1.6 * turn - 10, 22), (1.7 * turn - 15, 33),
                      (1.7 * turn - 3, 39), (1.7 * turn + 13, 36)], closed=False), INK, LINE)
    brush.line(curve([(1.7 * turn + 15, 26), (1.7 * turn + 19, 33), (1.7 * turn + 12, 38)], closed=False),
               INK, 3.5)
    drop = 24 * pose.mouth
    if pose.mouth > 0.2:
        mouth = curve([(-31 + turn, 62), (turn, 58), (31 + turn, 60), (18 + turn, 64 + drop),
                       (-16 + turn, 65 + drop)])
        brush.fill(mouth, INK, INK, 4)
        brush.fill([(-20 + turn, 62), (20 + turn, 61), (14 + turn, 67), (-14 + turn, 67)], (255, 255, 255))
    else:
        brush.line(curve([(-32 + turn, 61), (-6 + turn, 66), (32 + turn, 58)], closed=False), INK, 5)
        brush.line(curve([(-12 + turn, 76), (8 + turn, 76)], closed=False), INK, 4)
    brush.line(curve([(-8 + turn, 96), (8 + turn, 96)], closed=False), INK, 3)
    hair = curve([(-82, -10), (-90, -70), (-66, -124), (-10, -142), (56, -136), (88, -92), (84, -12),
                  (76, -46), (62, -78), (18, -72), (-30, -98), (-64, -70), (-76, -42)])
    brush.fill(hair, INK, INK, LINE)
    for dx in (0, 14, 28):
        brush.line(curve([(-40 + dx, -124 - 0.2 * dx), (-10 + dx, -112), (30 + dx, -92)], closed=False),
                   (150, 150, 150), 3)
