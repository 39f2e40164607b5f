# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table that grows while the demo runs: a line whenever the labels change, and at least one a second."""
import collections

from face_perception.core.detections import Detections

HEADING = f'{"stamp":>14}  {"fps":>5}  {"latency":>9}  faces: label and score'
LINE_EVERY_S = 1.0
FPS_OVER = 30           # answers


def describe(detections: Detections) -> str:
    """Return ``human 0.98, cartoon 0.91``, best first, or ``-``."""
    return ', '.join(f'{label} {score:.2f}' for label, score in zip(detections.labels, detections.scores)) or '-'


class Table:
    """Makes the lines of the table from answers as they come."""

    def __init__(self) -> None:
        self._times: collections.deque[float] = collections.deque(maxlen=FPS_OVER + 1)
        self._last: tuple[list[str], float] | None = None      # labels and time of the last line

    def line(self, stamp_ns: int, detections: Detections, latency_s: float, now: float) -> str | None:
        """Return the line of an answer that came at `now`, monotonic seconds; None where it says nothing new."""
        self._times.append(now)
        labels = sorted(detections.labels.tolist())
        if self._last and self._last[0] == labels and now - self._last[1] < LINE_EVERY_S:
            return None
        self._last = labels, now
        fps = (len(self._times) - 1) / max(now - self._times[0], 1e-9)
        return f'{stamp_ns / 1e9:14.3f}  {fps:5.1f}  {1e3 * latency_s:6.1f} ms  {describe(detections)}'
