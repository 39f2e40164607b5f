# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a drawn character does at one moment."""
from typing import NamedTuple


class Pose(NamedTuple):
    """One moment of a face; all characters understand the same words.

    turn: the head to the left (-1) or to the right (1) of the picture.
    gaze: the pupils, -1 to 1 likewise.
    blink: 0 eyes open, 1 shut.
    mouth: 0 closed, 1 wide open.
    """

    turn: float = 0.0
    gaze: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0
