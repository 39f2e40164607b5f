# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo from the first frame to the page: compose, record, play, listen, judge, report."""
import heapq
import itertools
import shutil
import sys
import time
from pathlib import Path

import cv2
import numpy as np

import clip
import judge
from annotate import Film, annotated, sheet
from bag import read_bag, write_bag
from face_perception.cli.outputs import JsonList, entry
from face_perception.core.detections import Detections
from face_perception.model_store import ModelNotFound, find_model
from face_perception.ros.images import bgr_to_image, image_to_bgr
from live import LiveTable, describe
from processes import ProcessDied, Processes
from recorder import NotReady, Recorder, stamp_ns
from report import Row, Summary, answered_fps, latencies_ms, page, percent
from show import choose_domain, node_command, run_show
from sources import NoInput, read_input

OWN_FILES = ('index.html', 'faces.json', 'annotated.webm', 'annotated.mp4')
OWN_FOLDERS = ('bag', 'bag_played', 'annotated', 'logs')
FRAME_ID = 'demo_camera'
IMAGE_TOPIC = '/image_raw'
FACES_TOPIC = '/faces'


def say(text):
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def clean(folder):
    """Make the output folder, without what an earlier demo left there; other files stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in OWN_FILES:
        (folder / name).unlink(missing_ok=True)
    for name in OWN_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


def record(frames, bag):
    """Write frames (seconds, image) as a bag of IMAGE_TOPIC; return how many."""
    start_ns = time.time_ns()

    def messages():
        for at, image in frames:
            ns = start_ns + int(round(at * 1e9))
            yield IMAGE_TOPIC, bgr_to_image(image, ns, FRAME_ID), ns
    return write_bag(bag, messages())


def film_frames(shots):
    """Yield (seconds, image) of the demo's film; append (part, faces) to `shots`."""
    for shot in clip.compose():
        shots.append((shot.part, shot.faces))
        yield shot.number / clip.FPS, shot.image


def play(args, bag, logs):
    """Play the bag to the detector; return ({stamp_ns: Answer}, {stamp_ns: latency in seconds})."""
    answers, latencies = {}, {}
    table = LiveTable(sys.stdout)

    def answered(answer, latency_s):
        answers[answer.stamp_ns] = answer
        latencies[answer.stamp_ns] = latency_s
        table.add(answer.stamp_ns, answer.detections, latency_s)
    with Processes(str(logs)) as processes:
        processes.start('detector_node', node_command(
            'detector_node', {'model': args.model, 'backend': args.backend}, [('image', 'image_raw')]))
        with Recorder() as recorder:
            run_show(processes, recorder, bag, answered, say)
    table.close()
    return answers, latencies


def merge(played, answers, latencies, bag):
    """Write the bag that stays: the images as played and the answers, each at the time it arrived."""
    images = read_bag(played, [IMAGE_TOPIC])
    faces = sorted((stamp + int(1e9 * (latencies[stamp] or 0)), answer.message)
                   for stamp, answer in answers.items())
    faces = ((FACES_TOPIC, message, ns) for ns, message in faces)
    write_bag(bag, heapq.merge(images, faces, key=lambda item: item[2]), compress=True)
    shutil.rmtree(played)


def draw_and_list(bag, file, rows, output):
    """Write the annotated film and faces.json; return (Film, {number: annotated image} of a few frames)."""
    fps = (len(rows) - 1) * 1e9 / (rows[-1].stamp_ns - rows[0].stamp_ns) if len(rows) > 1 else 1.0
    chosen = choose_frames(rows)
    kept, film = {}, None
    faces = JsonList(str(output / 'faces.json'))
    for number, (_, message, _) in enumerate(read_bag(bag, [IMAGE_TOPIC])):
        row, image = rows[number], image_to_bgr(message)
        detections = Detections.empty() if row.detections is None else row.detections
        if row.detections is not None:
            item = entry(file, image, detections, number)
            item['stamp'] = {'sec': message.header.stamp.sec, 'nanosec': message.header.stamp.nanosec}
            faces.add(item)
        drawn = annotated(image, detections)
        film = film or Film(output, fps, image.shape[1], image.shape[0])
        film.add(drawn)
        if number in chosen:
            kept[number] = drawn
    film.close()
    faces.close()
    return film, kept


