# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a drawn character does at one moment."""
from typing import NamedTuple


class Pose(NamedTuple):
    """One moment of a face; all characters understand the same words."""

    turn: float = 0.0       # the head to the left (-1) or to the right (1) of the picture
    gaze: float = 0.0       # the pupils, -1 to 1 likewise
    blink: float = 0.0      # 0 eyes open, 1 shut
    mouth: float = 0.0      # 0 closed, 1 wide open
