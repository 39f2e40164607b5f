# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Train without each show in turn and judge the network on that show: how well does it do on a style it never saw?"""
import dataclasses
import pathlib
from collections.abc import Sequence

from .config import Config
from .data.load import read_samples
from .data.structure import DataError
from .evaluate import evaluate_net
from .train import load_run, train

# Shows of the research data, each with all sources that show it.
SHOWS = ('dexter', 'scooby', 'simpsons+simpsons_web', 'louie')


def leave_one_out(config: Config, folder: str | pathlib.Path, shows: Sequence[str] = SHOWS,
                  device: str = 'auto') -> dict[str, dict[str, float]]:
    """Return {show: its figures by a network that was trained without it}; the runs stay in `folder`.

    An interrupted call goes on where it stopped.

    Args:
        config: of the model; what it excludes stays excluded.
        folder: of the run folders, one for each show.
        shows: sources, those of one show joined by +.
        device: as of `train`.

    Raises:
        DataError: the validation data has no picture of a show.
    """
    samples = read_samples(config.data.val, config.data.labels)
    parts = {show: [sample for sample in samples if sample.source in show.split('+')] for show in shows}
    for show, part in parts.items():
        if not part:
            found = sorted({sample.source for sample in samples} - {''})
            raise DataError(f'{config.data.val} has no picture of {show}. ' + (
                f'Name its sources with --show: {", ".join(found)}.' if found
                else 'Its images have no "source", the name of the show or data set, which this needs.'))
    result = {}
    for show, part in parts.items():
        data = dataclasses.replace(config.data, exclude=(*config.data.exclude, *show.split('+')))
        run = train(dataclasses.replace(config, data=data), pathlib.Path(folder) / show, resume='auto', device=device)
        result[show] = evaluate_net(*load_run(run), part)
    return result


def table(result: dict[str, dict[str, float]]) -> str:
    """Return one line for each show: what a network sees that was trained without it."""
    names = sorted({name for values in result.values() for name in values
                    if name.startswith('ap50/') and name.count('/') == 1})
    names = ['image_accuracy', 'label_confusion', *(name for name in names
                                                    if any(values.get(name, 0) > 0 for values in result.values()))]
    lines = [f'| Left out | {" | ".join(names)} |', '| --- ' * (1 + len(names)) + '|']
    lines += [f'| {show} | ' + ' | '.join(f'{values[name]:.3f}' for name in names) + ' |' for show, values in result.items()]
    return '\n'.join(lines)
