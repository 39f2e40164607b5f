# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What a demo leaves in its folder: the bag, the annotated film, faces.json, a still picture."""
import heapq
import itertools
import shutil
import time
from pathlib import Path

import cv2
import numpy as np

import judge
from annotate import Film, annotated, sheet
from bag import read_bag, write_bag
from face_perception.cli.outputs import JsonList, entry
from face_perception.core.detections import Detections
from face_perception.ros.images import bgr_to_image, image_to_bgr
from sources import NoInput

OWN_FILES = ('index.html', 'faces.json', 'annotated.webm', 'annotated.mp4')
OWN_FOLDERS = ('bag', 'bag_played', 'annotated', 'logs')
FRAME_ID = 'demo_camera'
IMAGE_TOPIC = '/image_raw'
FACES_TOPIC = '/faces'


def clean(folder):
    """Make the output folder, without what an earlier demo left there; other files stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in OWN_FILES:
        (folder / name).unlink(missing_ok=True)
    for name in OWN_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


def record(frames, bag):
    """Write frames (seconds, image) as a bag of IMAGE_TOPIC; return their stamps in ns, from now on."""
    start_ns = time.time_ns()
    stamps = []

    def messages():
        for at, image in frames:
            stamps.append(start_ns + int(round(at * 1e9)))
            yield IMAGE_TOPIC, bgr_to_image(image, stamps[-1], FRAME_ID), stamps[-1]
    write_bag(bag, messages())
    return stamps


def merge(played, answers, latencies, bag):
    """Write the bag that stays, and remove the one that was played: its images and the answers as they came.

    answers: {stamp_ns: Answer}; latencies: {stamp_ns: seconds or None}.
    """
    images = read_bag(played, [IMAGE_TOPIC])
    faces = sorted((stamp + int(1e9 * (latencies[stamp] or 0)), answer.message)
                   for stamp, answer in answers.items())
    faces = ((FACES_TOPIC, message, ns) for ns, message in faces)
    write_bag(bag, heapq.merge(images, faces, key=lambda item: item[2]), compress=True)
    shutil.rmtree(played)


def draw_and_list(bag, file, rows, output, keep):
    """Write the annotated film and faces.json into `output`.

    file: the name of the input for faces.json.  rows: a Row for each image of the bag.
    Returns the Film and {frame number: annotated image} of the numbers in `keep`.
    """
    fps = (len(rows) - 1) * 1e9 / (rows[-1].stamp_ns - rows[0].stamp_ns) if len(rows) > 1 else 1.0
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
        if number in keep:
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


def write_picture(path, images):
    """Write the still picture of annotated images; raises NoInput where OpenCV cannot."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        written = cv2.imwrite(str(path), sheet(images, 3, 400), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    except (OSError, cv2.error):
        written = False
    if not written:
        raise NoInput(f'--picture {path} cannot be written; its name has to end in .png or .jpg')
