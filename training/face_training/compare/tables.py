# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The tables of a comparison, as rows of text: printed as Markdown, shown by the gallery."""
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..average_precision import SIZES
from .judge import AT_RECALL

ABSENT = '-'


class Table(NamedTuple):
    """A table with a caption."""

    caption: str
    head: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        """Return the table as Markdown, the caption before it."""
        lines = [self.head, ['---'] * len(self.head), *self.rows]
        return f'{self.caption}\n\n' + '\n'.join(f'| {" | ".join(line)} |' for line in lines)


def number(value: float | None, form: str = '.3f') -> str:
    """Return a figure without the zero before its point, or ABSENT."""
    if value is None or math.isnan(value):
        return ABSENT
    text = format(value, form)
    return text[1:] if text.startswith('0.') else text


def latency_cells(result: dict[str, Any]) -> list[str]:
    """Return latency and frames per second, or why there are none."""
    latency = result.get('latency_ms')
    return ['not measured'] * 2 if latency is None else [number(latency, '.1f'), format(1e3 / latency, '.0f')]


def accuracy_table(results: Sequence[dict[str, Any]], labels: Sequence[str]) -> Table:
    """Return accuracy, latency and FPS of the detectors that know the labels."""
    head = ['Model', 'Input', 'Image accuracy', *(f'AP50 {label}' for label in labels), 'Label confusion',
            'False positives per face-free picture', 'Calibration error', 'Latency, ms', 'FPS']
    rows = [[result['name'], result['input'], number(values['image_accuracy']),
             *(number(values[f'ap50/{label}']) for label in labels), number(values['label_confusion'], '.4f'),
             number(values['false_positives_per_face_free_image']), number(values['calibration_error']),
             *latency_cells(result)]
            for result in results if (values := result.get('labelled'))]
    return Table('Accuracy and speed; labels count', head, rows)


def blind_table(results: Sequence[dict[str, Any]], labels: Sequence[str]) -> Table:
    """Return what all detectors have in common: pre-trained, fine-tuned and those of others, whatever labels they give."""
    people = labels[0]
    sources = sorted({key.rsplit('/', 1)[1] for result in results for key in result['blind']
                      if key.startswith(f'ap50/{people}/') and not key.endswith(('_16', '_32', '_64'))})
    head = ['Detector', 'Input', f'AP50 {people}', *sources, 'below 16 px', *(f'AP50 {label}' for label in labels[1:]),
            *(f'Recall {label}' for label in labels), 'False positives',
            f'False positives at recall {number(AT_RECALL, ".2f")}', 'Latency, ms', 'FPS']
    rows = []
    for result in results:
        values = result['blind']
        rows.append([result['name'], result['input'], number(values[f'ap50/{people}']),
                     *(number(values.get(f'ap50/{people}/{source}')) for source in sources),
                     number(values[f'ap50/below_16/{people}']), *(number(values[f'ap50/{label}']) for label in labels[1:]),
                     *(number(values[f'recall/{label}']) for label in labels), number(values['false_positives']),
                     number(values['false_positives_at_recall']), *latency_cells(result)])
    return Table('Pre-trained, fine-tuned and others; whatever label was given', head, rows)


def people_table(results: Sequence[dict[str, Any]], labels: Sequence[str]) -> Table:
    """Return the first work's Table 2: published weights of one label as they are against ours, on people."""
    head = ['Weights', f'AP50 {labels[0]}', *(f'{size.replace("_", " ")} px' for size in SIZES), 'Recall',
            'False positives per face-free picture']
    keys = ['ap50', *(f'ap50/{size}' for size in SIZES), 'recall', 'false_positives']
    rows = [[result['name'] if result['kind'] == 'pre-trained' else f'{result["name"]}, ours',
             *(number(result['people'][key]) for key in keys)]
            for result in results if result['kind'] != 'peer']
    return Table(f'Pre-trained and fine-tuned; pictures without faces of another label than {labels[0]}', head, rows)
