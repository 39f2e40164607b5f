# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a person made of the first annotation: which faces were kept, moved, renamed, removed and added."""
import dataclasses
from collections.abc import Sequence

import numpy as np

from face_perception.core.boxes import iou
from face_perception.core.matching import UNMATCHED, match_boxes

from ..compare.tables import Table
from ..data.check import check_box
from ..data.listing import Listing, Picture
from ..data.structure import DataError
from .doubt import SAME_FACE, Guess
from .draft import Draft
from .formats.names import stem_of

UNMOVED = 0.95               # IoU from which a box is where it was; CVAT writes two decimals
KEPT, MOVED, RENAMED, IGNORED, REMOVED, ADDED = 'kept', 'moved', 'other label', 'to ignore', 'removed', 'added'
FATES = (KEPT, MOVED, RENAMED, IGNORED, REMOVED, ADDED)
WRONG = (RENAMED, REMOVED, ADDED)        # what a doubt is about; where exactly a box lies is a matter of taste


@dataclasses.dataclass(frozen=True)
class Corrected:
    """One picture before and after."""

    fates: list[tuple[str, str]]     # (label before, or of an added face after; one of FATES) of each face
    after: list[Guess]               # faces after, score 1

    def count(self, *fates: str) -> int:
        """Return how many faces had one of these fates."""
        return sum(fate in fates for _, fate in self.fates)


def compare_picture(draft: Draft, after: Picture) -> Corrected:
    """Return what became of the faces of a picture.

    Raises:
        DataError: a box after is none.
    """
    faces = []
    for face in after.faces:
        for severity, what in check_box(face.box, (draft.width, draft.height)):
            if severity == 'fault':
                raise DataError(f'{face.place}: {what}')
        left, top, width, height = face.box
        faces.append(Guess(face.label or '', 1.0, (left, top, left + width, top + height)))
    before = draft.judged.faces
    one, other = (np.array([each.box for each in part], np.float32).reshape(-1, 4) for part in (faces, before))
    matches, overlaps = match_boxes(one, other, SAME_FACE), iou(one, other)
    fates = []
    for row, (guess, match) in enumerate(zip(before, matches)):
        if match == UNMATCHED:
            fate = REMOVED
        elif after.faces[match].ignore:
            fate = IGNORED
        elif faces[match].label != guess.label:
            fate = RENAMED
        else:
            fate = KEPT if overlaps[match, row] >= UNMOVED else MOVED
        fates.append((guess.label, fate))
    taken = set(matches.tolist())
    fates += [(faces[row].label, ADDED) for row, face in enumerate(after.faces) if row not in taken and not face.ignore]
    return Corrected(fates, [guess for guess, face in zip(faces, after.faces) if not face.ignore])


def compare_all(drafts: Sequence[Draft], after: Listing) -> dict[str, Corrected]:
    """Return {name: what became of it} of the pictures that are still there.

    Pictures are the same where the path without suffix of one ends with that of the other.

    Raises:
        ValueError: no picture is in both.
    """
    by_last: dict[str, list[tuple[str, Picture]]] = {}
    for picture in after.pictures:
        stem = stem_of(picture.path.as_posix())
        by_last.setdefault(stem.rpartition('/')[2], []).append((f'/{stem}', picture))
    found = {}
    for draft in drafts:
        stem = stem_of(draft.name)
        fitting = [picture for path, picture in by_last.get(stem.rpartition('/')[2], []) if path.endswith(f'/{stem}')]
        if fitting:
            found[draft.name] = compare_picture(draft, min(fitting, key=lambda each: len(each.path.parts)))
    if not found:
        raise ValueError(f'{after.path}: has none of the annotated pictures, such as {drafts[0].name if drafts else "-"}')
    return found


def label_table(drafts: Sequence[Draft], corrected: dict[str, Corrected]) -> Table:
    """Return the counts before and after and what happened, for each label."""
    fates = [pair for one in corrected.values() for pair in one.fates]
    after = [face.label for one in corrected.values() for face in one.after]
    rows = []
    for label in sorted({label for label, _ in fates} | set(after)):
        counts = [sum(pair == (label, fate) for pair in fates) for fate in FATES]
        rows.append([label, *map(str, [sum(counts[:-1]), *counts, after.count(label)])])
    missing = len(drafts) - len(corrected)
    words = f'; {missing} pictures are not there any more and do not count' if missing else ''
    return Table(f'Faces before and after, in {len(corrected)} pictures{words}', ['label', 'before', *FATES, 'after'], rows)


def doubt_table(drafts: Sequence[Draft], corrected: dict[str, Corrected]) -> Table:
    """Return whether the marked pictures are those in which something was wrong."""
    rows = []
    for name, marked in (('marked for review', True), ('not marked', False)):
        part = [corrected[draft.name] for draft in drafts if draft.name in corrected and bool(draft.judged.why) == marked]
        wrong = sum(one.count(*WRONG) > 0 for one in part)
        percent = f'{wrong / len(part):.0%}' if part else '-'
        rows.append([name, str(len(part)), str(wrong), percent, str(sum(one.count(*WRONG) for one in part)),
                     str(sum(one.count(MOVED) for one in part))])
    return Table('Was something wrong where the models were in doubt', ['pictures', 'number', 'with wrong faces', 'share',
                                                                        'wrong, missed or false faces', 'moved'], rows)
