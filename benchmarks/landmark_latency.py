# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How long the points of some faces take, and what of it goes where.

    python -m benchmarks.landmark_latency [MODEL] [--faces 1 2 6 8 20] [--rounds 50]

The picture is noise of 640x480 with boxes of 110x140 pixels side by side; the time is that of `LandmarkFinder.find`:
cutting out, resizing and normalising (preprocess), the network (inference), and the way back. Medians; run it on a machine
that does nothing else.
"""
import argparse
import statistics
import sys
import time
from collections.abc import Sequence

import numpy as np

from face_perception.api import open_landmarks
from face_perception.core import defaults
from face_perception.core.detections import Detections
from face_perception.core.landmarks import LandmarkFinder

WIDTH, HEIGHT = 640, 480
BOX = 110, 140


def side_by_side(count: int) -> Detections:
    """Return boxes that lie within the picture, in a row and then over each other."""
    corners = [(30 + 130 * (row % 4) + row, 40 + 160 * (row // 4 % 2) + row) for row in range(count)]
    return Detections([[left, top, left + BOX[0], top + BOX[1]] for left, top in corners], np.ones(count), [''] * count)


def measure(finder: LandmarkFinder, faces: int, rounds: int) -> tuple[float, float, float]:
    """Return the median milliseconds of (all, preprocess, inference) for so many faces."""
    image = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    boxes, seconds = side_by_side(faces), []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        finder.find(image, boxes)
        seconds.append((time.perf_counter() - start, finder.seconds['preprocess'], finder.seconds['inference']))
    total, preprocess, inference = (1e3 * statistics.median(column) for column in zip(*seconds[2:]))
    return total, preprocess, inference


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', nargs='?', default=defaults.LANDMARK_MODEL, help='name or folder (default: %(default)s)')
    parser.add_argument('--faces', type=int, nargs='+', default=[1, 2, 6, 8, 20])
    parser.add_argument('--rounds', type=int, default=50, help='(default: %(default)s)')
    args = parser.parse_args(arguments)
    if min([args.rounds, *args.faces]) < 1:
        parser.error('--faces and --rounds must be at least 1')
    with open_landmarks(args.model) as finder:
        finder.warm_up()
        found = {faces: measure(finder, faces, args.rounds) for faces in args.faces}
    print('| Faces | ms | preprocess | inference | against the first row |\n| --- | --- | --- | --- | --- |')
    first = found[args.faces[0]][0]
    for faces, (total, preprocess, inference) in found.items():
        print(f'| {faces} | {total:.2f} | {preprocess:.2f} | {inference:.2f} | {total / first:.1f} |')
    return 0


if __name__ == '__main__':
    sys.exit(main())
