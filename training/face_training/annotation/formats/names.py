# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Names of pictures and labels that CVAT takes back.

CVAT knows a picture by its path without suffix, and strips the lines of its lists; a # begins a comment there, and a colon
ends a label in labelmap.txt.
"""
from collections.abc import Sequence


def check_names(names: Sequence[str]) -> None:
    """Raise ValueError for pictures that could not be told apart or named in CVAT's files."""
    stems: dict[str, str] = {}
    for name in names:
        fault = ''
        if not name.isprintable():
            fault = 'has letters that cannot be printed'
        elif name.startswith('#') or name != name.strip() or stem_of(name) != stem_of(name).strip():
            fault = 'begins with # or a space, or ends with one'
        elif stem_of(name) in stems:
            fault = f'has the same name as {stems[stem_of(name)]} but for its suffix, which CVAT does not look at'
        if fault:
            raise ValueError(f'{ascii(name) if not name.isprintable() else name}: {fault}; rename it')
        stems[stem_of(name)] = name


def check_labels(labels: Sequence[str]) -> None:
    """Raise ValueError for labels that labelmap.txt cannot hold."""
    for label in labels:
        if not label.isprintable() or label != label.strip() or ':' in label or label.startswith('#') or not label:
            raise ValueError(f'the label {label!r} cannot stand in the labelmap.txt of CVAT: it must have no colon, begin '
                             'with no # and have no space around it')


def stem_of(name: str) -> str:
    """Return the path of a picture without its suffix."""
    folder, slash, last = name.rpartition('/')
    stem, dot, _ = last.rpartition('.')
    return folder + slash + (stem if dot and stem else last)
