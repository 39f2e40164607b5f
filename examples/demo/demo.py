# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo from the first frame to the page: compose, record, play, listen, judge, report."""
import sys
import time
from pathlib import Path

import clip
import judge
from annotate import sheet
from face_perception.models.store import ModelNotFound, find_model
from live import LiveTable
from outputs import (FACES_TOPIC, IMAGE_TOPIC, best_frames, choose_frames, clean, draw_and_list, merge,
                     record, write_picture)
from processes import ProcessDied, Processes
from recorder import NotReady, Recorder
from report import Row, Summary, answered_fps, latencies_ms, page, percent
from show import choose_domain, node_command, run_show
from sources import NoInput, read_input


def say(text):
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def film_frames(shots):
    """Yield (seconds, image) of the demo's film; append (part, faces) to `shots`."""
    for shot in clip.compose():
        shots.append((shot.part, shot.faces))
        yield shot.number / clip.FPS, shot.image


def play(args, bag, logs):
    """Play the bag to the detector; return ({stamp_ns: Answer}, {stamp_ns: latency in seconds or None})."""
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


def make_rows(stamps, shots, answers, latencies):
    """Return a Row for each frame; shots is empty where there is no truth."""
    rows = []
    for number, ns in enumerate(stamps):
        part, faces = shots[number] if shots else ('', None)
        rows.append(Row(ns, part, answers[ns].detections if ns in answers else None, latencies.get(ns),
                        None if faces is None else [face.label for face in faces]))
    return rows


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
        free = [r for r in results if r.face_free]
        say(f'false alarms in frames without a face: {sum(r.false_alarms for r in free)} '
            f'in {sum(r.answered for r in free)} frames')
        say('found where they are: ' + ', '.join(
            f'{label} {percent(judge.share_found(results, label))} (at least {percent(least)} expected)'
            for label, least in judge.FOUND_AT_LEAST.items()))
    for line in short:
        say('NOT GOOD: ' + line)


def write_all(args, command, bag, shots, rows, results, short):
    """Write film, faces.json, page and, if asked, the still picture from the bag of images."""
    output = Path(args.output)
    for_page = choose_frames(rows)
    for_picture = best_frames(shots, rows) if args.picture else []
    film, kept = draw_and_list(bag, args.input or 'film', rows, output, {*for_page, *for_picture})
    if args.picture:
        write_picture(args.picture, [kept[number] for number in for_picture])
        say(f'picture: {args.picture}')
    poster = max(for_page, key=lambda n: (len(rows[n].detections or ()), n))
    files = [(film.path.name, 'the film with its faces drawn in'),
             ('faces.json', 'every face of every frame'),
             ('bag/', f'the rosbag2 bag: {IMAGE_TOPIC} and {FACES_TOPIC}'), ('logs/', 'what the nodes said')]
    title = 'Faces found in ' + (args.input or 'a film with a person and drawn characters')
    summary = Summary(title, command, rows, results, short, film.path.name, film.in_browsers, kept[poster],
                      sheet([kept[number] for number in for_page], 4, 320), files)
    (output / 'index.html').write_text(page(summary), encoding='utf-8')


def run(args, command):
    """Run the demo with parsed options; return the exit status."""
    try:
        return _run(args, command)
    except (NoInput, NotReady, ProcessDied, ModelNotFound) as error:
        say(f'demo: {error}')
    except OSError as error:
        say(f'demo: {error.filename or args.output}: {error.strerror}')
    return 2


def _run(args, command):
    began = time.monotonic()
    output = Path(args.output)
    find_model(args.model)             # before the work, not after it
    clean(output)
    played, shots = output / 'bag_played', []
    say(f'recording {args.input or "the film"} as a bag')
    stamps = record(read_input(args.input, args.seconds) if args.input else film_frames(shots), played)
    domain = choose_domain()
    say(f'{len(stamps)} frames in {time.monotonic() - began:.1f} s; starting detector_node. To listen with: '
        f'ROS_DOMAIN_ID={domain} ros2 topic echo /faces')
    answers, latencies = play(args, played, output / 'logs')
    rows = make_rows(stamps, shots, answers, latencies)
    results = judge.judge(shots, {n: row.detections for n, row in enumerate(rows)
                                  if row.detections is not None})
    if shots:
        short = judge.shortcomings(results)
    else:
        short = [] if answers else ['No frame was answered.']
    print_results(rows, results, short)
    say(f'drawing the faces into the film, in {output}')
    write_all(args, command, played, shots, rows, results, short)
    merge(played, answers, latencies, output / 'bag')
    say(f'look at {output / "index.html"}  ({time.monotonic() - began:.0f} s)')
    return 1 if short else 0
