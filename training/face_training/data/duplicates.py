# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that are nearly the same: a face that is learnt must not be one that is judged."""
import pathlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import imagehash
import numpy as np
import PIL.Image

from face_perception.media.images import read_image

from .readers import read_listing

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
    """Return the pairs of pictures of data sets whose hashes differ in at most `most_bits`, the most alike first.

    Raises:
        DataError, MediaError: `check` says what is wrong with a file or a picture.
    """
    names, lists, hashes = [], [], []
    for number, path in enumerate(paths):
        for picture in read_listing(path).pictures:
            names.append(f'{pathlib.Path(path).name}: {picture.name}')
            lists.append(number)
            hashes.append(perceptual_hash(picture.path))
    return sorted((Pair(names[one], names[other], bits, lists[one] != lists[other])
                   for one, other, bits in alike(hashes, most_bits)), key=lambda pair: pair.bits)


def alike(hashes: Sequence[np.ndarray], most_bits: int) -> Iterator[tuple[int, int, int]]:
    """Yield (row, later row, differing bits) of hashes that differ in at most `most_bits`."""
    table = np.array(hashes, np.uint8).reshape(-1, 8)
    for first in range(0, len(table), ROWS_AT_ONCE):
        part = table[first:first + ROWS_AT_ONCE]
        differing = np.unpackbits(part[:, None] ^ table[None, :], axis=2).sum(axis=2, dtype=np.uint16)
        for row, column in np.argwhere(differing <= most_bits):
            if first + row < column:
                yield int(first + row), int(column), int(differing[row, column])
