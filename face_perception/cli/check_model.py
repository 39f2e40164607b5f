# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception check-model: does a model folder keep its contract on this machine?"""

import os
import time

import numpy as np

from face_perception.api import resize
from face_perception.backends import open_backend
from face_perception.cli import options
from face_perception.cli.inputs import UnreadableInput, read_image
from face_perception.models.spec import check_onnx, read_spec
from face_perception.core.detector import Detector
from face_perception.models.reference import differences, read_golden
from face_perception.models.store import find_model

HELP = 'check that a model keeps its contract on this machine'

_RUNS = 20


class CheckFailed(ValueError):
    """A rule that the model breaks."""


def add_arguments(parser):
    """Add what this command takes."""
    parser.add_argument('model', metavar='NAME_OR_FOLDER', help='name of a model, or its folder')
    options.add_engine(parser)


def run(arguments):
    """Check step by step, print each step passed; return 0, or 1 at the first rule broken."""
    folder = find_model(arguments.model)
    print('model {}'.format(folder))
    try:
        contract = read_spec(folder)
        _passed('contract', '{}: {}, input {} x {} {}, {}'.format(
            contract.name, contract.task, contract.input.width, contract.input.height, contract.input.colour,
            ', '.join(contract.labels or contract.points)))
        check_onnx(folder, contract)
        _passed('network', 'sha256 as the contract says')
        backend = open_backend(arguments.backend, folder, contract, arguments.threads)
        try:
            _check_engine(folder, contract, backend)
        finally:
            backend.close()
    except (ValueError, RuntimeError, ImportError) as error:
        print('FAILED  {}'.format(error))
        return 1
    print('all checks passed')
    return 0


def _check_engine(folder, contract, backend):
    about = backend.describe()
    _passed('engine', '{backend} {version} on {device}, {threads} thread(s); names and shapes fit'.format(
        **about))
    _check_noise(contract, backend)
    if contract.task == 'detect':
        _check_golden(folder, contract, backend)


def _check_noise(contract, backend):
    """Run on noise, twice the same, and look at the rules that every answer must keep."""
    spec = contract.input
    # Its own generator with a fixed seed: the check must say the same tomorrow.
    pixels = np.random.RandomState(0).randint(0, 256, (1, 3, spec.height, spec.width)).astype(np.float32)
    tensor = (pixels - np.array(spec.mean, np.float32).reshape(3, 1, 1)) * np.array(
        spec.scale, np.float32).reshape(3, 1, 1)
    first = backend.run(tensor)
    seconds = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        again = backend.run(tensor)
        seconds.append(time.perf_counter() - start)
    for role in contract.outputs:
        if not np.isfinite(first[role]).all():
            raise CheckFailed('{} has values that are not numbers'.format(role))
        if not np.allclose(first[role], again[role], atol=1e-4):
            raise CheckFailed('{} differs between two runs on one input'.format(role))
    if contract.task == 'detect':
        _check_scores(first['scores'][0])
    _passed('noise', 'numbers keep the rules; a run takes {:.2f} ms (median of {})'.format(
        1e3 * float(np.median(seconds)), _RUNS))


def _check_scores(scores):
    if not len(scores):
        return
    if scores.min() < 0 or scores.max() > 1:
        raise CheckFailed('scores must be 0..1, got {:g} to {:g}'.format(scores.min(), scores.max()))
    best = scores.max(axis=1)
    if (np.diff(best) > 1e-6).any():
        raise CheckFailed('rows must be sorted by their best score')


def _check_golden(folder, contract, backend):
    golden = read_golden(contract)
    if golden is None:
        print('--      golden   none in the contract: not compared with the network that was trained')
        return
    try:
        image = read_image(os.path.join(folder, golden.image))
    except UnreadableInput as error:
        raise CheckFailed('golden image {}: {}'.format(golden.image, error)) from error
    found = Detector(contract, backend, resize).detect(image)
    words = differences(golden, found, contract.defaults.score_threshold)
    if words:
        raise CheckFailed('golden image {}: {}'.format(golden.image, '; '.join(words)))
    _passed('golden', '{} faces on {} as they were when the model was made'.format(
        len(golden.detections), golden.image))


def _passed(step, words):
    print('ok      {:8s} {}'.format(step, words))
