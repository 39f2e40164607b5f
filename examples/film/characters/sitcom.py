# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A grumpy-cheerful neighbour in flat television colours: yellow skin, ball eyes, thick lines."""
import numpy as np

from ..brush import Brush, curve, ellipse
from .pose import Pose

INK = (25, 20, 20)
SKIN = (70, 205, 250)
HAIR = (35, 70, 130)
SHIRT = (150, 90, 60)
COLLAR = (235, 235, 245)
LINE = 5
FACE = (-80, -100, 80, 100)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 16 * pose.turn
    body = curve([(-52, 120), (-125, 150), (-150, 230), (-155, 330), (155, 330), (150, 230), (125, 150),
                  (52, 120)])
    brush.fill(body, SHIRT, INK, LINE)
    brush.fill(curve([(-42, 60), (-44, 130), (0, 155), (44, 130), (42, 60)]), SKIN, INK, LINE)
    brush.fill([(-48, 118), (0, 162), (-42, 190), (-72, 134)], COLLAR, INK, LINE)
    brush.fill([(48, 118), (0, 162), (42, 190), (72, 134)], COLLAR, INK, LINE)
    # Ears first, so that the head covers half of each.
    for side in (-1, 1):
        brush.fill(ellipse(side * 80 - 0.3 * turn, 5, 17, 22), SKIN, INK, LINE)
        brush.line(ellipse(side * 82 - 0.3 * turn, 6, 8, 10, 0, 200, 380), INK, 3)
    head = curve([(-66, -95), (-82, -30), (-82, 30), (-70, 78), (-30, 104), (30, 104), (70, 78), (82, 30),
                  (82, -30), (66, -95), (0, -118)])
    brush.fill(head, SKIN, INK, LINE)
    hair = [(-86, -30), (-92, -90), (-70, -138), (-20, -150), (40, -150), (85, -128), (98, -84), (86, -30),
            (76, -62), (62, -96), (30, -104), (5, -94), (-25, -104), (-60, -94), (-77, -62)]
    brush.fill(curve(hair), HAIR, INK, LINE)
    brush.line(curve([(-60, -118), (-20, -132), (25, -130)], closed=False), (70, 115, 175), 4)

    for side in (-1, 1):
        x = side * 32 + turn
        brush.fill(ellipse(x, -22, 32, 34), (255, 255, 255), INK, LINE)
        brush.fill(ellipse(x + 13 * pose.gaze + 0.3 * turn, -20, 7, 8), INK)
        if pose.blink > 0.05:
            lid = ellipse(x, -22, 32, 34)
            if pose.blink < 0.5:
                lid = ellipse(x, -22, 32, 34, 0, 180, 360)
                lid[:, 1] = np.minimum(lid[:, 1], -22 + 34 * (2 * pose.blink - 1))
            brush.fill(lid, (55, 175, 225), INK, LINE)
        brush.line(curve([(x - 24, -68 - 4 * side), (x, -77), (x + 24, -68 + 4 * side)], closed=False),
                   (30, 50, 95), 8)
    nose = curve([(-12 + 1.6 * turn, 6), (14 + 1.6 * turn, 2), (26 + 1.8 * turn, 16), (14 + 1.6 * turn, 29),
                  (-14 + 1.6 * turn, 28)])
    brush.fill(nose, SKIN, INK, LINE)
    drop = 10 + 30 * pose.mouth
    mouth = curve([(-44 + turn, 50), (0 + turn, 58), (44 + turn, 50), (30 + turn, 54 + drop),
                   (turn, 62 + drop), (-30 + turn, 54 + drop)])
    brush.fill(mouth, (40, 30, 110), INK, LINE)
    brush.fill(curve([(-36 + turn, 54), (0 + turn, 60), (36 + turn, 54), (32 + turn, 62), (0 + turn, 68),
                      (-32 + turn, 62)]), (250, 252, 252), INK, 2)
    if pose.mouth > 0.4:
        brush.fill(ellipse(turn, 54 + drop, 18, 7 * pose.mouth), (110, 110, 225))
    brush.line(curve([(-52 + turn, 44), (-46 + turn, 52), (-48 + turn, 58)], closed=False), INK, 4)
    brush.line(curve([(52 + turn, 44), (46 + turn, 52), (48 + turn, 58)], closed=False), INK, 4)
