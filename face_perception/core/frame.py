# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One camera image with the time and place of its capture."""

from typing import Callable, NamedTuple, Union

import numpy as np


class Frame(NamedTuple):
    """An image as a camera gave it. Do not write into its pixels: others may hold them too.

    The pixels may be a function that makes them, so that a frame which is never looked at costs nothing.
    """

    stamp_ns: int       # capture time, nanoseconds since the epoch of the clock in use
    frame_id: str       # name of the camera's coordinate frame
    pixels: Union[np.ndarray, Callable[[], np.ndarray]]     # (height, width, 3) uint8, BGR
    camera: str = ''    # tells apart the cameras of one pipeline
    jpeg: bytes = b''   # the same picture as the camera coded it, where it did

    @property
    def image(self) -> np.ndarray:
        """The pixels, (height, width, 3) uint8, BGR; made at each call where they are a function."""
        if isinstance(self.pixels, np.ndarray):
            return self.pixels
        return self.pixels()
