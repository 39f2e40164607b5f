# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Latency of EXTD, Slim and RFB over the size of their input, as in the figure of EXTD's paper.

    python -m benchmarks.extd_latency [--pretrained FOLDER] [--sizes 160x120 ...] [--rounds 30] [--json OUT]

The published weights are exported for each size, as `face-training export` does, and run by ONNX Runtime on one thread.
A round runs every network at every size once, so that a busy moment of the machine hits all of them; figures are the
medians over the rounds. Run it on a machine that does nothing else. FOLDER holds ulfg/ and extd/ with the weights.
Needs the training environment (scripts/bootstrap --training).
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from face_perception.backends.base import Backend, BackendOptions
from face_perception.backends.onnxruntime import OnnxRuntimeBackend, import_library
from face_training.compare.candidates import published_config
from face_training.export import write_onnx
from face_training.graph import DetectorGraph
from face_training.networks import build
from face_training.spec import make_spec

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Row of the table -> (key of NETWORKS, file below the folder of weights).
NETWORKS = {'slim': ('slim', 'ulfg/slim-320.safetensors'), 'rfb': ('rfb', 'ulfg/rfb-320.safetensors'),
            **{f'EXTD-FPN-{width}': ('extd', f'extd/extd-{width}.safetensors') for width in (32, 48, 64)}}
SIZES = ((160, 120), (240, 180), (320, 240), (480, 360), (640, 480))
WARM_UP = 2
THREADS = 1


class Way(NamedTuple):
    """One network at one size."""

    network: str
    size: tuple[int, int]
    backend: Backend
    tensor: np.ndarray


def open_ways(weights: pathlib.Path, sizes: Sequence[tuple[int, int]], folder: pathlib.Path) -> list[Way]:
    """Return every network at every size; the exported files go to `folder`.

    Raises:
        ValueError, OSError: weights are missing or are those of another network.
    """
    library = import_library()
    random = np.random.default_rng(0)
    ways = []
    for name, (network, file) in NETWORKS.items():
        if not (weights / file).is_file():
            raise FileNotFoundError(f'no {weights / file}: expected the published weights there, see --pretrained')
        net = build(network, 1, weights / file)
        for width, height in sizes:
            config = published_config(name, network, width, height)
            path = folder / f'{name}_{width}x{height}.onnx'
            write_onnx(DetectorGraph(net, config), config, path)
            ways.append(Way(name, (width, height), OnnxRuntimeBackend(library, str(path), make_spec(config),
                                                                            BackendOptions(threads=THREADS)),
                            random.normal(size=(1, 3, height, width)).astype(np.float32)))
    return ways


def measure(ways: Sequence[Way], rounds: int) -> list[list[float]]:
    """Return the seconds of each way, one of each round."""
    seconds: list[list[float]] = [[] for _ in ways]
    for number in range(-WARM_UP, rounds):
        for place in range(len(ways)):
            chosen = (place + number) % len(ways)        # nobody always runs after the same other one
            start = time.perf_counter()
            ways[chosen].backend.run(ways[chosen].tensor)
            if number >= 0:
                seconds[chosen].append(time.perf_counter() - start)
    return seconds


def table(medians: dict[str, dict[tuple[int, int], float]]) -> str:
    """Return {network: {size: seconds}} as Markdown, in milliseconds."""
    sizes = list(next(iter(medians.values())))
    lines = ['| Network | ' + ' | '.join(f'{width}x{height}' for width, height in sizes) + ' |',
             '| --- ' * (1 + len(sizes)) + '|']
    lines += [f'| {name} | ' + ' | '.join(f'{1e3 * row[size]:.1f}' for size in sizes) + ' |'
              for name, row in medians.items()]
    return '\n'.join(lines)


def parse_size(text: str) -> tuple[int, int]:
    """Return (width, height) of WIDTHxHEIGHT."""
    width, height = (int(side) for side in text.split('x'))
    if min(width, height) < 64:         # fewer priors than rows of the exported file
        raise ValueError
    return width, height


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table and write JSON if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED') or ROOT.parent / 'shared')
    parser.add_argument('--pretrained', type=pathlib.Path, default=shared / 'pretrained', metavar='FOLDER',
                        help='of the published weights (default: %(default)s)')
    parser.add_argument('--sizes', type=parse_size, nargs='+', default=SIZES, metavar='WIDTHxHEIGHT',
                        help='of the input, each side at least 64')
    parser.add_argument('--rounds', type=int, default=30, help='(default: %(default)s)')
    parser.add_argument('--json', metavar='OUT')
    args = parser.parse_args(arguments)
    if args.rounds < 1:
        parser.error('--rounds must be at least 1')
    try:
        with tempfile.TemporaryDirectory(prefix='extd_latency_') as folder:
            ways = open_ways(args.pretrained, args.sizes, pathlib.Path(folder))
            seconds = measure(ways, args.rounds)
    except (ValueError, OSError) as error:
        print(f'extd_latency: {error}', file=sys.stderr)
        return 1
    medians: dict[str, dict[tuple[int, int], float]] = {}
    for way, values in zip(ways, seconds):
        medians.setdefault(way.network, {})[way.size] = statistics.median(values)
    print(table(medians))
    machine = (f'{platform.machine()}, {THREADS} thread, ONNX Runtime {import_library().__version__}, '
               f'Python {platform.python_version()}')
    print(f'\nms, median of {args.rounds} rounds; {machine}')
    if args.json:
        rows = [{'network': way.network, 'size': way.size, 'seconds': values} for way, values in zip(ways, seconds)]
        pathlib.Path(args.json).write_text(json.dumps({'machine': machine, 'rows': rows}, indent=1) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
