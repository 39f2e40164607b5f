# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that are nearly the same: a face that is learnt must not be one that is judged."""
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import imagehash
import numpy as np
import PIL.Image

from face_perception.media.images import read_image

from .structure import load_json

ROWS_AT_ONCE = 512


class Pair(NamedTuple):
    """Two pictures that are nearly the same."""

    one: str                     # file of the list and file name
    other: str
    bits: int                    # in which their hashes differ
    across: bool                 # they belong to different lists

    def __str__(self) -> str:
        return f'{self.one} and {self.other} are nearly the same ({self.bits} of 64 bits differ)'


def perceptual_hash(path: pathlib.Path) -> np.ndarray:
    """Return the 64 bits of pHash (Zauner 2010, section 3.2.1) of a picture: (8,) uint8."""
    picture = PIL.Image.fromarray(read_image(str(path))[:, :, ::-1])
    return np.packbits(imagehash.phash(picture).hash)


def near_duplicates(paths: Sequence[str | pathlib.Path], most_bits: int) -> list[Pair]:
    """Return the pairs of pictures of COCO files whose hashes differ in at most `most_bits`, the most alike first.

    Raises:
        DataError, MediaError: `check` says what is wrong with a file or a picture.
    """
    names, lists, hashes = [], [], []
    for number, path in enumerate(paths):
        folder = pathlib.Path(path).parent
        for entry in load_json(path)['images']:
            names.append(f'{pathlib.Path(path).name}: {entry["file_name"]}')
            lists.append(number)
            hashes.append(perceptual_hash(folder / entry['file_name']))
    table = np.array(hashes, np.uint8)
    pairs = []
    for first in range(0, len(table), ROWS_AT_ONCE):
        part = table[first:first + ROWS_AT_ONCE]
        differing = np.unpackbits(part[:, None] ^ table[None, :], axis=2).sum(axis=2, dtype=np.uint16)
        for row, column in np.argwhere(differing <= most_bits):
            if first + row < column:
                one, other = int(first + row), int(column)
                pairs.append(Pair(names[one], names[other], int(differing[row, column]), lists[one] != lists[other]))
    return sorted(pairs, key=lambda pair: pair.bits)
