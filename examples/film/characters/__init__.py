# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The drawn characters of the film, one style a file, all our own."""
from collections.abc import Callable
from typing import NamedTuple

from examples.film.brush import Brush

from . import adventure, anime, comic, preschool, sitcom, toon
from .pose import Pose


class Character(NamedTuple):
    """A style of drawing."""

    name: str
    draw: Callable[[Brush, Pose], None]
    face: tuple[float, float, float, float]     # x1, y1, x2, y2 in its units, hairline to chin and cheek to cheek


CHARACTERS = {
    name: Character(name, module.draw, module.FACE)
    for name, module in (('sitcom', sitcom), ('comic', comic), ('anime', anime), ('toon', toon),
                         ('preschool', preschool), ('adventure', adventure))}

__all__ = ['CHARACTERS', 'Character', 'Pose']
