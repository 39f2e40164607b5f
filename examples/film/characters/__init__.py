# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The drawn characters of the demo, one style a file, all our own."""
from typing import Callable, NamedTuple, Tuple

from . import adventure, anime, comic, preschool, sitcom, toon
from .pose import Pose


class Character(NamedTuple):
    """A style: its name, how it is drawn, and where its face lies.

    draw: called with (Brush, Pose).
    face: x1, y1, x2, y2 in the character's units, hairline to chin and cheek to cheek.
    """

    name: str
    draw: Callable
    face: Tuple[float, float, float, float]


CHARACTERS = {
    module.__name__.rsplit('.', 1)[-1]: Character(module.__name__.rsplit('.', 1)[-1], module.draw,
                                                  module.FACE)
    for module in (sitcom, comic, anime, toon, preschool, adventure)}

__all__ = ['CHARACTERS', 'Character', 'Pose']
