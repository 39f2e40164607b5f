# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Curves of a comparison as pictures: cumulative errors, and the losses of several trainings in one plot."""
import pathlib

import matplotlib
import numpy as np

matplotlib.use('Agg')
from matplotlib import pyplot

from ..compare.curves import finish
from ..report import read_metrics
from .metrics import FAILURE, LEVELS, cumulative


def draw_cumulative(errors: dict[str, np.ndarray], path: pathlib.Path) -> None:
    """Write the share of faces below each NME, one line a network; errors: NME (N,) of each by its name."""
    figure, axis = pyplot.subplots(figsize=(6, 4.5))
    for name, each in errors.items():
        axis.plot(LEVELS, cumulative(each), label=name)
    axis.axvline(FAILURE, color='grey', linewidth=0.7, linestyle='--')
    axis.set(title='cumulative error', xlabel='NME, inter-ocular', ylabel='share of the faces', xlim=(0, LEVELS[-1]),
             ylim=(0, 1.02))
    finish(figure, axis, path)


def draw_losses(runs: dict[str, pathlib.Path], path: pathlib.Path) -> bool:
    """Write the losses of trainings over the epochs, one colour a run; return whether there are any.

    Terms are weighted as each yaml says, so compare the shape of lines, not their height. runs: folders by name.
    """
    figure, axis = pyplot.subplots(figsize=(7, 4.5))
    for number, (name, run) in enumerate(runs.items()):
        rows = read_metrics(run / 'metrics.csv')
        for term, style in (('point_loss', '-'), ('box_loss', ':')):
            points = [(int(row['epoch']) + 1, float(row[f'train/{term}'])) for row in rows if row.get(f'train/{term}')]
            if points:
                axis.plot(*zip(*points), style, marker='.', color=f'C{number}', label=f'{name}: {term.split("_")[0]}')
    drawn = bool(axis.lines)
    if drawn:
        axis.set(title='training losses', xlabel='epoch', yscale='log')
        finish(figure, axis, path)
    else:
        pyplot.close(figure)
    return drawn
