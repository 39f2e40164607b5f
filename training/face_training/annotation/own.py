# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""From labelled pictures to a model folder that a robot runs, in one call."""
import dataclasses
import math
import pathlib
import re
import sys
import time
from collections.abc import Sequence

from face_perception.api import open_detector
from face_perception.core.detections import Detections

from ..config import Config, read_config
from ..data.archive import unpacked
from ..data.check import judge
from ..data.listing import Listing, Picture, label_findings
from ..data.load import read_samples
from ..data.readers import read_listing
from ..data.sample import Sample, read_image
from ..data.split import GROUP, split
from ..data.structure import DataError
from ..data.write_coco import write_coco
from ..evaluate import detect_all, evaluate_model, write_proof
from ..export import export
from ..metrics import SCORE, at_threshold
from ..records import differing_keys
from ..run_folder import FREE
from ..train import load_run, train
from .recipe import LEAST_PICTURES, recipe
from .start import start_of, write_start

SHARE = 0.21                 # of the pictures that are judged, not learnt: 29 of 139
MODEL, RUN = 'model', 'run'  # folders of the result


@dataclasses.dataclass(frozen=True)
class Options:
    """What may be asked for beside the data."""

    network: str = 'slim_320'    # of recipe.NETWORKS
    weights: str = ''            # file to begin with, '' for those of the network
    epochs: int = 0              # 0: by the number of pictures
    frozen_base: bool = False
    share: float = SHARE
    seed: int = 0
    group: str = GROUP           # see data/split.py
    device: str = 'auto'


def make_own(data: str | pathlib.Path, out: str | pathlib.Path, options: Options) -> dict[str, float]:
    """Train, judge and export a detector of the labels of some pictures; return its figures.

    Leaves in `out`: train.json and val.json (the split), labels.txt, run/ (see run_folder.py) and model/ (a model folder).
    The same call goes on with what an interrupted one left.

    Args:
        data: a data set of any format, or a zip of one, as CVAT exports it.
        out: the folder to fill.
        options: of the training.

    Raises:
        DataError: the data cannot be trained on.
        ValueError: `out` holds something else.
    """
    begin = time.monotonic()
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    listing, pictures = usable(unpacked(data, out / 'data'))
    learnt, judged = split(pictures, options.share, options.seed, options.group)
    if len(learnt) < LEAST_PICTURES:
        raise DataError(f'{data}: {len(learnt)} pictures to learn from are too few, expected {LEAST_PICTURES} at least')
    write_coco(learnt, listing.labels, out / 'train.json')
    write_coco(judged, listing.labels, out / 'val.json')
    (out / 'labels.txt').write_text('\n'.join(listing.labels) + '\n', encoding='utf-8')
    say(f'{len(learnt)} pictures to learn, {len(judged)} to judge: {counts(listing.labels, learnt, judged)}')
    start = start_of(options.network, options.weights)
    if not start.weights:
        say(f'{options.network} begins with nothing, for which {len(learnt)} pictures are few: --weights FILE takes a '
            'backbone')
    config = recipe(out.resolve().name, start, listing.labels, (out / 'train.json', out / 'val.json'), len(learnt),
                    options.epochs, options.frozen_base, options.seed)
    config = write_start(start, config, out / 'start.safetensors')
    expect_same(out / RUN / 'config.yaml', config)
    run = train(config, out / RUN, resume='auto', device=options.device)
    net, config = load_run(run)
    samples = read_samples(out / 'val.json', listing.labels)
    shown = next((sample for sample in samples if (sample.labels >= 0).any()), samples[0])
    export(net, config, out / MODEL, reference=read_image(shown))
    figures = evaluate_model(out / MODEL, out / 'val.json')
    write_proof(out / MODEL, figures)
    say(summary(out, samples, listing.labels, figures, time.monotonic() - begin))
    return figures


def say(text: str) -> None:
    """Print a line for the user, who sees the progress of the training on stderr too."""
    print(text, file=sys.stderr)


def usable(data: pathlib.Path) -> tuple[Listing, list[Picture]]:
    """Return a data set and its pictures without faults; print what is wrong, and how many are left.

    Raises:
        DataError: nothing is left, or a face has a label that is not declared, which would be learnt as no face.
    """
    listing = read_listing(data)
    findings, good = judge(listing)
    for finding in findings:
        say(str(finding))
    wrong = label_findings(listing)
    if wrong:
        raise DataError(f'{data}: {wrong[0].place}: {wrong[0].what}')
    total = len(listing.pictures)
    say(f'{data}: {total} pictures, {len(good)} are used' + f', {total - len(good)} have faults' * (len(good) < total))
    faces = {face.label for picture in good for face in picture.faces if not face.ignore}
    if not faces:
        raise DataError(f'{data}: no picture that can be used has a face')
    idle = [label for label in listing.labels if label not in faces]
    if idle:
        say(f'warning: nothing shows {", ".join(idle)}: left out of the labels')
    return dataclasses.replace(listing, labels=[label for label in listing.labels if label in faces]), good


def counts(labels: Sequence[str], learnt: Sequence[Picture], judged: Sequence[Picture]) -> str:
    """Return how many faces of each label both parts have."""
    def number(pictures: Sequence[Picture], label: str) -> int:
        return sum(face.label == label and not face.ignore for picture in pictures for face in picture.faces)
    return ', '.join(f'{label} {number(learnt, label)} + {number(judged, label)}' for label in labels)


def expect_same(path: pathlib.Path, config: Config) -> None:
    """Raise ValueError where a run folder holds a training under another config."""
    if path.exists():
        changed = sorted(set(differing_keys(read_config(path), config)) - set(FREE))
        if changed:
            raise ValueError(f'{path.parent} holds a training with another {", ".join(changed)}: give the same data and '
                             'options to go on with it, or name another --out')


def summary(out: pathlib.Path, samples: Sequence[Sample], labels: Sequence[str], figures: dict[str, float],
            seconds: float) -> str:
    """Return what the user wants to know of a model that was just made."""
    with open_detector(str(out / MODEL)) as detector:
        found = detect_all(detector, samples)
    wrong = [sample.path.name for sample, faces in zip(samples, found, strict=True) if is_missed(sample, faces, labels)]
    rows = [f'{figures["image_accuracy"]:.1%} of the {len(samples)} pictures to judge have the right name on a face'
            + (f'; not {", ".join(wrong[:10])}' if wrong else '')]
    rows += [f'  {label}: AP50 {figures[f"ap50/{label}"]:.3f}, found at a score of {SCORE:g}: '
             f'{figures[f"recall/{label}"]:.1%}' if math.isfinite(figures[f'ap50/{label}'])
             else f'  {label}: no face to judge' for label in labels]
    folder = (out / MODEL).resolve()
    rows += [f'{seconds / 60:.1f} minutes. Look at it, and run it on the robot:',
             f'  face-perception detect --model {quoted(folder)} PICTURES --save-dir looked',
             f'  ros2 launch face_perception nano.launch.py model:={quoted(folder)}']
    return '\n'.join(rows)


def is_missed(sample: Sample, faces: Detections, labels: Sequence[str]) -> bool:
    """Tell whether a picture with a face has none with the right name."""
    result = at_threshold([sample], [faces], labels)
    return result['images'] > result['right_images']


def quoted(path: pathlib.Path) -> str:
    """Return a path as a shell takes it."""
    text = str(path)
    return text if re.fullmatch(r'[\w/.+-]+', text) else "'" + text.replace("'", "'\\''") + "'"
