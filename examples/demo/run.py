# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo from the first frame to the page: record, play, judge, write what stays."""
import functools
import heapq
import itertools
import shutil
import time
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from examples import film
from examples.bags import read_bag, write_bag
from examples.nodes import choose_domain, node_command
from examples.processes import ProcessDied, Processes
from face_perception.cli.outputs import JsonList, entry
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_detections
from face_perception.media.images import write_image
from face_perception.media.video import VideoWriter
from face_perception.models.store import ModelNotFound, find_model
from face_perception.ros.images import bgr_to_image, image_to_bgr

from . import judge
from .inputs import NoInput, read_input
from .page import Row, describe, figures, sheet, write_page
from .show import Answer, NotReady, Show

MARKER = '.face_perception_demo'        # a folder with this file was made by the demo
OWN = ('index.html', 'faces.json', 'annotated.webm', 'bag', 'bag_played', 'logs', MARKER)
IMAGE_TOPIC, FACES_TOPIC = '/image_raw', '/faces'
say = functools.partial(print, flush=True)      # at once, also into a pipe


def run(args: Namespace, command: str) -> int:
    """Run the demo with parsed options; return the exit status."""
    try:
        return _run(args, command)
    except (NoInput, film.NoFootage, NotReady, ProcessDied, ModelNotFound, ValueError) as error:
        say(f'demo: {error}')
    except OSError as error:
        say(f'demo: {error.filename or args.output}: {error.strerror or error}')
    return 2


def _run(args: Namespace, command: str) -> int:
    began, output = time.monotonic(), Path(args.output)
    find_model(args.model)             # before the work, not after it
    shots: list[tuple[str, list[film.Truth] | None]] = []
    frames = iter(read_input(args.input, args.seconds) if args.input else _film(shots))
    say(f'recording {args.input or "the film"} as a bag')
    first = next(frames)               # an input that cannot be read removes nothing of an earlier demo
    clear(output)
    stamps = record(itertools.chain([first], frames), output / 'bag_played')
    domain = choose_domain()
    say(f'{len(stamps)} frames in {time.monotonic() - began:.1f} s; starting detector_node. To listen with: '
        f'ROS_DOMAIN_ID={domain} ros2 topic echo /faces')
    answers = play(args, output)
    rows = [make_row(ns, answers.get(ns), *(shots[n] if shots else ('', None))) for n, ns in enumerate(stamps)]
    results = judge.judge(shots, {n: row.detections for n, row in enumerate(rows) if row.detections is not None})
    short = judge.shortcomings(results) if shots else [] if answers else ['No frame was answered.']
    for what, value in figures(rows, results).items():
        say(f'{what}: {value}')
    for line in short:
        say('NOT GOOD: ' + line)
    kept = annotate(args.input or 'film', rows, output, choose_frames(rows))
    best = sorted(kept, key=lambda n: -len(rows[n].detections or ()))
    if args.picture:
        write_image(args.picture, sheet([kept[n] for n in sorted(best[:6])], 3, 400))
        say(f'picture: {args.picture}')
    title = 'Faces found in ' + (args.input or 'a film with a person and drawn characters')
    write_page(output / 'index.html', kept[best[0]], sheet(list(kept.values()), 4, 420), rows, title=title,
               command=command, results=results, shortcomings=short, figures=figures(rows, results))
    keep_bag(output, answers)
    say(f'look at {output / "index.html"}  ({time.monotonic() - began:.0f} s)')
    return 1 if short else 0


def _film(shots: list[tuple[str, list[film.Truth] | None]]) -> Iterable[tuple[float, np.ndarray]]:
    """Yield (seconds, image) of the film; append (part, faces) to `shots`."""
    for shot in film.compose():
        shots.append((shot.part, shot.faces))
        yield shot.number / film.FPS, shot.image


