# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A small girl for the smallest: a round head, simple forms, soft coloured lines."""
from ..brush import Brush, curve, ellipse
from .pose import Pose

SKIN = (175, 205, 250)
LINE_COLOUR = (80, 100, 190)
HAIR = (40, 120, 235)
HAIR_LINE = (25, 80, 175)
DRESS = (190, 200, 60)
LINE = 5
FACE = (-92, -92, 92, 92)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 18 * pose.turn
    brush.fill(curve([(-40, 96), (-92, 130), (-118, 220), (-130, 335), (130, 335), (118, 220), (92, 130),
                      (40, 96)]),
               DRESS, (130, 140, 30), LINE)
    for spot in ((-60, 190), (0, 170), (60, 190), (-30, 240), (34, 244), (-86, 258), (88, 262)):
        brush.fill(ellipse(*spot, 10, 10), (245, 250, 250))
    brush.fill(curve([(-34, 92), (0, 86), (34, 92), (26, 118), (0, 128), (-26, 118)]), (250, 250, 250),
               (130, 140, 30), 4)
    for side in (-1, 1):
        bunch = curve([(side * 84, -44), (side * 118, -74), (side * 154, -50), (side * 160, 6),
                       (side * 134, 42), (side * 116, 4)])
        brush.fill(bunch, HAIR, HAIR_LINE, LINE)
        brush.fill(ellipse(side * 94, -38, 13, 13), (90, 80, 230), (60, 50, 170), 4)
    brush.fill(ellipse(0, -12, 106, 100), HAIR, HAIR_LINE, LINE)
    brush.fill(ellipse(0, 0, 93, 91), SKIN, LINE_COLOUR, LINE)
    for side in (-1, 1):
        x = side * 36 + turn
        brush.fill(ellipse(side * 58 + turn, 34, 18, 14), (150, 155, 250))
        if pose.blink > 0.5:
            brush.line(ellipse(x, -10, 20, 14, 0, 10, 170), (50, 45, 60), 6)
        else:
            brush.fill(ellipse(x, -8, 23, 27), (255, 255, 255), (110, 110, 150), 3)
            brush.fill(ellipse(x + 8 * pose.gaze, -5, 13, 16), (60, 40, 40))
            brush.fill(ellipse(x + 8 * pose.gaze - 4, -11, 5, 5), (255, 255, 255))
        brush.line(ellipse(x, -34, 22, 16, 0, 220, 320), HAIR_LINE, 6)
    brush.fill(ellipse(1.5 * turn, 22, 10, 8), (130, 150, 245), LINE_COLOUR, 3)
    if pose.mouth > 0.2:
        mouth = curve([(-30 + turn, 42), (turn, 49), (30 + turn, 42), (20 + turn, 52 + 18 * pose.mouth),
                       (turn, 58 + 20 * pose.mouth), (-20 + turn, 52 + 18 * pose.mouth)])
        brush.fill(mouth, (70, 60, 170), LINE_COLOUR, 4)
        brush.fill(ellipse(turn, 54 + 17 * pose.mouth, 12, 7 * pose.mouth), (140, 130, 245))
    else:
        brush.line(ellipse(turn, 36, 30, 24, 0, 20, 160), (70, 60, 170), 6)
    fringe = curve([(-98, -26), (-84, -84), (-40, -112), (10, -116), (60, -102), (92, -66), (99, -26),
                    (74, -52), (40, -66), (14, -52), (-24, -70), (-60, -50)])
    brush.fill(fringe, HAIR, HAIR_LINE, LINE)
