# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What the demo leaves in its folder: the bag, the annotated film, faces.json."""
import heapq
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
from sensor_msgs.msg import Image

from examples.bags import read_bag, write_bag
from face_perception.cli.outputs import JsonList, entry
from face_perception.core.detections import Detections
from face_perception.core.drawing import draw_faces
from face_perception.media.video import VideoWriter
from face_perception.ros.images import bgr_to_image, image_to_bgr

from .page import Row
from .show import Answer

MARKER = '.face_perception_demo'        # a folder with this file was made by the demo
# The demo's own files, as glob patterns; the last two are what a demo leaves that was stopped while it wrote them.
OWN = ('index.html', 'faces.json', 'annotated.webm', 'bag', 'bag_played', 'logs', MARKER,
       'faces.json.*.part.json', 'annotated.webm.*.part.webm')
IMAGE_TOPIC, FACES_TOPIC, POINTS_TOPIC = '/image_raw', '/faces', '/faces/landmarks'


def clear(folder: Path) -> None:
    """Make the output folder, without what an earlier demo left there; what is not the demo's own stays.

    Raises:
        OSError: the names that the demo needs are taken by somebody else's files, or the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = [path for pattern in OWN for path in folder.glob(pattern)]
    if taken and folder / MARKER not in taken:
        names = ', '.join(path.name for path in taken)
        raise FileExistsError(17, f'holds {names}, which this demo did not make; name another --output', str(folder))
    for path in taken:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (folder / MARKER).write_text('Made by the demo of face_perception, which clears its own files here.\n')


def record(frames: Iterable[tuple[float, np.ndarray]], bag: Path) -> list[int]:
    """Write frames (seconds, image) as a bag of IMAGE_TOPIC; return their stamps in ns, from now on."""
    start_ns = time.time_ns()
    stamps: list[int] = []

    def messages() -> Iterator[tuple[str, Image, int]]:
        for at, image in frames:
            stamps.append(start_ns + round(at * 1e9))
            yield IMAGE_TOPIC, bgr_to_image(image, stamps[-1], 'demo_camera'), stamps[-1]
    write_bag(bag, messages())
    return stamps


def annotate(name: str, rows: list[Row], output: Path, keep: Collection[int]) -> dict[int, np.ndarray]:
    """Write faces.json and, where OpenCV can, annotated.webm; return the annotated images of the numbers in `keep`."""
    span = (rows[-1].stamp_ns - rows[0].stamp_ns) / 1e9
    video: VideoWriter | None = VideoWriter(str(output / 'annotated.webm'), (len(rows) - 1) / span if span else 1.0,
                                            'VP80')
    faces = JsonList(str(output / 'faces.json'))
    kept: dict[int, np.ndarray] = {}
    for number, (_, message, _) in enumerate(read_bag(output / 'bag_played', [IMAGE_TOPIC])):
        image, detections = image_to_bgr(message), rows[number].detections
        if detections is not None:
            stamp = {'sec': message.header.stamp.sec, 'nanosec': message.header.stamp.nanosec}
            faces.add(dict(entry(name, image, detections, number, landmarks=rows[number].landmarks), stamp=stamp))
        drawn = draw_faces(image.copy(), detections or Detections.empty(), rows[number].landmarks)
        try:
            if video is not None:
                video.add(drawn)
        except OSError as error:
            print(f'no annotated film: {error}', flush=True)
            video = None
        if number in keep:
            kept[number] = drawn
    if video is not None:
        video.close()
    faces.close()
    return kept


def keep_bag(output: Path, answers: dict[int, Answer]) -> None:
    """Write the bag that stays, the images and the answers as they came, in place of the one that was played."""
    faces = sorted((stamp + int(1e9 * answer.latency_s), answer.message) for stamp, answer in answers.items())
    points = sorted((stamp + int(1e9 * a.latency_s), a.points) for stamp, a in answers.items() if a.points)
    images = read_bag(output / 'bag_played', [IMAGE_TOPIC])
    write_bag(output / 'bag', heapq.merge(images, ((FACES_TOPIC, message, ns) for ns, message in faces),
                                          ((POINTS_TOPIC, message, ns) for ns, message in points),
                                          key=lambda item: item[2]), compress=True)
    shutil.rmtree(output / 'bag_played')
