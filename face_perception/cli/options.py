# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Options that several commands share, and the checks of single values."""

import argparse

from face_perception.backends import BACKENDS
from face_perception.core import defaults


def add_engine(parser):
    """Add --backend and --threads."""
    parser.add_argument('--backend', choices=sorted(BACKENDS), default=defaults.BACKEND,
                        help='engine that runs the network (default: %(default)s)')
    parser.add_argument('--threads', type=count, default=defaults.THREADS, metavar='N',
                        help='threads of the engine (default: %(default)s)')


def fraction(text):
    """Parse a number from 0 to 1."""
    return _checked(text, float, lambda value: 0 <= value <= 1, 'a number from 0 to 1')


def count(text):
    """Parse a whole number of 1 or more."""
    return _checked(text, int, lambda value: value >= 1, 'a whole number of 1 or more')


def _checked(text, kind, holds, words):
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not holds(value):
        raise argparse.ArgumentTypeError('expected {}, got {!r}'.format(words, text))
    return value
