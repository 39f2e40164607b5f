# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The metrics of a run: kept over a resume, and drawn."""
import csv
import math
import pathlib

import matplotlib

matplotlib.use('Agg')
from matplotlib import pyplot


def read_metrics(path: pathlib.Path) -> list[dict[str, str]]:
    """Return the rows of a metrics.csv as dicts; none where there is no file."""
    if not path.exists():
        return []
    with open(path, newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def join_metrics(former: list[dict[str, str]], path: pathlib.Path) -> None:
    """Put the rows of before a resume in front of those that the logger began anew."""
    rows = read_metrics(path)
    first = min((int(row['epoch']) for row in rows), default=math.inf)
    rows = [row for row in former if int(row['epoch']) < first] + rows
    if not rows:
        return
    write_metrics(rows, path)


def chain_metrics(parts: dict[str, pathlib.Path], path: pathlib.Path) -> None:
    """Write the metrics.csv of all stages, {name: file}, as one whose epochs run on."""
    rows: list[dict[str, str]] = []
    for name, part in parts.items():
        first = int(rows[-1]['epoch']) + 1 if rows else 0
        rows += [{'stage': name} | row | {'epoch': str(first + int(row['epoch']))} for row in read_metrics(part)]
    write_metrics(rows, path)


def write_metrics(rows: list[dict[str, str]], path: pathlib.Path) -> None:
    """Write rows that may have different columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def draw_curves(metrics: pathlib.Path, picture: pathlib.Path) -> None:
    """Write one picture with the losses and the validation figures of a metrics.csv over the epochs."""
    rows = read_metrics(metrics)
    names = [n for n in (rows[0] if rows else {}) if n.startswith(('train/', 'val/')) and n.count('/') <= 2]
    figure, axes = pyplot.subplots(1, 2, figsize=(12, 4))
    for name in names:
        points = [(int(r['epoch']), float(r[name])) for r in rows if r.get(name)]
        if points:
            axes[int(name.startswith('val/'))].plot(*zip(*points), label=name.split('/', 1)[1])
    for axis, title in zip(axes, ('training loss', 'validation')):
        axis.set(title=title, xlabel='epoch')
        axis.grid(alpha=0.3)
        if axis.lines:
            axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)
