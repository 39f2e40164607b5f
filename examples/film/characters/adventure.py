# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A young explorer from a Saturday-morning series: hand-painted colours, glasses, an angular chin."""
from ..brush import Brush, curve, ellipse
from .pose import Pose

INK = (35, 30, 45)
SKIN = (165, 195, 235)
SHADE = (130, 160, 210)
HAIR = (35, 75, 190)
JACKET = (85, 125, 75)
LINE = 4
FACE = (-76, -96, 76, 104)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 15 * pose.turn
    brush.fill(curve([(-92, -70), (-112, 0), (-106, 66), (-80, 112), (80, 112), (106, 66), (112, 0),
                      (92, -70), (0, -130)]), (25, 50, 140), INK, LINE)
    brush.fill(curve([(-48, 122), (-112, 146), (-140, 220), (-148, 335), (148, 335), (140, 220), (112, 146),
                      (48, 122)]), JACKET, INK, LINE)
    brush.fill(curve([(-30, 70), (-34, 130), (0, 168), (34, 130), (30, 70)]), SKIN, INK, LINE)
    brush.fill([(-28, 98), (24, 92), (30, 108), (4, 126)], SHADE)
    brush.fill([(-34, 118), (-92, 142), (-40, 232), (0, 172)], (60, 165, 235), INK, LINE)
    brush.fill([(34, 118), (92, 142), (40, 232), (0, 172)], (60, 165, 235), INK, LINE)
    head = curve([(-74, -50), (-76, 6), (-68, 46), (-48, 78), (-20, 105), (20, 105), (48, 78), (68, 46),
                  (76, 6), (74, -50), (42, -104), (-42, -104)])
    brush.fill(head, SKIN, INK, LINE)
    brush.fill(curve([(72, -30), (75, 6), (67, 46), (47, 78), (30, 92), (48, 50), (60, 0)]), SHADE)
    for side in (-1, 1):
        x = side * 36 + turn
        white = curve([(x - 19, -6), (x - 8, -20), (x + 8, -20), (x + 19, -6), (x + 10, 8), (x - 10, 8)])
        if pose.blink > 0.5:
            brush.line(curve([(x - 18, -2), (x, 6), (x + 18, -2)], closed=False), INK, 5)
        else:
            brush.fill(white, (252, 252, 252), INK, 3.5)
            brush.fill(ellipse(x + 7 * pose.gaze, -6, 8, 11), (70, 45, 30))
            brush.fill(ellipse(x + 7 * pose.gaze - 3, -10, 3, 3), (255, 255, 255))
        brush.line(curve([(x - side * 18, -46), (x + side * 6, -54), (x + side * 26, -44)], closed=False),
                   (20, 40, 110), 7)
        brush.line(list(ellipse(x, -4, 31, 29)), INK, 6)
    brush.line(curve([(-6 + turn, -8), (turn, -12), (6 + turn, -8)], closed=False), INK, 6)
    brush.line([(-66 + turn, -8), (-80, -12)], INK, 5)
    brush.line([(66 + turn, -8), (80, -12)], INK, 5)
    brush.line(curve([(1.5 * turn - 4, 8), (1.8 * turn + 11, 34), (1.7 * turn - 7, 40)], closed=False), INK,
               LINE)
    for dx, dy in ((-40, 42), (-30, 50), (-48, 52), (36, 42), (28, 50), (46, 52)):
        brush.fill(ellipse(dx + turn, dy, 2.5, 2.5), (90, 120, 190))
    drop = 26 * pose.mouth
    if pose.mouth > 0.15:
        mouth = curve([(-30 + turn, 62), (turn, 66), (30 + turn, 60), (18 + turn, 66 + drop),
                       (-14 + turn, 68 + drop)])
        brush.fill(mouth, (50, 40, 120), INK, LINE)
        brush.fill([(-20 + turn, 64), (20 + turn, 63), (15 + turn, 70), (-15 + turn, 71)], (250, 250, 250))
    else:
        brush.line(curve([(-28 + turn, 62), (turn, 70), (30 + turn, 58)], closed=False), INK, 5)
        brush.line(curve([(-10 + turn, 82), (8 + turn, 82)], closed=False), SHADE, 4)
    fringe = curve([(-88, 20), (-98, -40), (-88, -98), (-44, -136), (10, -142), (62, -128), (94, -88),
                    (98, -36), (88, 20),
                    (76, -30), (66, -66), (30, -58), (-6, -84), (-40, -56), (-66, -62), (-76, -30)])
    brush.fill(fringe, HAIR, INK, LINE)
    brush.line(curve([(-52, -100), (-12, -118), (36, -112)], closed=False), (80, 130, 235), 6)
    brush.line(curve([(44, -122), (70, -100), (82, -66)], closed=False), (25, 50, 140), 4)
