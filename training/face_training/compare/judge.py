# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Judges candidates on the same pictures, and times them on the same pictures in turns."""
import dataclasses
import math
import statistics
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

from face_perception.core.detections import Detections

from ..average_precision import average_precisions, precision_curves
from ..data.sample import Sample, read_image
from ..metrics import at_threshold, figures, share
from .candidates import FACE, RANKED, Candidate

THRESHOLDS = np.linspace(0.05, 0.95, 19)     # of the curve of false positives
TIMED_PICTURES = 16
AT_RECALL = 0.75             # share of people found, at which false positives are compared whatever the scale of the scores


def of_label(samples: Sequence[Sample], label: int) -> list[int]:
    """Return the rows of the pictures whose faces all have this label."""
    return [row for row, sample in enumerate(samples)
            if (real := sample.labels[sample.labels >= 0]).size and (real == label).all()]


def blind_truth(sample: Sample) -> Sample:
    """Return the sample with every face as label 0; ignore regions stay."""
    return dataclasses.replace(sample, labels=np.minimum(sample.labels, 0))


def judge(candidate: Candidate, samples: Sequence[Sample], labels: Sequence[str],
          ) -> tuple[dict[str, Any], list[Detections]]:
    """Return (figures and curves, Detections down to RANKED) of one candidate.

    Figures are those of `metrics.figures` under 'labelled', where the candidate knows the labels, of `blind_figures` under
    'blind' and of `people_figures` under 'people'.
    """
    knows = candidate.detector.labels == tuple(labels)
    low = candidate.detector.thresholds._replace(score_threshold=RANKED)
    found, blind = [], []
    for sample in tqdm(samples, desc=candidate.name, unit='image', disable=not sys.stderr.isatty()):
        image = read_image(sample)
        blind.append(candidate.blind.detect(image))
        found.append(candidate.detector.detect(image, low) if knows else blind[-1])
    result: dict[str, Any] = {'name': candidate.name, 'kind': candidate.kind, 'input': candidate.input_size,
                              'blind': blind_figures(samples, blind, labels)}
    if knows:
        result['labelled'] = figures(samples, found, labels)
    result['people'] = people_figures(samples, found, labels if knows else [FACE])
    result['precision'] = {
        label: {f'{overlap:g}': curve.tolist() for overlap, curve in blind_curves(samples, blind, number).items()}
        for number, label in enumerate(labels)}
    free = [blind[row] for row, sample in enumerate(samples) if not len(sample.boxes)]
    result['false_positives'] = {f'{score:.2f}': share(sum(int((f.scores >= score).sum()) for f in free), len(free))
                                 for score in THRESHOLDS}
    return result, found


def people_figures(samples: Sequence[Sample], found: Sequence[Detections], labels: Sequence[str]) -> dict[str, float]:
    """Return AP, recall and false positives of the first label on the pictures without faces of another.

    labels: of the detector. One with a single label, whatever its name, is judged as if that were the first.
    """
    rows = [row for row, sample in enumerate(samples) if (sample.labels <= 0).all()]
    part = [samples[row] for row in rows], [found[row] for row in rows]
    counts = at_threshold(*part, labels)
    return {**average_precisions(*part, labels, labels[0]),
            'recall': share(counts['found'][labels[0]], counts['faces'][labels[0]]),
            'false_positives': share(counts['false_positives'], counts['face_free'])}


def blind_curves(samples: Sequence[Sample], blind: Sequence[Detections], label: int) -> dict[float, np.ndarray]:
    """Return the precision curves on the pictures of one label, whatever labels were found."""
    rows = of_label(samples, label)
    return precision_curves([blind_truth(samples[row]) for row in rows], [blind[row] for row in rows], [FACE], FACE)


def blind_figures(samples: Sequence[Sample], blind: Sequence[Detections], labels: Sequence[str]) -> dict[str, float]:
    """Return AP50 and recall of each label and source and the false positives, whatever labels were found."""
    result: dict[str, float] = {}
    truth = [blind_truth(sample) for sample in samples]
    for number, label in enumerate(labels):
        rows = of_label(samples, number)
        groups = {label: rows, **{f'{label}/{source}': [row for row in rows if samples[row].source == source]
                                  for source in sorted({samples[row].source for row in rows})}}
        for name, chosen in groups.items():
            part = [truth[row] for row in chosen], [blind[row] for row in chosen]
            precisions = average_precisions(*part, [FACE], FACE)
            result[f'ap50/{name}'] = precisions['ap50']
            if name == label:
                result.update({f'{key}/{name}': value for key, value in precisions.items() if key != 'ap50'})
                counts = at_threshold(*part, [FACE])
                result[f'recall/{name}'] = share(counts['found'][FACE], counts['faces'][FACE])
    counts = at_threshold(truth, blind, [FACE])
    result['false_positives'] = share(counts['false_positives'], counts['face_free'])
    result['score_at_recall'] = score = score_at_recall(samples, blind, 0, AT_RECALL)
    counts = at_threshold(truth, blind, [FACE], score)
    result['false_positives_at_recall'] = (math.nan if math.isnan(score) else
                                           share(counts['false_positives'], counts['face_free']))
    return result


def score_at_recall(samples: Sequence[Sample], blind: Sequence[Detections], label: int, recall: float) -> float:
    """Return the highest score threshold, in steps of .01, at which this share of the faces of a label is found, or nan."""
    rows = of_label(samples, label)
    truth, found = [blind_truth(samples[row]) for row in rows], [blind[row] for row in rows]
    low, high = 0, 100       # found shares fall as the threshold rises: bisection
    while low < high:
        middle = (low + high + 1) // 2
        counts = at_threshold(truth, found, [FACE], middle / 100)
        if share(counts['found'][FACE], counts['faces'][FACE]) >= recall:
            low = middle
        else:
            high = middle - 1
    return low / 100 if low else math.nan


def latencies(candidates: Sequence[Candidate], samples: Sequence[Sample], rounds: int) -> dict[str, dict[str, float]]:
    """Return {name: {'latency_ms', 'inference_ms'}}, medians over pictures and rounds; empty without rounds.

    Every picture goes to each candidate in turn, so that a busy moment of the machine hits all of them.  A detector has
    its own threshold; reading the file is not counted.
    """
    timed = [candidate for candidate in candidates if candidate.timed]
    images = [read_image(sample) for sample in samples[::max(1, len(samples) // TIMED_PICTURES)][:TIMED_PICTURES]]
    seconds: dict[str, list[tuple[float, float]]] = {candidate.name: [] for candidate in timed}
    for candidate in timed if rounds else ():
        candidate.detector.warm_up()
    for number in range(rounds):
        for place, image in enumerate(images):
            turn = (number + place) % len(timed)     # nobody always runs in the cache of the same other one
            for candidate in timed[turn:] + timed[:turn]:
                candidate.detector.detect(image)
                timings = candidate.detector.timings
                seconds[candidate.name].append((sum(timings), timings.inference))
    return {name: {'latency_ms': 1e3 * statistics.median(total for total, _ in values),
                   'inference_ms': 1e3 * statistics.median(inference for _, inference in values)}
            for name, values in seconds.items() if values}
