# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo from the first frame to the page: record, play, judge, write what stays."""
import functools
import itertools
import shutil
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from examples import film
from examples.bags.play import NobodyListens
from examples.nodes import choose_domain, node_command
from examples.processes import ProcessDied, Processes
from face_perception.media.images import write_image
from face_perception.models.store import ModelNotFound, find_model
from face_perception.ros.landmark_messages import from_landmarks_message

from . import judge
from .inputs import NoInput, read_input
from .outputs import annotate, clear, keep_bag, record
from .page import Row, figures, write_page
from .show import DETECTOR, LANDMARKS, Answer, play_to_detector, points_type
from .table import HEADING, Table

Shots = list[tuple[str, list[film.Truth] | None]]       # (part, faces or None) by frame
# The wheels hold no ros2 command.
LISTEN = 'ros2 topic echo /faces' if shutil.which('ros2') else 'scripts/run python examples/turn_to_face.py'
say = functools.partial(print, flush=True)               # at once, also into a pipe


def run(args: Namespace, command: str) -> int:
    """Run the demo with parsed options; return the exit status."""
    try:
        return _run(args, command)
    except (NoInput, film.NoFootage, NobodyListens, ProcessDied, ModelNotFound) as error:
        say(f'demo: {error}')
    except OSError as error:
        say(f'demo: {error.filename or args.output}: {error.strerror or error}')
    return 2


def _run(args: Namespace, command: str) -> int:
    began, output = time.monotonic(), Path(args.output)
    find_model(args.model)             # before the work, not after it
    if args.picture and not cv2.haveImageWriter(args.picture):
        raise NoInput(f'--picture {args.picture} cannot be written; its name has to end in .png or .jpg')
    shots: Shots = []
    frames = iter(read_input(args.input, args.seconds) if args.input else _film(shots))
    say(f'recording {args.input or "the film"} as a bag')
    first = next(frames)               # an input that cannot be read removes nothing of an earlier demo
    clear(output)
    stamps = record(itertools.chain([first], frames), output / 'bag_played')
    say(f'{len(stamps)} frames in {time.monotonic() - began:.1f} s; playing them to {DETECTOR}. To listen: '
        f'ROS_DOMAIN_ID={choose_domain()} {LISTEN}\n{HEADING}')
    answers = play(args, output)
    rows = [_row(ns, answers.get(ns), *(shots[n] if shots else ('', None))) for n, ns in enumerate(stamps)]
    results = judge.judge(shots, {n: row.detections for n, row in enumerate(rows) if row.detections is not None})
    short = judge.shortcomings(results) if shots else [] if answers else ['No frame was answered.']
    said = figures(rows, results)
    say(*(f'{what}: {value}' for what, value in said.items()), *('NOT GOOD: ' + line for line in short), sep='\n')
    kept = annotate(args.input or 'film', rows, output, choose_frames(rows))
    best = sorted(kept, key=lambda n: -len(rows[n].detections or ()))
    write_page(output / 'index.html', kept[best[0]], kept, rows, input=args.input, command=command, results=results,
               shortcomings=short, figures=said, video=(output / 'annotated.webm').exists())
    keep_bag(output, answers)
    if args.picture:
        small = [cv2.copyMakeBorder(cv2.resize(kept[n], (400, 300), interpolation=cv2.INTER_AREA), 3, 3, 3, 3,
                                    cv2.BORDER_CONSTANT, value=(255, 255, 255)) for n in sorted(best[:6])]
        write_image(args.picture, cv2.vconcat([cv2.hconcat(small[:3]), cv2.hconcat(small[3:])]))
    say(f'look at {output / "index.html"}  ({time.monotonic() - began:.0f} s)')
    return 1 if short else 0


def _film(shots: Shots) -> Iterator[tuple[float, np.ndarray]]:
    """Yield (seconds, image) of the film; append (part, faces) to `shots`."""
    for shot in film.compose():
        shots.append((shot.part, shot.faces))
        yield shot.number / film.FPS, shot.image


def play(args: Namespace, output: Path) -> dict[int, Answer]:
    """Play the bag to the detector and print the table of what it says; return {stamp_ns: Answer}."""
    table = Table()

    def answered(stamp_ns: int, answer: Answer) -> None:
        line = table.line(stamp_ns, answer.detections, answer.latency_s, time.monotonic())
        if line is not None:
            say(line)
    with Processes(str(output / 'logs')) as processes:
        image, with_points = [('image', 'image_raw')], points_type()
        processes.start(DETECTOR, node_command(DETECTOR, {'model': args.model, 'backend': args.backend}, image))
        if with_points:
            processes.start(LANDMARKS, node_command(LANDMARKS, {'backend': args.backend}, image))
        return play_to_detector(output / 'bag_played', processes.check, answered, with_points)


def _row(stamp_ns: int, answer: Answer | None, part: str, faces: list[film.Truth] | None) -> Row:
    shown = None if faces is None else [face.label for face in faces]
    landmarks = from_landmarks_message(answer.points) if answer and answer.points else None
    return Row(stamp_ns, part, answer and answer.detections, answer and answer.latency_s, shown, landmarks)


def choose_frames(rows: list[Row], maximum: int = 12) -> list[int]:
    """Return a few frame numbers: the middle of each part, spread evenly where there are no parts."""
    groups = itertools.groupby(range(len(rows)), lambda number: rows[number].part or number * maximum // len(rows))
    parts = [list(numbers) for _, numbers in groups]
    return [part[len(part) // 2] for part in parts][:maximum]
