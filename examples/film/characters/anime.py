# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A schoolgirl with great shining eyes, a small pointed chin and violet-blue strands."""
from ..brush import Brush, curve, ellipse
from .pose import Pose

INK = (60, 35, 50)
SKIN = (222, 236, 254)
SHADE = (180, 200, 242)
HAIR = (190, 110, 95)
HAIR_DARK = (150, 75, 65)
HAIR_LIGHT = (235, 180, 165)
LINE = 3
FACE = (-78, -92, 78, 100)


def _eye(brush: Brush, x: float, pose: Pose, side: int) -> None:
    if pose.blink > 0.6:
        brush.line(curve([(x - 25, 14), (x, 24), (x + 25, 14)], closed=False), INK, 7)
        return
    open_ = 1 - 0.8 * pose.blink
    white = curve([(x - 25, 8 - 18 * open_), (x - 8, 8 - 34 * open_), (x + 12, 8 - 33 * open_),
                   (x + 26, 8 - 14 * open_), (x + 20, 30), (x, 38), (x - 18, 31)])
    brush.fill(white, (255, 255, 255))
    ix = x + 6 * pose.gaze
    iris = ellipse(ix, 8, 17, 27 * open_)
    brush.fill(iris, (120, 60, 30), INK, 3)
    brush.shade(iris, (255, 190, 90), 0.95, (ix, -14), 52, inside=white)
    brush.fill(ellipse(ix, 6, 8, 14 * open_), (50, 20, 20))
    brush.fill(ellipse(ix - 7, -8 * open_ + 2, 7, 9 * open_), (255, 255, 255))
    brush.fill(ellipse(ix + 8, 22, 4, 5 * open_), (255, 250, 240))
    lash = curve([(x + side * 29, 12 - 16 * open_), (x + side * 12, 6 - 35 * open_),
                  (x - side * 8, 6 - 35 * open_), (x - side * 22, 11 - 27 * open_)], closed=False)
    brush.line(lash, INK, 7)
    brush.line([(x + side * 26, 8 - 16 * open_), (x + side * 34, 2 - 20 * open_)], INK, 5)
    brush.line(curve([(x - 15, 36), (x, 40), (x + 15, 36)], closed=False), INK, 3)


def draw(brush: Brush, pose: Pose) -> None:
    """Draw head and shoulders; the face lies in FACE units."""
    turn = 15 * pose.turn
    back = curve([(-98, -60), (-112, 40), (-128, 150), (-112, 230), (-60, 250), (60, 250), (112, 230),
                  (128, 150), (112, 40), (98, -60), (0, -140)])
    brush.fill(back, HAIR_DARK, INK, LINE)
    brush.fill(curve([(-28, 70), (-30, 135), (-100, 160), (-125, 220), (-130, 330), (130, 330), (125, 220),
                      (100, 160), (30, 135), (28, 70)]), SKIN, INK, LINE)
    brush.shade(ellipse(0, 96, 28, 28), SHADE, 1.0, (0, 96), -44)
    brush.fill([(-34, 140), (-100, 160), (-125, 220), (-135, 335), (135, 335), (125, 220), (100, 160),
                (34, 140), (0, 215)], (250, 250, 252), INK, LINE)
    brush.fill([(-44, 138), (-84, 156), (-70, 232), (0, 238), (0, 215)], (150, 80, 40), INK, LINE)
    brush.fill([(44, 138), (84, 156), (70, 232), (0, 238), (0, 215)], (150, 80, 40), INK, LINE)
    brush.fill([(0, 222), (-42, 205), (-46, 255)], (70, 60, 215), INK, LINE)
    brush.fill([(0, 222), (42, 205), (46, 255)], (70, 60, 215), INK, LINE)
    brush.fill(ellipse(0, 226, 11, 12), (60, 50, 190), INK, LINE)

    face = curve([(-80, -40), (-79, 10), (-70, 48), (-40, 82), (-12 + 0.4 * turn, 101),
                  (12 + 0.4 * turn, 101), (40, 82), (70, 48), (79, 10), (80, -40), (50, -98), (-50, -98)])
    brush.fill(face, SKIN, INK, LINE)
    for side in (-1, 1):
        brush.shade(ellipse(side * 50 + turn, 48, 20, 12), (150, 150, 250), 0.7, (side * 50 + turn, 48), -20)
        _eye(brush, side * 37 + turn, pose, side)
    brush.line([(1.5 * turn - 2, 46), (1.5 * turn + 3, 53), (1.5 * turn - 3, 55)], (120, 120, 190), 4)
    if pose.mouth > 0.15:
        mouth = curve([(-16 + turn, 70), (turn, 67), (16 + turn, 70), (9 + turn, 72 + 15 * pose.mouth),
                       (-9 + turn, 72 + 15 * pose.mouth)])
        brush.fill(mouth, (90, 70, 205), INK, LINE)
    else:
        brush.line(curve([(-15 + turn, 71), (turn, 77), (15 + turn, 71)], closed=False), INK, 4)

    fringe = [(-86, 48), (-99, -10), (-98, -70), (-72, -122), (-20, -146), (30, -145), (76, -120), (99, -68),
              (99, -10),
              (86, 48), (78, 0), (72, -44), (60, -42), (50, -72), (28, -44), (16, -76), (-4, -40), (-18, -76),
              (-42, -44), (-52, -72), (-64, -42), (-74, -44), (-78, 0)]
    brush.fill(curve(fringe, steps=6), HAIR, INK, LINE)
    for side in (-1, 1):               # brows show through the fringe, as the style wants it
        brush.line(curve([(side * 20 + turn, -44), (side * 38 + turn, -50), (side * 57 + turn, -41)],
                         closed=False),
                   HAIR_DARK, 5)
    shine = curve([(-78, -92), (-40, -112), (0, -117), (42, -112), (78, -92), (44, -98), (24, -92), (2, -104),
                   (-22, -92), (-44, -100)])
    brush.fill(shine, HAIR_LIGHT)
    brush.line(curve([(-4, -146), (10, -172), (34, -176)], closed=False), HAIR, 8)
