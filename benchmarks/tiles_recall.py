# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Recall against the size of a face and the shape of the picture, for every way to look at a picture.

    python -m benchmarks.tiles_recall [--model slim_320] [--data FOLDER] [--faces 50] [--shapes 640x480 ...] [--json OUT]

Each picture is a real face-free one, enlarged to the shape, with one real face in it, at a place drawn by lot. All ways
(--tiles 1, 2, 4; --resize stretch, letterbox) look at the same pictures. A face counts as found when a box of either label
overlaps it by half (IoU); every other box is a false positive. FOLDER holds val.json and its pictures, which no
training has seen.
"""
import argparse
import contextlib
import json
import os
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.pasted_faces import SEED, Face, NoData, compose, load
from face_perception.api import open_detector
from face_perception.core.defaults import MODEL
from face_perception.core.detector import Detector
from face_perception.core.matching import UNMATCHED, match_boxes
from face_perception.core.tiles import tiles_of

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHAPES = ((640, 480), (1600, 400), (1080, 1920), (1920, 1080), (3840, 2160))
SIZES = (24, 48, 107, 130, 200)         # sqrt(width * height) of the face, pixels of the picture
WAYS = tuple((tiles, resize) for resize in ('stretch', 'letterbox') for tiles in (1, 2, 4))
MIN_IOU = 0.5


class Row(NamedTuple):
    """One row of the table."""

    shape: tuple[int, int]
    tiles: int
    resize: str
    runs: int                           # of the network for one picture
    recall: dict[int, float]            # size -> 0..1
    false_positives: float              # per picture


def pictures(faces: Sequence[Face], empty: Sequence[np.ndarray], shape: tuple[int, int],
             size: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (picture, true corners) of every face in that shape and size."""
    lot = np.random.RandomState(SEED)
    for number, face in enumerate(faces):
        yield compose(face, empty[number % len(empty)], shape, size, tuple(lot.uniform(size=2)))


def measure(detectors: Sequence[Detector], faces: Sequence[Face], empty: Sequence[np.ndarray],
            shapes: Sequence[tuple[int, int]] = SHAPES, sizes: Sequence[int] = SIZES) -> list[Row]:
    """Return the rows of the table; the detectors are those of WAYS."""
    rows = []
    for shape in shapes:
        found = np.zeros((len(detectors), len(sizes)))
        wrong = np.zeros(len(detectors))
        for column, size in enumerate(sizes):
            for picture, truth in pictures(faces, empty, shape, size):
                for line, detector in enumerate(detectors):
                    matches = match_boxes(truth, detector.detect(picture).boxes, MIN_IOU)
                    found[line, column] += np.count_nonzero(matches != UNMATCHED)
                    wrong[line] += np.count_nonzero(matches == UNMATCHED)
        for line, (tiles, resize) in enumerate(WAYS):
            spec = detectors[line].input_spec
            rows.append(Row(shape, tiles, resize, len(tiles_of(*shape, tiles, spec.width / spec.height)),
                            dict(zip(sizes, found[line] / len(faces))), wrong[line] / len(faces) / len(sizes)))
    return rows


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown."""
    sizes = list(rows[0].recall)
    lines = ['| Picture | `--resize` | `--tiles` | Runs | ' + ' | '.join(f'{size} px' for size in sizes)
             + ' | False positives |', '| --- ' * (5 + len(sizes)) + '|']
    lines += [f'| {row.shape[0]}x{row.shape[1]} | {row.resize} | {row.tiles} | {row.runs} | '
              + ' | '.join(f'{row.recall[size]:.2f}' for size in sizes) + f' | {row.false_positives:.2f} |' for row in rows]
    return '\n'.join(lines)


def parse_shape(text: str) -> tuple[int, int]:
    """Return (width, height) of WIDTHxHEIGHT."""
    width, height = (int(side) for side in text.split('x'))
    if min(width, height) < 240:
        raise ValueError
    return width, height


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table and write JSON if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', default=MODEL)
    shared = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED') or ROOT.parent / 'shared')
    parser.add_argument('--data', type=pathlib.Path, default=shared / 'data' / 'faces', metavar='FOLDER',
                        help='with val.json (default: %(default)s)')
    parser.add_argument('--faces', type=int, default=50, metavar='N', help='of each label (default: %(default)s)')
    parser.add_argument('--shapes', type=parse_shape, nargs='+', default=SHAPES, metavar='WIDTHxHEIGHT',
                        help='of pictures, each side at least 240')
    parser.add_argument('--json', metavar='OUT')
    args = parser.parse_args(arguments)
    if args.faces < 1:
        parser.error('--faces must be at least 1')
    try:
        faces, empty = load(args.data, args.faces)
        with contextlib.ExitStack() as stack:
            detectors = [stack.enter_context(open_detector(args.model, tiles=tiles, resize=resize))
                         for tiles, resize in WAYS]
            rows = measure(detectors, faces, empty, args.shapes)
    except (NoData, LookupError, ValueError) as error:
        print(f'tiles_recall: {error}', file=sys.stderr)
        return 1
    print(table(rows))
    print(f'\n{args.model}, {len(faces)} faces of each size, {len(empty)} backgrounds')
    if args.json:
        content = {'model': args.model, 'faces': len(faces), 'rows': [row._asdict() for row in rows]}
        pathlib.Path(args.json).write_text(json.dumps(content, indent=1) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
