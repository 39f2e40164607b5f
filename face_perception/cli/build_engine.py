# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception build-engine: makes the TensorRT engine of a model before a robot needs it."""

import argparse
import os
import time

import numpy as np

from face_perception.backends import BackendOptions
from face_perception.backends.batches import open_batches
from face_perception.backends.tensorrt.backend import TensorRtBackend, open_engine
from face_perception.cli import options
from face_perception.core import defaults
from face_perception.models.spec import DETECT, ModelSpec, read_spec
from face_perception.models.store import find_model
from face_perception.pipeline.worker import Worker

HELP = 'build the TensorRT engine of a model for this GPU'

_RUNS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument('model', metavar='NAME_OR_FOLDER', help='name of a model, or its folder')
    parser.add_argument('--precision', choices=defaults.PRECISIONS, default=defaults.PRECISIONS[0],
                        help='of the engine; less than fp32 is compared with fp32 on the reference picture of the model '
                             '(default: %(default)s)')
    parser.add_argument('--calibrate', metavar='FOLDER', default='',
                        help='pictures such as the robot sees, from which int8 takes its ranges (up to TensorRT 10)')
    parser.add_argument('--workspace', type=options.count, default=BackendOptions().workspace_mb, metavar='MB',
                        help='memory of the GPU that the builder may use (default: %(default)s)')
    parser.add_argument('--cache', metavar='DIR', default='',
                        help="where the engine is kept (default: the user's cache folder, where nodes look)")
    parser.add_argument('--rebuild', action='store_true', help='build it even where there is one')


def run(arguments: argparse.Namespace) -> int:
    """Build or find the engine, run it, say where it lies; return 1 where it could not be kept."""
    folder = find_model(arguments.model)
    spec = read_spec(folder)
    chosen = BackendOptions(precision=arguments.precision, workspace_mb=arguments.workspace, cache_dir=arguments.cache,
                            calibration_dir=arguments.calibrate, report=options.say)
    kept = []

    def build() -> None:
        """Open the model as those will who use it: detection one image at a time, landmarks in batches."""
        if spec.task == DETECT:
            opened = open_engine(folder, spec, chosen, arguments.rebuild)
            try:
                kept.append(_describe(spec, opened))
            finally:
                opened.close()
        else:
            def open_one(name: str, one: BackendOptions) -> TensorRtBackend:
                opened = open_engine(folder, spec, one, arguments.rebuild)
                kept.append(_describe(spec, opened))
                return opened
            open_batches('tensorrt', open_one, spec, chosen).close()

    # In a thread of its own: TensorRT gives no signal through, and a build takes minutes.
    worker = Worker(build, lambda nothing: None, lambda nothing: None, lambda: False)
    worker.start()
    worker.stop()
    return 0 if all(kept) else 1


def _describe(spec: ModelSpec, opened: TensorRtBackend) -> bool:
    """Print what was opened; return whether it is kept."""
    info = opened.info
    tensor = np.zeros((info.batch, 3, spec.input.height, spec.input.width), np.float32)
    opened.run(tensor)
    seconds = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        opened.run(tensor)
        seconds.append(time.perf_counter() - start)
    print('{}: {} {} on {}, {}, batch {}; a run takes {:.2f} ms (median of {})'.format(
        spec.name, info.name, info.version, info.device, info.precision, info.batch, 1e3 * float(np.median(seconds)), _RUNS))
    if not os.path.isfile(opened.engine_path):
        print('the engine is not kept: {} cannot be written'.format(opened.engine_path))
        return False
    print('{}  {:.1f} MB'.format(opened.engine_path, os.path.getsize(opened.engine_path) / 1e6))
    return True
