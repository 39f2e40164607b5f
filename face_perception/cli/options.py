# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share, and the checks of single values."""

import argparse
import sys
from typing import Any, Callable, Union

from face_perception.backends import BackendOptions, backend_names
from face_perception.backends.choice import ORDER
from face_perception.core import defaults
from face_perception.core.decoding import MAX_MEGAPIXELS
from face_perception.core.preprocess import RESIZES
from face_perception.core.tiles import MAX_TILES
from face_perception.parameter_tables import EVERY_LABEL


def add_backend(parser: argparse.ArgumentParser) -> None:
    """Add --backend, --precision and --threads."""
    parser.add_argument('--backend', choices=backend_names(), default=defaults.BACKEND,
                        help='what runs the network; auto: the first of {} that works here (default: '
                             '%(default)s)'.format(', '.join(ORDER)))
    parser.add_argument('--precision', choices=defaults.PRECISIONS, default=defaults.PRECISIONS[0],
                        help='of the network; less than fp32 needs a GPU (default: %(default)s)')
    parser.add_argument('--threads', type=count, default=defaults.THREADS, metavar='N',
                        help='CPU threads of the backend (default: %(default)s)')


def add_view(parser: argparse.ArgumentParser) -> None:
    """Add --resize, --tiles and --max-megapixels: how pictures are looked at."""
    parser.add_argument('--resize', choices=RESIZES, default='',
                        help="how a picture is fitted to the model's input (default: the model's own)")
    parser.add_argument('--tiles', type=tiles, default=1, metavar='N',
                        help='cut wide or large pictures into N overlapping parts, 1 to {}, for small faces '
                             '(default: %(default)s)'.format(MAX_TILES))
    parser.add_argument('--max-megapixels', type=positive, default=MAX_MEGAPIXELS, metavar='MP',
                        help='refuse larger pictures (default: %(default)g)')


def add_landmarks(parser: argparse.ArgumentParser) -> None:
    """Add --landmarks, --landmark-model and --landmark-labels: the points of faces."""
    parser.add_argument('--landmarks', action='store_true',
                        help='also find eyes, nose and mouth: "landmarks" in the JSON, dots in the saved copies')
    parser.add_argument('--landmark-model', default=defaults.LANDMARK_MODEL, metavar='NAME',
                        help='name of a landmark model, or its folder (default: %(default)s)')
    parser.add_argument('--landmark-labels', type=lambda text: text.split(','), default=list(defaults.LANDMARK_LABELS),
                        metavar='A,B', help="labels of the faces that get points, '{}' for all (default: {})".format(
                            EVERY_LABEL, ','.join(defaults.LANDMARK_LABELS)))


def backend_options(arguments: argparse.Namespace) -> BackendOptions:
    """Return the options of the backend from what `add_backend` added."""
    return BackendOptions(precision=arguments.precision, threads=arguments.threads, report=say)


def say(line: str) -> None:
    """Print a line for the user, away from the results."""
    print('face-perception: {}'.format(line), file=sys.stderr)


def fraction(text: str) -> float:
    """Parse a number from 0 to 1."""
    return _checked(text, float, lambda value: 0 <= value <= 1, 'a number from 0 to 1')


def count(text: str) -> int:
    """Parse a whole number of 1 or more."""
    return int(_checked(text, int, lambda value: value >= 1, 'a whole number of 1 or more'))


def tiles(text: str) -> int:
    """Parse a number of tiles."""
    return int(_checked(text, int, lambda value: 1 <= value <= MAX_TILES,
                        'a whole number from 1 to {}'.format(MAX_TILES)))


def positive(text: str) -> float:
    """Parse a number above 0."""
    return _checked(text, float, lambda value: 0 < value < float('inf'), 'a number above 0')


def _checked(text: str, kind: Callable[[str], Any], holds: Callable[[Any], bool],
             words: str) -> Union[int, float]:
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not holds(value):
        raise argparse.ArgumentTypeError('expected {}, got {!r}'.format(words, text))
    number: Union[int, float] = value
    return number
