# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Data sets of any format as samples: what training and evaluation look at."""
import logging
import pathlib
from collections.abc import Sequence

import numpy as np

from ..config import Source
from .check import check_box
from .listing import Picture, label_findings
from .readers import read_listing
from .sample import IGNORE, Sample
from .sizes import orientation, upright_size
from .structure import DataError

_log = logging.getLogger(__name__)
HEAD = 65536                 # bytes at the start of a file, in which its orientation stands


def read_samples(data: str | pathlib.Path | Source, labels: Sequence[str], exclude: Sequence[str] = ()) -> list[Sample]:
    """Return the samples of a data set.

    Warns of labelled pictures that EXIF turns.

    Args:
        data: file or folder of a format in readers/, or a Source of the config.
        labels: in the order that gives them their number.
        exclude: sources to leave out.

    Raises:
        DataError: something in it is a fault, or a label is not in `labels`; the message names the place.
    """
    listing = read_listing(data)
    faults = [finding for finding in [*listing.findings, *label_findings(listing)] if finding.severity == 'fault']
    if faults:
        raise DataError(f'{listing.path}: {faults[0].place}: {faults[0].what}{and_others(len(faults) - 1)}')
    if not listing.pictures:
        raise DataError(f'{listing.path}: lists no pictures')
    samples = [make_sample(picture, labels, listing.path) for picture in listing.pictures]
    warn_of_turned(listing.path, samples)
    return [sample for sample in samples if sample.source not in exclude]


def counted(source: Source, samples: Sequence[Sample], labels: Sequence[str]) -> str:
    """Return how many pictures and faces of a data set are used, as a line."""
    numbers = np.concatenate([np.zeros(0, np.int64), *(sample.labels for sample in samples)])
    faces = ', '.join(f'{(numbers == number).sum()} {label}' for number, label in enumerate(labels))
    weight = f', weight {source.weight:g}' if source.weight != 1 else ''
    return (f'{source.path}: {len(samples)} pictures ({sum(not len(sample.boxes) for sample in samples)} without faces), '
            f'{faces}, {(numbers == IGNORE).sum()} to ignore{weight}')


def and_others(count: int) -> str:
    """Return how many faults more there are, as the end of a sentence."""
    return f', and {count} faults more; "face-training check" names each' if count else ''


def make_sample(picture: Picture, labels: Sequence[str], path: pathlib.Path) -> Sample:
    """Return one picture as a Sample; path: the data set, for messages.

    Raises:
        DataError: a box or a label does not fit, or the size of the picture is not known.
    """
    size = picture.size or upright_size(picture.path)
    if size is None:
        what = 'cannot be read' if picture.path.is_file() else 'is missing'
        raise DataError(f'{path}: image {picture.name}: the file {what}')
    rows = []
    for face in picture.faces:
        for severity, what in check_box(face.box, size):
            if severity == 'fault':
                raise DataError(f'{path}: {face.place}: {what}')
        if face.label not in labels and not face.ignore:
            raise DataError(f'{path}: {face.place} has the label {face.label!r}; the config names {", ".join(labels)}. Its '
                            f'data entry may rename it, such as {{path: {path}, rename: {{{face.label}: {labels[0]}}}}}, or '
                            "'' to ignore such faces")
        left, top, width, height = face.box
        rows.append((left, top, left + width, top + height,
                     IGNORE if face.ignore or face.label is None else labels.index(face.label)))
    table = np.array(rows, np.float64).reshape(-1, 5)
    return Sample(picture.path, *size, picture.source, table[:, :4].astype(np.float32), table[:, 4].astype(np.int64))


def warn_of_turned(path: pathlib.Path, samples: Sequence[Sample]) -> None:
    """Say how many labelled pictures EXIF turns: boxes of a tool that does not know EXIF lie elsewhere in them."""
    turned = []
    for sample in samples:
        if len(sample.boxes):
            try:
                with sample.path.open('rb') as file:
                    head = file.read(HEAD)
            except OSError:
                continue        # read_image says it
            if (b'Exif' in head or b'EXIF' in head or b'eXIf' in head) and orientation(sample.path) != 1:
                turned.append(sample.path)
    if turned:
        _log.warning('%s: %d labelled pictures are turned by EXIF, %s among them: boxes must be those of the upright '
                     'picture, as CVAT and viewers show it; "face-training check" names each', path, len(turned),
                     turned[0].name)
