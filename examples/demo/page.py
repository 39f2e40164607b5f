# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""index.html: what the demo saw, in one page that needs no network."""
import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import jinja2
import numpy as np

from face_perception.core.detections import Detections
from face_perception.core.drawing import colour_of
from face_perception.core.landmarks import Landmarks

from . import judge
from .table import describe

PICTURE_WIDTH = 640      # pixels


class Row(NamedTuple):
    """One frame as it was answered; detections and latency_s are None where no answer came."""

    stamp_ns: int
    part: str
    detections: Detections | None
    latency_s: float | None
    shown: list[str] | None            # labels that are really there; None where nobody knows
    landmarks: Landmarks | None = None      # of the detections, where they were looked for


def figures(rows: Sequence[Row], results: Sequence[judge.PartResult]) -> dict[str, str]:
    """Return what the terminal and the page say of the whole, {what: value}."""
    span = (rows[-1].stamp_ns - rows[0].stamp_ns) / 1e9 * len(rows) / max(1, len(rows) - 1) or 1.0
    answered = sum(row.detections is not None for row in rows)
    said = {'frames answered': f'{answered} of {len(rows)} frames, {answered / span:.1f} a second'}
    latencies = [1e3 * row.latency_s for row in rows if row.latency_s is not None]
    if latencies:
        said['latency, image published to /faces received'] = (
            f'{np.median(latencies):.1f} ms median, {np.percentile(latencies, 95):.1f} ms at the 95th percentile')
    for label, minimum in judge.MIN_FOUND.items() if results else ():
        share = judge.share_found(results, label)
        said[f'{label} faces found where they are'] = (
            f'{"-" if share is None else format(share, ".0%")} (at least {minimum:.0%} expected)')
    if results:
        free = [result for result in results if result.face_free]
        said['false positives in frames without a face'] = (
            f'{sum(r.false_positives for r in free)} in {sum(r.answered for r in free)} frames')
    return said


def write_page(path: Path, poster: np.ndarray, kept: dict[int, np.ndarray], rows: Sequence[Row],
               **content: Any) -> None:
    """Write the page; kept: annotated images by frame number; content: what templates/demo.html asks for besides."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parents[1] / 'templates'),
                                     autoescape=True, undefined=jinja2.StrictUndefined)
    labels = sorted({str(x) for r in rows if r.detections is not None for x in r.detections.labels}
                    | {x for r in rows for x in r.shown or []}, key=lambda label: (label != 'human', label))
    strips = [{'label': label, 'colour': '#{2:02x}{1:02x}{0:02x}'.format(*colour_of(label)),
               'scores': [max((float(score) for score, own in zip(r.detections.scores, r.detections.labels)
                               if own == label), default=0.0) if r.detections is not None else 0.0 for r in rows],
               'shown': [label in (r.shown or []) for r in rows]} for label in labels]
    text = environment.get_template('demo.html').render(
        poster=_data_uri(poster), pictures={rows[n].part or f'frame {n}': _data_uri(kept[n]) for n in sorted(kept)},
        rows=rows, strips=strips, describe=describe, **content)
    path.write_text(text, encoding='utf-8')


def _data_uri(image: np.ndarray) -> str:
    height, width = image.shape[:2]
    if width > PICTURE_WIDTH:
        size = PICTURE_WIDTH, max(1, PICTURE_WIDTH * height // width)
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    data = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 82])[1]
    return 'data:image/jpeg;base64,' + base64.b64encode(data.tobytes()).decode('ascii')
