# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How doubtful the faces of a picture are: one model that is unsure, or two that disagree.

The doubt of a picture is the number of corrections to be expected in it, scores taken for probabilities: a face with the
score p adds 1 - p, one that is left out for its low score adds p. Two models count as their mean, as in query by committee
(Seung et al. 1992).
"""
import dataclasses

import numpy as np

from face_perception.core.boxes import iou
from face_perception.core.detections import Detections

SAME_FACE = 0.5              # IoU from which two boxes are the same face
SURE = 0.8                   # score from which a face is not marked
FACE = 'face'                # the label of models that do not tell faces apart
NEARLY = 0.5                 # share of the threshold from which a candidate is looked at


@dataclasses.dataclass(frozen=True)
class Guess:
    """One face as a model sees it."""

    label: str
    score: float                 # 0..1
    box: tuple[float, ...]       # corners x1 y1 x2 y2, pixels of the upright picture


@dataclasses.dataclass(frozen=True)
class Judged:
    """What is known of a picture before anybody has looked at it."""

    faces: list[Guess]           # annotated, best first
    candidates: list[Guess]      # not annotated: below the threshold, or seen by the second model alone
    doubt: float                 # corrections to be expected
    why: list[str]               # it is marked for review; empty: it is not


@dataclasses.dataclass(frozen=True)
class Look:
    """What one model sees in a picture, down to NEARLY of its threshold."""

    name: str                    # of the model
    threshold: float
    guesses: list[Guess]         # each face once, under its best label, best first
    rivals: dict[int, Guess]     # row of the face: the next best label for the same place


def look(name: str, threshold: float, found: Detections) -> Look:
    """Return what a model sees, each face once: a detector has a box for each label that a face may have."""
    guesses: list[Guess] = []
    rivals: dict[int, Guess] = {}
    for box, score, label in zip(found.boxes, found.scores, found.labels):
        guess = Guess(str(label), float(score), tuple(float(side) for side in box))
        row = same_face(guess, guesses)
        if row is None:
            guesses.append(guess)
        elif guesses[row].label != guess.label:
            rivals.setdefault(row, guess)
    return Look(name, threshold, guesses, rivals)


def same_face(guess: Guess, others: list[Guess]) -> int | None:
    """Return the row of the face that a guess overlaps most, from SAME_FACE on."""
    if not others:
        return None
    overlaps = iou(np.array([guess.box], np.float32), np.array([other.box for other in others], np.float32))[0]
    best = int(overlaps.argmax())
    return best if overlaps[best] >= SAME_FACE else None


def judge(first: Look, second: Look | None = None, sure: float = SURE) -> Judged:
    """Return the faces of a picture and how doubtful they are; the first model gives the boxes.

    Labels are compared where both models have them, so that a second one with the one label 'face' says where faces are.
    """
    faces, candidates, why, doubt = [], [], [], 0.0
    seen: set[int] = set()       # rows of the second model that are faces of the first one
    for row, guess in enumerate(first.guesses):
        other = None if second is None else same_face(guess, second.guesses)
        if second is not None and other is not None:
            seen.add(other)
        chance = guess.score
        if second is not None:
            chance = (guess.score + agreement(guess, second, other)) / 2
        if guess.score >= first.threshold:
            faces.append(guess)
            doubt += 1 - chance
            why += reasons(guess, first.rivals.get(row), second, other, sure)
        else:
            candidates.append(guess)
            doubt += chance
            if second is not None and other is not None and second.guesses[other].score >= second.threshold:
                why.append(f'{words(second.guesses[other])} to {second.name}, only {guess.score:.2f} to {first.name}')
            else:
                why.append(f'perhaps {words(guess)}')
    for row, guess in enumerate(() if second is None else second.guesses):
        if second is not None and row not in seen and guess.score >= second.threshold:
            candidates.append(guess)
            doubt += guess.score / 2
            why.append(f'{words(guess)} is seen by {second.name} alone')
    return Judged(faces, candidates, doubt, why)


def agreement(guess: Guess, second: Look, row: int | None) -> float:
    """Return the score that a second model has for the same face with the same label."""
    if row is None:
        return 0.0
    other = second.guesses[row]
    if differs(guess, other):
        rival = second.rivals.get(row)
        return rival.score if rival is not None and rival.label == guess.label else 0.0
    return other.score


def differs(guess: Guess, other: Guess) -> bool:
    """Tell whether two models that know who is who name a face differently."""
    return other.label != guess.label and FACE not in (other.label, guess.label)


def reasons(guess: Guess, rival: Guess | None, second: Look | None, row: int | None, sure: float) -> list[str]:
    """Return why an annotated face is to be looked at."""
    why = []
    if guess.score < sure:
        why.append(f'{words(guess)} is below {sure:g}')
    if rival is not None:
        why.append(f'{words(guess)} may be {words(rival)}')
    if second is not None:
        other = None if row is None else second.guesses[row]
        if other is None or other.score < second.threshold:
            why.append(f'{words(guess)} is not seen by {second.name}')
        elif differs(guess, other):
            why.append(f'{words(guess)} is {words(other)} to {second.name}')
    return why


def words(guess: Guess) -> str:
    """Return label and score of a guess."""
    return f'{guess.label} {guess.score:.2f}'
