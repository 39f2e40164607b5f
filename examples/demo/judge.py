# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compare what the detector said with what the film really showed."""
from typing import NamedTuple

import numpy as np

from face_perception.core.boxes import iou

SAME_FACE_IOU = 0.5
# Shares of the faces shown that have to be found, label and place right, for the demo to succeed.
FOUND_AT_LEAST = {'human': 0.9, 'cartoon': 0.9}
# The same in each part, so that no style of drawing is missed behind the others.
FOUND_IN_EACH_PART = 0.5
# Frames that have to be answered at all: a busy machine may leave some behind, that is how the node works.
ANSWERED_AT_LEAST = 0.5


class PartResult(NamedTuple):
    """Counts of one part of the film, over its answered frames.

    shown, found: {label: faces}.  mistaken: found in place, but with the other label.
    false_alarms: detections where nothing was, over frames whose truth is known.
    bonus: detections in frames whose truth nobody knows.
    """

    name: str
    frames: int
    answered: int
    face_free: bool
    shown: dict
    found: dict
    mistaken: int
    false_alarms: int
    bonus: int


def judge_frame(faces, detections):
    """Return (found {label: count}, mistaken, false alarms) of one frame.

    faces: list of Truth.  What counts is the surest detection at a face: with the right label the face is
    found, with another it is mistaken.  Everything left over is a false alarm, a second box too.
    """
    found, mistaken = {}, 0
    free = np.ones(len(detections), bool)
    truth = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    overlap = np.zeros((len(faces), len(detections)))
    if overlap.size:
        overlap = iou(truth, detections.boxes)
    for face, here in zip(faces, overlap):
        fits = free & (here >= SAME_FACE_IOU)
        if not fits.any():
            continue
        surest = np.argmax(np.where(fits, detections.scores, -1))
        free[surest] = False
        if detections.labels[surest] == face.label:
            found[face.label] = found.get(face.label, 0) + 1
        else:
            mistaken += 1
    return found, mistaken, int(free.sum())


def judge(shots, answers):
    """Return the PartResults of a film.

    shots: list of (part name, list of Truth or None) by frame.  answers: {frame number: Detections}.
    """
    results = {}
    for number, (name, faces) in enumerate(shots):
        r = results.setdefault(name, dict(name=name, frames=0, answered=0, face_free=faces == [], shown={},
                                          found={},
                                          mistaken=0, false_alarms=0, bonus=0))
        r['frames'] += 1
        if number not in answers:
            continue
        r['answered'] += 1
        if faces is None:
            r['bonus'] += len(answers[number])
            continue
        found, mistaken, alarms = judge_frame(faces, answers[number])
        for face in faces:
            r['shown'][face.label] = r['shown'].get(face.label, 0) + 1
        for label, count in found.items():
            r['found'][label] = r['found'].get(label, 0) + count
        r['mistaken'] += mistaken
        r['false_alarms'] += alarms
    return [PartResult(**r) for r in results.values()]


def share_found(results, label):
    """Return the share of faces with a label that were found, 0 to 1; None if none was shown."""
    shown = sum(r.shown.get(label, 0) for r in results)
    return sum(r.found.get(label, 0) for r in results) / shown if shown else None


def shortcomings(results):
    """Return what keeps the demo from being a success, as sentences; an empty list is a success."""
    frames, answered = sum(r.frames for r in results), sum(r.answered for r in results)
    if answered < ANSWERED_AT_LEAST * frames:
        return [f'Only {answered} of {frames} frames were answered; expected {ANSWERED_AT_LEAST:.0%}. '
                'Is the machine very busy?']
    said = []
    for label, least in FOUND_AT_LEAST.items():
        share = share_found(results, label)
        if share is None or share < least:
            found = 'none was shown' if share is None else f'{share:.0%}'
            said.append(f'{label} faces found where they are: {found}'
                        f'; expected at least {least:.0%}.')
    for r in results:
        for label, shown in r.shown.items():
            if r.found.get(label, 0) < FOUND_IN_EACH_PART * shown:
                said.append(f'In the part "{r.name}" {r.found.get(label, 0)} of {shown} {label} faces were '
                            f'found; expected at least {FOUND_IN_EACH_PART:.0%}.')
    return said
