# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception benchmark: how fast models and backends are on this machine, and whether they keep up with a camera."""

import argparse
import json
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import cv2
import numpy as np

from face_perception import __version__
from face_perception.api import make_detector
from face_perception.backends import BackendError, BackendOptions, BackendUnavailable, backend_names, open_backend
from face_perception.backends.base import BackendInfo
from face_perception.backends.choice import ORDER
from face_perception.cli import options
from face_perception.cli.machine import Machine, gpu_memory_mb
from face_perception.cli.measure import Latency, Measured, Stream, latencies, stream
from face_perception.cli.own_process import in_own_process
from face_perception.cli.progress import Progress
from face_perception.core import defaults
from face_perception.models.spec import DetectionSpec, SpecError, read_spec
from face_perception.models.store import find_model, list_models

HELP = 'measure models and backends on this machine'
ALL = 'all'
EACH = 10               # frames of one turn
CAMERA_FPS = 30.0

_COLUMNS = ('model', 'input', 'accuracy', 'backend', 'FPS', 'p50', 'p90', 'p99', 'preprocess', 'copy', 'inference',
            'postprocess', 'longest gap', 'missed', 'CPU', 'memory', 'GPU memory')


class Candidate(NamedTuple):
    """A model on a backend."""

    folder: str
    spec: DetectionSpec
    backend: str


class Opened(NamedTuple):
    """A candidate that is ready to run."""

    candidate: Candidate
    measured: Measured
    info: BackendInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument('--model', metavar='NAME_OR_FOLDER', default=ALL,
                        help='a detection model, or {} that are installed (default: %(default)s)'.format(ALL))
    parser.add_argument('--backend', choices=(ALL,) + tuple(backend_names()), default=ALL,
                        help='a backend, or {} that work here (default: %(default)s)'.format(ALL))
    parser.add_argument('--precision', choices=defaults.PRECISIONS, default=defaults.PRECISIONS[0],
                        help='of the networks (default: %(default)s)')
    parser.add_argument('--threads', type=options.count, default=defaults.THREADS, metavar='N',
                        help='CPU threads of the backend (default: %(default)s)')
    parser.add_argument('--size', type=size, default=(640, 480), metavar='WIDTHxHEIGHT',
                        help="of the camera's frames (default: 640x480)")
    parser.add_argument('--rounds', type=options.count, default=20, metavar='N',
                        help='turns of {} frames for each (default: %(default)s)'.format(EACH))
    parser.add_argument('--seconds', type=options.positive, default=5.0, metavar='S',
                        help='how long each is fed {:g} frames a second (default: %(default)g)'.format(CAMERA_FPS))
    parser.add_argument('--json', metavar='OUT', default='',
                        help='also write all figures and what the machine is, to share: no name of host or user')


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the table, write the JSON."""
    if arguments.json:
        open(arguments.json, 'a').close()       # it may not be writable, and the work takes minutes
    machine = Machine()
    chosen = BackendOptions(precision=arguments.precision, threads=arguments.threads, report=options.say)
    opened = _open_all(_candidates(arguments.model, arguments.backend), chosen)
    image = camera_frame(opened[0].candidate, arguments.size)
    progress = Progress(arguments.rounds * len(opened) + len(opened), 'turns')
    before = machine.state()
    try:
        taken = latencies([each.measured for each in opened], image, arguments.rounds, EACH,
                          lambda done: progress.update(done))
    finally:
        for each in opened:
            each.measured.detector.close()
    rows = []
    for number, (each, latency) in enumerate(zip(opened, taken)):
        rows.append(row(each.candidate, each.info, latency,
                        *in_own_process(as_camera, each.candidate, chosen, image, arguments.seconds)))
        progress.update(arguments.rounds * len(opened) + number + 1)
    progress.close()
    about = dict(machine.describe(), before=before._asdict(), after=machine.state()._asdict())
    print(table(rows))
    print(foot(arguments.size, about))
    if arguments.json:
        with open(arguments.json, 'w', encoding='utf-8') as output:
            json.dump({'face_perception': __version__, 'frame': list(arguments.size), 'threads': arguments.threads,
                       'machine': about, 'rows': rows}, output, indent=2)
            output.write('\n')
    return 0


def as_camera(candidate: Candidate, chosen: BackendOptions, image: np.ndarray, seconds: float
              ) -> Tuple[Stream, Optional[float], Optional[float]]:
    """Feed one candidate as a camera would; return (how it kept up, memory, GPU memory of this process, MB)."""
    memory: List[Optional[float]] = []
    kept_up = stream(lambda: _open(candidate, chosen).measured.detector, image, seconds, CAMERA_FPS,
                     lambda: memory.extend((Machine().memory_mb(), gpu_memory_mb())))
    in_ram, on_gpu = memory
    return kept_up, in_ram, on_gpu


def camera_frame(candidate: Candidate, chosen: Tuple[int, int]) -> np.ndarray:
    """Return a frame with faces: the reference picture of a model, or noise where it has none; (height, width, 3) uint8."""
    name = (candidate.spec.proof.get('reference') or {}).get('image', '')
    picture = cv2.imread('{}/{}'.format(candidate.folder, name)) if name else None
    if picture is None:
        picture = np.random.RandomState(1).randint(0, 256, (chosen[1], chosen[0], 3)).astype(np.uint8)
    frame: np.ndarray = cv2.resize(picture, chosen, interpolation=cv2.INTER_LINEAR)
    return frame


def row(candidate: Candidate, info: BackendInfo, latency: Latency, kept_up: Stream, memory_mb: Optional[float],
        gpu_mb: Optional[float]) -> Dict[str, Any]:
    """Return all figures of one candidate, as the JSON has them."""
    spec = candidate.spec
    figures = spec.proof.get('figures') or {}
    return {'model': spec.name, 'input': [spec.input.width, spec.input.height],
            'image_accuracy': figures.get('image_accuracy'), 'backend': info.name, 'version': info.version,
            'device': info.device, 'precision': info.precision, 'fps': latency.fps, 'latency_ms': latency._asdict(),
            'camera': dict(kept_up._asdict(), fps=CAMERA_FPS), 'memory_mb': memory_mb, 'gpu_memory_mb': gpu_mb}


def table(rows: List[Dict[str, Any]]) -> str:
    """Return the first work's Table 1 with what a robot needs beside it, in Markdown; times in ms, memory in MB."""
    lines = ['| {} |'.format(' | '.join(_COLUMNS)), '| --- ' * len(_COLUMNS) + '|']
    for each in rows:
        latency, camera = each['latency_ms'], each['camera']
        cells = [each['model'], '{}x{}'.format(*each['input']),
                 '-' if each['image_accuracy'] is None else '{:.1f} %'.format(100 * each['image_accuracy']),
                 '{} ({}, {})'.format(each['backend'], each['device'], each['precision']), '{:.1f}'.format(each['fps'])]
        cells += ['{:.2f}'.format(latency[name]) for name in Latency._fields]
        cells += ['{:.0f}'.format(camera['longest_gap_ms']), '{} of {}'.format(camera['missed'], camera['frames']),
                  '{:.0f} %'.format(camera['cpu_percent'])]
        cells += ['-' if value is None else '{:.0f}'.format(value) for value in (each['memory_mb'], each['gpu_memory_mb'])]
        lines.append('| {} |'.format(' | '.join(cells)))
    return '\n'.join(lines)


