# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The curves of a comparison as pictures."""
import pathlib
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np

matplotlib.use('Agg')
from matplotlib import pyplot

RECALLS = np.linspace(0, 1, 101)


def draw_precision(results: Sequence[dict[str, Any]], label: str, overlap: str, path: pathlib.Path) -> None:
    """Write precision against recall of one label at one overlap ('0.3' or '0.5')."""
    figure, axis = pyplot.subplots(figsize=(6, 4.5))
    for result in results:
        axis.plot(RECALLS, result['precision'][label][overlap], label=result['name'])
    axis.set(title=f'{label}, IoU {overlap}', xlabel='recall', ylabel='precision', xlim=(0, 1), ylim=(0, 1.02))
    finish(figure, axis, path)


def draw_false_positives(results: Sequence[dict[str, Any]], path: pathlib.Path) -> None:
    """Write false positives per face-free picture against the score threshold."""
    figure, axis = pyplot.subplots(figsize=(6, 4.5))
    for result in results:
        points = result['false_positives']
        # A logarithm has no zero: the line ends there.
        axis.plot([float(score) for score in points], [value or np.nan for value in points.values()], label=result['name'])
    axis.set(title='false positives per face-free picture', xlabel='score threshold', yscale='log')
    finish(figure, axis, path)


def finish(figure: Any, axis: Any, path: pathlib.Path) -> None:
    """Write and close a picture."""
    axis.grid(alpha=0.3)
    axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def draw_all(results: Sequence[dict[str, Any]], labels: Sequence[str], folder: pathlib.Path) -> list[pathlib.Path]:
    """Write every curve into a folder; return the files."""
    made = []
    for label in labels:
        for overlap in ('0.3', '0.5'):
            made.append(folder / f'precision_{label}_{overlap}.png')
            draw_precision(results, label, overlap, made[-1])
    made.append(folder / 'false_positives.png')
    draw_false_positives(results, made[-1])
    return made
