# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a data set says of its pictures, before anybody has opened one: the one record that all readers give."""
import dataclasses
import pathlib
import typing
from typing import Any


class Finding(typing.NamedTuple):
    """One thing that is wrong. What training can live with is a warning; what would train the wrong thing is a fault."""

    severity: str                # 'fault' or 'warning'
    place: str                   # 'image NAME', 'annotation ID', 'file NAME' or 'FILE:LINE'
    what: str                    # a sentence without a full stop

    def __str__(self) -> str:
        return f'{self.severity}: {self.place}: {self.what}'


@dataclasses.dataclass(frozen=True)
class Face:
    """One labelled face."""

    place: str                   # where it is said: 'annotation ID' or 'FILE:LINE'
    label: str | None            # None: a label that does not exist, of which there is a Finding
    box: Any                     # as the file says it; right is [left, top, width, height], pixels of the upright picture
    ignore: bool = False         # a region that is neither rewarded nor punished


@dataclasses.dataclass(frozen=True)
class Picture:
    """One listed picture and its faces."""

    name: str                    # as findings call it
    path: pathlib.Path
    faces: tuple[Face, ...] = ()
    size: tuple[int, int] | None = None      # (width, height) as the file says; None where it does not
    said_by: str = 'the json'    # which file says so
    source: str = ''             # data set it comes from; '' where the file names none
    group: str = ''              # scene or person it belongs to, likewise


@dataclasses.dataclass(frozen=True)
class Listing:
    """A data set as its files say it."""

    path: pathlib.Path           # the file or folder that was asked for
    pictures: list[Picture]
    labels: list[str]            # in their order
    labels_file: str = ''        # what gives them; '' where they are only those that occur, sorted
    findings: list[Finding] = dataclasses.field(default_factory=list)     # what the reader itself had to leave out


def label_findings(listing: Listing) -> list[Finding]:
    """Return a fault for each face without a label, or with one that is not among those that the data set declares."""
    findings = []
    for face in (face for picture in listing.pictures for face in picture.faces):
        if face.label == '':
            findings.append(Finding('fault', face.place, 'the face has no label'))
        elif listing.labels_file and face.label is not None and not face.ignore and face.label not in listing.labels:
            findings.append(Finding('fault', face.place, f'the label {face.label!r} is not in {listing.labels_file}, which '
                                    f'has {", ".join(listing.labels) or "none"}; correct it, or add a line'))
    return findings


def occurring(pictures: list[Picture]) -> list[str]:
    """Return the labels of the faces of some pictures, sorted."""
    return sorted({face.label for picture in pictures for face in picture.faces if face.label is not None})
