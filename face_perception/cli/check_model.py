# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception check-model: does a model folder keep what its model.json says on this machine?"""

import argparse
import os
import time
from typing import List

import numpy as np

from face_perception.api import make_detector
from face_perception.backends import Backend, open_backend
from face_perception.cli import options
from face_perception.core.detections import Detections
from face_perception.core.landmarks import LandmarkFinder
from face_perception.media.formats import MediaError
from face_perception.media.images import read_image
from face_perception.models.landmark_reference import landmark_differences, read_landmark_reference
from face_perception.models.reference import differences, read_reference
from face_perception.models.spec import DETECT, DetectionSpec, LandmarkSpec, ModelSpec, check_file, read_spec
from face_perception.models.store import find_model

HELP = 'check that a model works as its model.json says'

_RUNS = 20
_NO_REFERENCE = '--      reference  none in model.json: not compared with the network that was trained'


class CheckFailed(ValueError):
    """A rule that the model breaks."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument('model', metavar='NAME_OR_FOLDER', help='name of a model, or its folder')
    options.add_backend(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check step by step, print each step passed; return 0, or 1 at the first rule broken."""
    folder = find_model(arguments.model)
    print('model {}'.format(folder))
    try:
        spec = read_spec(folder)
        names = spec.labels if isinstance(spec, DetectionSpec) else spec.points
        _passed('model.json', '{}: {}, input {} x {} {}, {}'.format(
            spec.name, spec.task, spec.input.width, spec.input.height, spec.input.colour, ', '.join(names)))
        for _, file in sorted(spec.files.items()):
            check_file(folder, file)
            _passed('file', '{}: sha256 as model.json says'.format(file.path))
        backend = open_backend(arguments.backend, folder, spec, options.backend_options(arguments))
        try:
            _check_backend(folder, spec, backend)
        finally:
            backend.close()
    except (ValueError, RuntimeError, ImportError) as error:
        print('FAILED  {}'.format(error))
        return 1
    print('all checks passed')
    return 0


def _check_backend(folder: str, spec: ModelSpec, backend: Backend) -> None:
    info = backend.info
    _passed('backend', '{} {} on {}, {}, {} thread(s); names and shapes fit'.format(
        info.name, info.version, info.device, info.precision, info.threads))
    _check_noise(spec, backend)
    if isinstance(spec, DetectionSpec):
        _check_reference(folder, spec, backend)
    else:
        _check_landmark_reference(folder, spec, backend)


def _check_noise(spec: ModelSpec, backend: Backend) -> None:
    """Run on noise, twice the same, and look at the rules that every answer must keep."""
    # Its own generator with a fixed seed: the check must say the same tomorrow.
    pixels = np.random.RandomState(0).randint(0, 256, (1, 3, spec.input.height, spec.input.width)).astype(np.float32)
    tensor = (pixels - np.array(spec.input.mean, np.float32).reshape(3, 1, 1)) * np.array(
        spec.input.scale, np.float32).reshape(3, 1, 1)
    first = backend.run(tensor)
    seconds = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        again = backend.run(tensor)
        seconds.append(time.perf_counter() - start)
    for role in spec.outputs:
        if not np.isfinite(first[role]).all():
            raise CheckFailed('{} has values that are not numbers'.format(role))
        if not np.allclose(first[role], again[role], atol=1e-4):
            raise CheckFailed('{} differs between two runs on one input'.format(role))
    if spec.task == DETECT:
        _check_scores(first['scores'][0])
    _passed('noise', 'numbers keep the rules; a run takes {:.2f} ms (median of {})'.format(
        1e3 * float(np.median(seconds)), _RUNS))


def _check_scores(scores: np.ndarray) -> None:
    if not len(scores):
        return
    if scores.min() < 0 or scores.max() > 1:
        raise CheckFailed('scores must be 0..1, got {:g} to {:g}'.format(scores.min(), scores.max()))
    best = scores.max(axis=1)
    if (np.diff(best) > 1e-6).any():
        raise CheckFailed('rows must be sorted by their best score')


def _check_reference(folder: str, spec: DetectionSpec, backend: Backend) -> None:
    reference = read_reference(spec)
    if reference is None:
        print(_NO_REFERENCE)
        return
    found = make_detector(spec, backend).detect(_reference_picture(folder, reference.image))
    _judge_reference(reference.image, differences(reference, found, spec.defaults.score_threshold),
                     '{} faces'.format(len(reference.detections)))


def _check_landmark_reference(folder: str, spec: LandmarkSpec, backend: Backend) -> None:
    reference = read_landmark_reference(spec)
    if reference is None:
        print(_NO_REFERENCE)
        return
    count = len(reference.boxes)
    finder = LandmarkFinder(spec.input, spec.points, spec.crop_margin, lambda tensor: backend.run(tensor)['points'],
                            batch=backend.info.batch)
    found = finder.find(_reference_picture(folder, reference.image),
                        Detections(reference.boxes, np.ones(count), [''] * count))
    _judge_reference(reference.image, landmark_differences(reference, found),
                     '{} points of {} faces'.format(len(spec.points), count))


def _reference_picture(folder: str, name: str) -> np.ndarray:
    try:
        return read_image(os.path.join(folder, name))
    except MediaError as error:
        raise CheckFailed('reference picture {}: {}'.format(name, error)) from error


def _judge_reference(name: str, words: List[str], what: str) -> None:
    if words:
        raise CheckFailed('reference picture {}: {}'.format(name, '; '.join(words)))
    _passed('reference', '{} on {} as they were when the model was made'.format(what, name))


def _passed(step: str, words: str) -> None:
    print('ok      {:10s} {}'.format(step, words))
