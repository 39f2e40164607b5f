# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The user's own input: a video, a folder or a camera."""
import time
from collections.abc import Iterator

import cv2
import numpy as np

from face_perception.cameras import open_camera
from face_perception.media.find import find_sources
from face_perception.media.formats import MediaError
from face_perception.media.frames import sensible_fps
from face_perception.media.images import read_image
from face_perception.media.video import VideoReader

FOLDER_FPS = 5.0
MAX_FPS = 30.0
MAX_SIDE = 1280          # pixels; larger pictures fit neither the bag nor the transport


class NoInput(RuntimeError):
    """There is nothing to show; the message says what was looked for and what to do."""


def read_input(path: str, seconds: float) -> Iterator[tuple[float, np.ndarray]]:
    """Yield (time, BGR image) of a video, folder or /dev/videoN for `seconds` of its own time; raises NoInput."""
    count = 0
    try:
        for at, image in _camera(path) if path.startswith('/dev/video') else _files(path):
            if at >= seconds and count:
                return
            yield at, _shrink(image)
            count += 1
    except MediaError as error:
        raise NoInput(f'--input {path}: {error}') from error
    if not count:
        raise NoInput(f'--input {path}: no picture or video there can be read.')


def _camera(device: str) -> Iterator[tuple[float, np.ndarray]]:
    with open_camera(device, width=640, height=480, fps=MAX_FPS, pixel_format='MJPG') as camera:
        start = time.monotonic()
        while (frame := camera.read()) is not None:
            yield time.monotonic() - start, frame.image


def _files(path: str) -> Iterator[tuple[float, np.ndarray]]:
    sources, faults = find_sources([path])
    if faults:
        raise MediaError(faults[0][1])
    at = 0.0
    for source in sources:
        try:
            if not source.is_video:
                yield at, read_image(source.path)
                at += 1 / FOLDER_FPS
                continue
            with VideoReader(source.path) as video:
                fps = sensible_fps(video.fps or 0, MAX_FPS)
                for number, image in enumerate(video):
                    if number % max(1, round(fps / MAX_FPS)) == 0:
                        yield at, image
                    at += 1 / fps
        except MediaError as error:
            print(f'{source.path}: {error}', flush=True)


def _shrink(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    scale = min(1.0, MAX_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
