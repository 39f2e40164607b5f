# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table that grows while the demo runs: a line whenever something changes, readable in a log too."""
import collections
import shutil
import time

ROW_EVERY_S = 1.0
HEADING = f'{"stamp":>14}  {"fps":>5}  {"latency":>9}  faces: label and score'


def describe(detections):
    """Return ``human 0.98, cartoon 0.91``, best first, or ``-``."""
    pairs = zip(detections.labels, detections.scores)
    return ', '.join(f'{label} {score:.2f}' for label, score in pairs) or '-'


class LiveTable:
    """Prints answers: in place on a terminal; lines stay when the labels change or a second went by."""

    def __init__(self, out):
        """out: a text stream; a terminal is recognised as such."""
        self._out = out
        self._terminal = out.isatty()
        self._times = collections.deque()
        self._labels = None
        self._printed = float('-inf')
        self._begun = False

    def fps(self, now):
        """Return answers a second over the last two seconds."""
        while self._times and now - self._times[0] > 2.0:
            self._times.popleft()
        span = now - self._times[0] if self._times else 0.0
        return (len(self._times) - 1) / span if span > 0 else 0.0

    def add(self, stamp_ns, detections, latency_s, now=None):
        """Take one answer. latency_s: seconds from publishing the image to the arrival of its faces."""
        now = time.monotonic() if now is None else now
        self._times.append(now)
        if not self._begun:
            self._begun = True
            self._out.write(HEADING + '\n')
        latency = '        -' if latency_s is None else f'{1e3 * latency_s:6.1f} ms'
        row = f'{stamp_ns / 1e9:14.3f}  {self.fps(now):5.1f}  {latency}  {describe(detections)}'
        labels = sorted(detections.labels.tolist())
        stays = labels != self._labels or now - self._printed >= ROW_EVERY_S
        if self._terminal:
            width = shutil.get_terminal_size().columns
            self._out.write('\r' + row[:width - 1].ljust(width - 1) + ('\n' if stays else ''))
        elif stays:
            self._out.write(row + '\n')
        if stays:
            self._labels, self._printed = labels, now
        self._out.flush()

    def close(self):
        """Leave the line that was last written in place."""
        if self._terminal and self._begun:
            self._out.write('\r' + ' ' * (shutil.get_terminal_size().columns - 1) + '\r')
            self._out.flush()