def foot(frame: Tuple[int, int], about: Dict[str, Any]) -> str:
    """Return what the table was measured on."""
    words = ['{}x{} frames'.format(*frame), about['board'] or about['cpu'], '{} cores'.format(about['cores']),
             about['system'], 'Python {}'.format(about['python'])]
    for name, unit in (('cpu_mhz', 'MHz CPU'), ('gpu_mhz', 'MHz GPU')):
        if about['after'][name] is not None:
            words.append('{:.0f} {}'.format(about['after'][name], unit))
    words += ['{} {:.0f} to {:.0f} C'.format(zone, about['before']['temperatures'].get(zone, value), value)
              for zone, value in sorted(about['after']['temperatures'].items())]
    return ', '.join(words)


def size(text: str) -> Tuple[int, int]:
    """Parse WIDTHxHEIGHT, pixels."""
    width, sign, height = text.partition('x')
    if not sign or not width.isdigit() or not height.isdigit() or not 16 <= int(width) <= 16384 or \
            not 16 <= int(height) <= 16384:
        raise argparse.ArgumentTypeError('expected WIDTHxHEIGHT from 16 to 16384 pixels, such as 640x480, got {!r}'.format(
            text))
    return int(width), int(height)


def _candidates(model: str, backend: str) -> List[Candidate]:
    """Return what was asked for: every detection model on every backend, or one of them."""
    if model == ALL:
        folders = [folder for _, folder in sorted(list_models().items())]
    else:
        folders = [find_model(model)]
    specs = [(folder, read_spec(folder)) for folder in folders]
    found = [(folder, spec) for folder, spec in specs if isinstance(spec, DetectionSpec)]
    if not found:
        raise SpecError("benchmark measures models of the task 'detect', {}".format(
            'none is installed' if model == ALL else '{} is of the task {!r}'.format(model, specs[0][1].task)))
    return [Candidate(folder, spec, name) for folder, spec in found for name in (ORDER if backend == ALL else [backend])]


def _open_all(candidates: List[Candidate], chosen: BackendOptions) -> List[Opened]:
    """Open what can be opened and say once for each backend why it cannot; raise where nothing remains."""
    opened: List[Opened] = []
    refused: Dict[str, Exception] = {}
    for candidate in candidates:
        if isinstance(refused.get(candidate.backend), BackendUnavailable):
            continue
        try:
            opened.append(_open(candidate, chosen))
        except (BackendUnavailable, BackendError) as error:
            if candidate.backend not in refused:
                print('face-perception: {} is left out: {}'.format(candidate.backend, error), file=sys.stderr)
            refused[candidate.backend] = error
    if not opened:
        raise next(iter(refused.values()))
    return opened


def _open(candidate: Candidate, chosen: BackendOptions) -> Opened:
    backend = open_backend(candidate.backend, candidate.folder, candidate.spec, chosen)
    return Opened(candidate, Measured(make_detector(candidate.spec, backend), lambda: backend.copied), backend.info)
