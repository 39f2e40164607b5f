# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One slot per camera: the newest frame wins, and no camera starves another."""

import collections
from typing import Dict, Optional, Tuple

from face_perception.core.frame import Frame


class LatestFrames:
    """Frames that wait for the worker. A robot wants the newest frame, so there is no queue.

    Not safe for several threads by itself: its owner holds a lock.
    """

    def __init__(self) -> None:
        # Camera -> (frame, when it was offered). A camera that was served goes to the end of the order.
        self._waiting: collections.OrderedDict[str, Tuple[Frame, float]] = collections.OrderedDict()
        self._replaced: Dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, frame: Frame, now: float) -> Optional[Frame]:
        """Keep the newest frame of its camera; return the older one that it replaces, if any.

        Args:
            frame: to keep; it takes the place of the older one in the order.
            now: seconds of a monotonic clock.
        """
        older = self._waiting.get(frame.camera)
        self._waiting[frame.camera] = (frame, now)
        if older is None:
            return None
        self._replaced[frame.camera] = self._replaced.get(frame.camera, 0) + 1
        return older[0]

    def take(self) -> Tuple[Frame, float]:
        """Remove and return (frame, when it was offered) of the camera that waits longest for its turn.

        Raises:
            KeyError: nothing waits.
        """
        return self._waiting.popitem(last=False)[1]

    def clear(self, camera: Optional[str] = None) -> None:
        """Forget what waits, of one camera or of all."""
        if camera is None:
            self._waiting.clear()
        else:
            self._waiting.pop(camera, None)

    def replaced(self, camera: Optional[str] = None) -> int:
        """Return how many frames were replaced before they were processed, of one camera or of all."""
        return sum(self._replaced.values()) if camera is None else self._replaced.get(camera, 0)
