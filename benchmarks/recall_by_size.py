# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Recall against the size of a face in the picture, for models of different inputs side by side.

    python -m benchmarks.recall_by_size MODEL... --data VAL.json

The share of faces that are found with their label at a score of .5 (IoU >= .5), by the side of the face (square root of
its area) in pixels of a picture stretched to 640x480, whatever the input of the model. Needs the training environment
(scripts/bootstrap --training).
"""
import argparse
import itertools
import math
import pathlib
import sys
from collections.abc import Sequence

import numpy as np

from face_perception.api import open_detector
from face_perception.core.detections import Detections
from face_perception.core.matching import match_boxes
from face_training.data.load import read_samples
from face_training.data.sample import Sample
from face_training.data.structure import DataError
from face_training.evaluate import detect_all
from face_training.metrics import MATCH_IOU, SCORE

SIZE = (640, 480)
EDGES = (16, 32, 64, 128, 192, 256, 320, 480)       # pixels; larger ones are left out, and smaller ones


def recall_by_size(samples: Sequence[Sample], detections: Sequence[Detections],
                   labels: Sequence[str]) -> dict[str, list[float]]:
    """Return {label: recall between each edge and the next}; nan where there is no face."""
    found = {label: np.zeros(len(EDGES) - 1) for label in labels}
    faces = {label: np.zeros(len(EDGES) - 1) for label in labels}
    for sample, detection in zip(samples, detections):
        real = sample.labels >= 0
        truth, names = sample.boxes[real], np.array(labels)[sample.labels[real]]
        hit = np.isin(np.arange(len(truth)),
                      match_boxes(truth, detection.boxes, MATCH_IOU, names[:, None] == detection.labels[None, :]))
        scale = math.sqrt(SIZE[0] * SIZE[1] / (sample.width * sample.height))
        sides = scale * np.sqrt(np.prod(truth[:, 2:] - truth[:, :2], axis=1))
        for name, right, part in zip(names, hit, np.searchsorted(EDGES, sides, side='right') - 1):
            if 0 <= part < len(EDGES) - 1:
                faces[name][part] += 1
                found[name][part] += bool(right)
    with np.errstate(invalid='ignore'):
        return {label: (found[label] / faces[label]).tolist() for label in labels}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', nargs='+', help='model folder or name')
    parser.add_argument('--data', required=True, help='COCO json')
    args = parser.parse_args(arguments)
    print('| | ' + ' | '.join(f'{low} to {high}' for low, high in itertools.pairwise(EDGES)) + ' |')
    print('| --- ' * len(EDGES) + '|')
    try:
        for model in args.model:
            with open_detector(model, score_threshold=SCORE) as detector:
                samples = read_samples(args.data, detector.labels)
                result = recall_by_size(samples, detect_all(detector, samples), detector.labels)
            for label, values in result.items():
                cells = ' | '.join('-' if math.isnan(value) else f'{value:.2f}' for value in values)
                print(f'| {label}, {pathlib.Path(model).name} | {cells} |', flush=True)
    except (DataError, LookupError, ValueError) as error:
        print(f'recall_by_size: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