def clear(folder: Path) -> None:
    """Make the output folder, without what an earlier demo left there; what is not the demo's own stays.

    Raises ValueError where the names that the demo needs are taken by somebody else's files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = [name for name in OWN if (folder / name).exists()]
    if taken and MARKER not in taken:
        raise ValueError(f'{folder} holds {", ".join(taken)}, which this demo did not make; name another --output')
    for name in taken:
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()
    (folder / MARKER).write_text('Made by the demo of face_perception, which clears its own files here.\n')


def record(frames: Iterable[tuple[float, np.ndarray]], bag: Path) -> list[int]:
    """Write frames (seconds, image) as a bag of IMAGE_TOPIC; return their stamps in ns, from now on."""
    start_ns, stamps = time.time_ns(), []

    def messages() -> Iterable[tuple[str, object, int]]:
        for at, image in frames:
            stamps.append(start_ns + round(at * 1e9))
            yield IMAGE_TOPIC, bgr_to_image(image, stamps[-1], 'demo_camera'), stamps[-1]
    write_bag(bag, messages())
    return stamps


def play(args: Namespace, output: Path) -> dict[int, Answer]:
    """Play the bag to the detector; print what it says when that changes; return {stamp_ns: Answer}."""
    printed: list[str] = []

    def answered(stamp_ns: int, answer: Answer) -> None:
        labels = ' '.join(sorted(answer.detections.labels.tolist()))
        if not printed or printed[-1] != labels:
            say(f'{stamp_ns / 1e9:14.3f}  {1e3 * answer.latency_s:6.1f} ms  {describe(answer.detections)}')
        printed.append(labels)
    with Processes(str(output / 'logs')) as processes:
        processes.start('detector_node', node_command(
            'detector_node', {'model': args.model, 'backend': args.backend}, [('image', 'image_raw')]))
        with Show() as show:
            took = show.wait_for_detector(processes.check)
            say(f'detector_node answers (after {took:.1f} s); playing the bag')
            say(f'{"stamp":>14}  {"latency":>9}  faces: label and score')
            show.play(output / 'bag_played', processes.check, answered)
            return show.answers


def make_row(stamp_ns: int, answer: Answer | None, part: str, faces: list[film.Truth] | None) -> Row:
    """Return the row of one frame."""
    shown = None if faces is None else [face.label for face in faces]
    return Row(stamp_ns, part, answer and answer.detections, answer and answer.latency_s, shown)


def choose_frames(rows: Sequence[Row], most: int = 12) -> list[int]:
    """Return a few frame numbers: the middle of each part, spread evenly where there is one part."""
    groups = itertools.groupby(range(len(rows)), lambda number: rows[number].part)
    parts = [list(numbers) for _, numbers in groups]
    if len(parts) == 1:
        return sorted(set(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int).tolist()))
    return [part[len(part) // 2] for part in parts][:most]


def annotate(name: str, rows: Sequence[Row], output: Path, keep: Sequence[int]) -> dict[int, np.ndarray]:
    """Write annotated.webm and faces.json; return {frame number: annotated image} of the numbers in `keep`."""
    span = (rows[-1].stamp_ns - rows[0].stamp_ns) / 1e9
    video = VideoWriter(str(output / 'annotated.webm'), (len(rows) - 1) / span if span else 1.0, 'VP80')
    faces, kept = JsonList(str(output / 'faces.json')), {}
    for number, (_, message, _) in enumerate(read_bag(output / 'bag_played', [IMAGE_TOPIC])):
        image, detections = image_to_bgr(message), rows[number].detections
        if detections is not None:
            stamp = {'sec': message.header.stamp.sec, 'nanosec': message.header.stamp.nanosec}
            faces.add(dict(entry(name, image, detections, number), stamp=stamp))
        drawn = draw_detections(image.copy(), detections or Detections.empty())
        video.add(drawn)
        if number in keep:
            kept[number] = drawn
    video.close()
    faces.close()
    return kept


def keep_bag(output: Path, answers: dict[int, Answer]) -> None:
    """Write the bag that stays, the images and the answers as they came, in place of the one that was played."""
    faces = sorted((stamp + int(1e9 * answer.latency_s), answer.message) for stamp, answer in answers.items())
    images = read_bag(output / 'bag_played', [IMAGE_TOPIC])
    write_bag(output / 'bag', heapq.merge(images, ((FACES_TOPIC, message, ns) for ns, message in faces),
                                          key=lambda item: item[2]), compress=True)
    shutil.rmtree(output / 'bag_played')
