# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compare what the detector said with what the film really showed."""
import dataclasses
from collections import Counter
from collections.abc import Sequence

import numpy as np

from examples.film import Truth
from face_perception.core.detections import Detections
from face_perception.core.matching import UNMATCHED, match_boxes

SAME_FACE_IOU = 0.5
MIN_FOUND = {'human': 0.9, 'cartoon': 0.9}      # share of the faces shown, label and place right, for a success
MIN_FOUND_IN_PART = 0.5                         # the same in each part, so that no style is missed behind the others
MIN_ANSWERED = 0.5                              # share of the frames: a busy machine may leave some behind


@dataclasses.dataclass
class PartResult:
    """Counts of one part of the film, over its answered frames."""

    name: str
    face_free: bool
    frames: int = 0
    answered: int = 0
    shown: Counter[str] = dataclasses.field(default_factory=Counter)     # faces by label
    found: Counter[str] = dataclasses.field(default_factory=Counter)
    mistaken: int = 0               # found in place, but with the other label
    false_positives: int = 0        # detections where nothing was, over frames whose truth is known
    bonus: int = 0                  # detections in frames whose truth nobody knows


def judge_frame(faces: Sequence[Truth], detections: Detections) -> tuple[Counter[str], int, int]:
    """Return (found by label, mistaken, false positives) of one frame; a second box is a false positive too."""
    truth = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    matches = match_boxes(truth, detections.boxes, SAME_FACE_IOU)
    matched = [(faces[row].label, str(label)) for row, label in zip(matches, detections.labels) if row != UNMATCHED]
    found = Counter(label for label, seen in matched if label == seen)
    return found, len(matched) - found.total(), len(matches) - len(matched)


def judge(shots: Sequence[tuple[str, list[Truth] | None]], answers: dict[int, Detections]) -> list[PartResult]:
    """Return the results of a film: shots are (part name, faces or None) by frame, answers by frame number."""
    results: dict[str, PartResult] = {}
    for number, (name, faces) in enumerate(shots):
        result = results.setdefault(name, PartResult(name, face_free=faces == []))
        result.frames += 1
        if number not in answers:
            continue
        result.answered += 1
        if faces is None:
            result.bonus += len(answers[number])
            continue
        found, mistaken, false_positives = judge_frame(faces, answers[number])
        result.shown.update(face.label for face in faces)
        result.found.update(found)
        result.mistaken += mistaken
        result.false_positives += false_positives
    return list(results.values())


def share_found(results: Sequence[PartResult], label: str) -> float | None:
    """Return the share of faces with a label that were found, 0 to 1; None if none was shown."""
    shown = sum(result.shown[label] for result in results)
    return sum(result.found[label] for result in results) / shown if shown else None


def shortcomings(results: Sequence[PartResult]) -> list[str]:
    """Return what keeps the demo from being a success, as sentences; an empty list is a success."""
    frames, answered = sum(r.frames for r in results), sum(r.answered for r in results)
    if answered < MIN_ANSWERED * frames:
        return [f'Only {answered} of {frames} frames were answered; expected {MIN_ANSWERED:.0%}. '
                'Is the machine very busy?']
    said = []
    for label, minimum in MIN_FOUND.items():
        share = share_found(results, label)
        if share is None or share < minimum:
            words = 'none was shown' if share is None else f'{share:.0%}'
            said.append(f'{label} faces found where they are: {words}; expected at least {minimum:.0%}.')
    for result in results:
        for label, shown in result.shown.items():
            if result.found[label] < MIN_FOUND_IN_PART * shown:
                said.append(f'In the part "{result.name}" {result.found[label]} of {shown} {label} faces were '
                            f'found; expected at least {MIN_FOUND_IN_PART:.0%}.')
    return said
