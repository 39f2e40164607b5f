# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One page with the tables, the curves and the pictures that each detector judges worst; it needs no network."""
import base64
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import jinja2
import numpy as np

from face_perception.core.boxes import iou
from face_perception.core.detections import Detections
from face_perception.core.drawing import colour_of, draw_detections
from face_perception.core.matching import UNMATCHED, match_boxes

from ..data.sample import Sample, read_image
from ..metrics import MATCH_IOU, SCORE
from .tables import Table

TEMPLATES = pathlib.Path(__file__).parents[1] / 'templates', pathlib.Path(__file__).parents[3] / 'examples' / 'templates'
SIDE = 420                   # longest side of a thumbnail, pixels
TRUTH = (255, 255, 255)
LEGEND = ('White: labelled faces, with the colour of their label inside; thin and white: ignore regions. Coloured with a '
          'score: detections.')


class Worst(NamedTuple):
    """How wrong the detections of one picture are."""

    badness: float               # faces not found with their label + scores of detections that match none
    words: str


class Shown(NamedTuple):
    """One picture of the page."""

    picture: str                 # data URI
    caption: str


def how_bad(sample: Sample, detections: Detections, labels: Sequence[str]) -> Worst:
    """Return how wrong the detections from SCORE on are; detections in ignore regions do not count."""
    shown = detections[detections.scores >= SCORE]
    real = sample.labels >= 0
    truth, names = sample.boxes[real], np.array(labels)[sample.labels[real]]
    matches = match_boxes(truth, shown.boxes, MATCH_IOU)
    hit = matches != UNMATCHED
    confused = int((names[matches[hit]] != shown.labels[hit]).sum())
    missed = len(truth) - int(hit.sum())
    ignored = (iou(shown.boxes, sample.boxes[~real]) >= MATCH_IOU).any(axis=1)
    false = shown.scores[~hit & ~ignored]
    parts = [f'{count} {what}' for count, what in ((missed, 'missed'), (confused, 'with the wrong label'),
                                                   (len(false), 'false')) if count]
    return Worst(missed + confused + float(false.sum()), ', '.join(parts))


def worst_pictures(samples: Sequence[Sample], detections: Sequence[Detections], labels: Sequence[str],
                   most: int) -> list[Shown]:
    """Return the `most` worst pictures, worst first, with truth (white) and detections drawn in; none that is right."""
    judged = [how_bad(sample, found, labels) for sample, found in zip(samples, detections)]
    rows = sorted((row for row, worst in enumerate(judged) if worst.badness > 0), key=lambda row: -judged[row].badness)
    return [Shown(thumbnail(samples[row], detections[row], labels),
                  f'{samples[row].path.parent.name}/{samples[row].path.name}: {judged[row].words}') for row in rows[:most]]


def thumbnail(sample: Sample, detections: Detections, labels: Sequence[str]) -> str:
    """Return a data URI of a small copy with the labelled faces (white; thin: ignore regions) and the detections."""
    image = read_image(sample)
    factor = SIDE / max(image.shape[:2])
    image = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    for box, label in zip((sample.boxes * factor).round().astype(int).tolist(), sample.labels):
        cv2.rectangle(image, box[:2], box[2:], TRUTH, 3 if label >= 0 else 1)
        if label >= 0:
            cv2.rectangle(image, box[:2], box[2:], colour_of(labels[label]), 1)
    shown = detections[detections.scores >= SCORE]
    draw_detections(image, Detections(shown.boxes * factor, shown.scores, shown.labels))
    return data_uri(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes(), 'jpeg')


def data_uri(content: bytes, kind: str) -> str:
    """Return a picture as the address of itself."""
    return f'data:image/{kind};base64,{base64.b64encode(content).decode("ascii")}'


def write_gallery(path: pathlib.Path, command: str, tables: Sequence[Table], curves: Sequence[pathlib.Path],
                  pictures: dict[str, list[Shown]]) -> None:
    """Write the page; pictures: of each detector by its name."""
    write_page(path, 'Detectors compared', LEGEND, command, tables, curves,
               {f'{name}: the worst pictures at score {SCORE}': shown for name, shown in pictures.items()})


def write_page(path: pathlib.Path, title: str, legend: str, command: str, tables: Sequence[Table],
               curves: Sequence[pathlib.Path], pictures: dict[str, list[Shown]]) -> None:
    """Write a page of tables, curves and pictures; legend: of the pictures; pictures: by the heading above them."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
                                     undefined=jinja2.StrictUndefined)
    path.write_text(environment.get_template('gallery.html').render(
        title=title, legend=legend, command=command, tables=tables, pictures=pictures,
        curves=[data_uri(curve.read_bytes(), 'png') for curve in curves]), encoding='utf-8')
