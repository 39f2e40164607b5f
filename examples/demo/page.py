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

from . import judge


class Row(NamedTuple):
    """One frame as it was answered; detections and latency_s are None where no answer came."""

    stamp_ns: int
    part: str
    detections: Detections | None
    latency_s: float | None
    shown: list[str] | None            # labels that are really there; None where nobody knows


def describe(detections: Detections | None) -> str:
    """Return ``human 0.98, cartoon 0.91``, best first, or ``-``."""
    if detections is None:
        return 'replaced by a newer frame'
    return ', '.join(f'{label} {score:.2f}' for label, score in zip(detections.labels, detections.scores)) or '-'


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


def sheet(images: Sequence[np.ndarray], columns: int, width: int) -> np.ndarray:
    """Return pictures side by side in rows, each `width` pixels wide, on white; all have the shape of the first."""
    height = width * images[0].shape[0] // images[0].shape[1]
    small = [cv2.copyMakeBorder(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), 3, 3, 3, 3,
                                cv2.BORDER_CONSTANT, value=(255, 255, 255)) for image in images]
    small += [np.full_like(small[0], 255)] * (-len(small) % columns)
    return cv2.vconcat([cv2.hconcat(small[k:k + columns]) for k in range(0, len(small), columns)])


def write_page(path: Path, poster: np.ndarray, pictures: np.ndarray, rows: Sequence[Row], **content: Any) -> None:
    """Write the page; `content` is what templates/demo.html asks for beside the rows and pictures."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parents[1] / 'templates'),
                                     autoescape=True, undefined=jinja2.StrictUndefined)
    labels = sorted({str(x) for r in rows if r.detections is not None for x in r.detections.labels}
                    | {x for r in rows for x in r.shown or []}, key=lambda label: (label != 'human', label))
    strips = [{'label': label, 'colour': '#{2:02x}{1:02x}{0:02x}'.format(*colour_of(label)),
               'scores': [max((float(score) for score, own in zip(r.detections.scores, r.detections.labels)
                               if own == label), default=0.0) if r.detections is not None else 0.0 for r in rows],
               'shown': [label in (r.shown or []) for r in rows]} for label in labels]
    text = environment.get_template('demo.html').render(
        poster=_data_uri(poster), pictures=_data_uri(pictures), rows=rows, strips=strips, describe=describe, **content)
    path.write_text(text, encoding='utf-8')


def _data_uri(image: np.ndarray) -> str:
    data = cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, 82])[1]
    return 'data:image/jpeg;base64,' + base64.b64encode(data.tobytes()).decode('ascii')
