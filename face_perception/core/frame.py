# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One camera image with the time and place of its capture."""

from typing import NamedTuple

import numpy as np


class Frame(NamedTuple):
    """An image as a camera gave it. Do not write into `image`: others may hold it too."""

    stamp_ns: int       # capture time, nanoseconds since the epoch of the clock in use
    frame_id: str       # name of the camera's coordinate frame
    image: np.ndarray   # (height, width, 3) uint8, BGR