def choose_frames(rows, most=12):
    """Return the numbers of a few frames: the middle of each part, spread evenly where there is one part."""
    groups = itertools.groupby(enumerate(rows), lambda item: item[1].part)
    parts = [[number for number, _ in group] for _, group in groups]
    if len(parts) == 1:
        return sorted(set(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int).tolist()))
    return [part[len(part) // 2] for part in parts][:most]


def best_frames(shots, rows, count=6):
    """Return frame numbers for the still picture: of each part with faces the one where all is found best."""
    best = {}
    for number, ((part, faces), row) in enumerate(zip(shots, rows)):
        if not faces or row.detections is None:
            continue
        found, mistaken, alarms = judge.judge_frame(faces, row.detections)
        complete = sum(found.values()) == len(faces) and not mistaken and not alarms
        score = (complete, len(faces), float(row.detections.scores.min()) if len(row.detections) else 0.0)
        if part not in best or score > best[part][0]:
            best[part] = (score, number)
    return sorted(number for _, number in sorted(best.values(), reverse=True)[:count])


def write_picture(path, bag, numbers, rows):
    """Write the still picture of the annotated frames `numbers`."""
    images = [annotated(image_to_bgr(message), rows[number].detections)
              for number, (_, message, _) in enumerate(read_bag(bag, [IMAGE_TOPIC])) if number in numbers]
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), sheet(images, 3, 400)):
        raise NoInput(f'--picture {path}: OpenCV cannot write that kind of file; name it .png or .jpg')


def print_results(rows, results, short):
    """Say on the terminal what the page says."""
    middle, high = latencies_ms(rows)
    answered = sum(row.detections is not None for row in rows)
    say(f'\n{answered} of {len(rows)} frames answered, {answered_fps(rows):.1f} a second'
        + ('' if middle is None
           else f'; latency {middle:.1f} ms median, {high:.1f} ms at the 95th percentile'))
    for r in results:
        seen = ', '.join(f'{label} {r.found.get(label, 0)}/{count}'
                         for label, count in sorted(r.shown.items(), reverse=True))
        more = f'; {r.mistaken} with the other label' if r.mistaken else ''
        more += f'; {r.false_alarms} false alarms' if r.false_alarms else ''
        more += f'; {r.bonus} detections, not judged' if r.bonus else ''
        say(f'  {r.name:38} {seen or "nobody there"}{more}')
    if results:
        say('found where they are: ' + ', '.join(
            f'{label} {percent(judge.share_found(results, label))} (at least {percent(least)} expected)'
            for label, least in judge.FOUND_AT_LEAST.items()))
    for line in short:
        say('NOT GOOD: ' + line)


def run(args, command):
    """Run the demo with parsed options; return the exit status."""
    began = time.monotonic()
    output = Path(args.output)
    try:
        find_model(args.model)
    except ModelNotFound as error:
        say(f'demo: {error}')
        return 2
    try:
        clean(output)
    except OSError as error:
        say(f'demo: --output {output}: {error.strerror}')
        return 2
    played, shots = output / 'bag_played', []
    try:
        say(f'recording {args.input or "the film"} as a bag')
        count = record(read_input(args.input, args.seconds) if args.input else film_frames(shots), played)
        if not count:
            raise NoInput(f'{args.input} holds no frame.')
        domain = choose_domain()
        say(f'{count} frames in {time.monotonic() - began:.1f} s; starting detector_node. To listen with: '
            f'ROS_DOMAIN_ID={domain} ros2 topic echo /faces')
        answers, latencies = play(args, played, output / 'logs')
    except (NoInput, NotReady, ProcessDied) as error:
        say(f'demo: {error}')
        return 2
    merge(played, answers, latencies, output / 'bag')
    rows = []
    for number, (_, message, _) in enumerate(read_bag(output / 'bag', [IMAGE_TOPIC])):
        ns = stamp_ns(message.header)
        part, faces = shots[number] if shots else ('', None)
        rows.append(Row(ns, part, answers[ns].detections if ns in answers else None, latencies.get(ns),
                        None if faces is None else [face.label for face in faces]))
    results = judge.judge(shots, {n: row.detections for n, row in enumerate(rows)
                                  if row.detections is not None})
    if shots:
        short = judge.shortcomings(results)
    else:
        short = [] if answers else ['No frame was answered.']
    print_results(rows, results, short)
    say(f'drawing the faces into the film, in {output}')
    film, kept = draw_and_list(output / 'bag', args.input or 'film', rows, output)
    if args.picture:
        write_picture(args.picture, output / 'bag', best_frames(shots, rows), rows)
        say(f'picture: {args.picture}')
    best = max(kept, key=lambda n: (len(rows[n].detections or ()), n))
    title = 'Faces found in ' + (args.input or 'a film with a person and drawn characters')
    files = [(film.path.name, 'the film with its faces drawn in'),
             ('faces.json', 'every face of every frame'),
             ('bag/', f'the rosbag2 bag: {IMAGE_TOPIC} and {FACES_TOPIC}'), ('logs/', 'what the nodes said')]
    summary = Summary(title, command, rows, results, short, film.path.name, film.in_browsers, kept[best],
                      sheet(list(kept.values()), 4, 320), files)
    (output / 'index.html').write_text(page(summary), encoding='utf-8')
    say(f'look at {output / "index.html"}  ({time.monotonic() - began:.0f} s)')
    return 1 if short else 0
