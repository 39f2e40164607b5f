# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Which pictures are learnt and which are judged: by a seed, and never a scene on both sides."""
import re
from collections.abc import Sequence

import numpy as np

from .duplicates import alike, perceptual_hash
from .listing import Picture, occurring
from .structure import DataError

ALIKE_BITS = 6               # of 64; pictures that differ in no more are one scene
GROUP = r'^(.*)(?:/|__)[^/]*$'           # clip_3/0001.jpg and clip_3__0001.jpg are of the group clip_3


def split(pictures: Sequence[Picture], share: float, seed: int, group: str = GROUP) -> tuple[list[Picture], list[Picture]]:
    """Return (to learn, to judge), each in the order given.

    Pictures of one group, and those that are nearly the same, lie on one side.

    Args:
        pictures: that can be opened.
        share: of the pictures to judge, 0..1; the number is rounded.
        seed: decides which.
        group: regular expression whose first group, searched in the name below the common folder, names the group; where it
            does not match, a picture is a group of its own.  '' for no groups.

    Raises:
        DataError: there are too few pictures or groups, or a label has no picture to learn it from.
    """
    wanted = round(len(pictures) * share)
    groups = grouped(pictures, group)
    if not 0 < wanted < len(pictures) or len(groups) < 2:
        raise DataError(f'{len(pictures)} pictures in {len(groups)} groups cannot be split into a part to learn and one to '
                        f'judge of {share:.0%}: expected more pictures, or another --group')
    order = np.random.default_rng(seed).permutation(len(groups))
    judged: set[int] = set()
    for number in order:
        if len(judged) + len(groups[number]) <= wanted:
            judged |= set(groups[number])
    if not judged:
        raise DataError(f'the smallest of {len(groups)} groups has more than the {wanted} pictures that are to be judged: '
                        "raise --val, or say --group '' to split single pictures")
    learnt = [picture for number, picture in enumerate(pictures) if number not in judged]
    missing = set(occurring(list(pictures))) - set(occurring(learnt))
    if missing:
        raise DataError(f'the label {min(missing)} is only on pictures to judge: take more pictures of it, another --seed, '
                        "or --group '' where the groups are no scenes")
    return learnt, [picture for number, picture in enumerate(pictures) if number in judged]


def grouped(pictures: Sequence[Picture], group: str) -> list[list[int]]:
    """Return the numbers of the pictures that lie on one side together, in the order of the first of each."""
    parent = list(range(len(pictures)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    first: dict[str, int] = {}
    for number, name in enumerate(names_below(pictures)):
        match = re.search(group, name) if group else None
        named = pictures[number].group or (match[1] if match and match.groups() else '')
        if named:
            parent[root(number)] = root(first.setdefault(named, number))
    for one, other, _ in alike([perceptual_hash(picture.path) for picture in pictures], ALIKE_BITS):
        parent[root(other)] = root(one)
    groups: dict[int, list[int]] = {}
    for number in range(len(pictures)):
        groups.setdefault(root(number), []).append(number)
    return list(groups.values())


def names_below(pictures: Sequence[Picture]) -> list[str]:
    """Return the paths of pictures below the folder that they share."""
    parts = [picture.path.parts for picture in pictures]
    common = 0
    while all(len(each) > common + 1 and each[common] == parts[0][common] for each in parts) and parts:
        common += 1
    return ['/'.join(each[common:]) for each in parts]
