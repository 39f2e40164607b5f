# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The frames of the study: those of the show to train on, and the validation frames of four shows to judge on."""
import collections
import csv
import dataclasses
import pathlib
from collections.abc import Sequence

import cv2
import imagehash
import numpy as np
import PIL.Image

from face_training.data.load import read_samples
from face_training.data.readers import files, lists
from face_training.data.sample import Sample, read_image
from face_training.faults import TrainingError

SHOWS = ('dexter', 'scooby', 'simpsons', 'louie')
LABELS = ('human', 'cartoon')
TOO_ALIKE = 6               # bits of 64 in which the perceptual hashes of two frames differ at most


@dataclasses.dataclass(frozen=True)
class Frame:
    """A picture to cut patches out of."""

    name: str
    image: np.ndarray       # (H, W, 3) uint8 BGR
    boxes: np.ndarray       # (N, 4) float32 corners, pixels


def judged_samples(data: pathlib.Path, show: str) -> list[Sample]:
    """Return the validation frames of a show, whose faces have label 0; ignore regions stay."""
    samples = [sample for sample in read_samples(data / 'faces' / 'val.json', LABELS) if sample.source == show]
    return [dataclasses.replace(sample, labels=np.minimum(sample.labels, 0)) for sample in samples]


def training_frames(data: pathlib.Path, show: str = 'dexter') -> list[Frame]:
    """Return all frames to train on: the stored ones, then those of the film; none nearly the same as a judged one."""
    stored = [Frame(sample.path.name, read_image(sample), sample.boxes[sample.labels >= 0])
              for sample in read_samples(data / 'faces' / 'train.json', LABELS) if sample.source == show]
    frames = stored + film_frames(data / 'video' / f'{show}_train_frames.mp4', data / 'faces' / f'{show}_annotations')
    judged = np.array([hash_of(read_image(sample)) for sample in judged_samples(data, show)])
    return [frame for frame in frames if (hash_of(frame.image) != judged).sum(axis=1).min() > TOO_ALIKE]


def film_frames(film: pathlib.Path, annotations: pathlib.Path) -> list[Frame]:
    """Return the frames of a film whose csv (frame,folder,file) says where their lines stand in FOLDER_annotations.txt."""
    faces = {path.name.split('_')[0]: read_lines(path) for path in sorted(annotations.glob('*_annotations.txt'))}
    with film.with_suffix('.csv').open(encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    frames: list[Frame] = []
    video = cv2.VideoCapture(str(film))
    for row in rows:
        read, image = video.read()
        if not read:
            raise TrainingError(f'{film} has {len(frames)} frames, its csv expects {len(rows)}')
        frames.append(Frame(f'{row["folder"]}_{row["file"]}', image, faces[row['folder']][row['file']]))
    video.release()
    return frames


def read_lines(path: pathlib.Path) -> dict[str, np.ndarray]:
    """Read the fifth work's lists, a face a line: file x1 y1 x2 y2 name -> {file: (N, 4) float32}."""
    boxes = collections.defaultdict(list)
    for match in filter(None, map(lists.LINE.fullmatch, files.read_lines(path))):
        boxes[match[1]].append([float(value) for value in match.groups()[1:5]])
    return {file: np.array(rows, np.float32) for file, rows in boxes.items()}


def chosen_frames(frames: Sequence[Frame], count: int, seed: int) -> list[Frame]:
    """Return so many frames, in a random order in which a larger choice holds a smaller one."""
    order = np.random.default_rng(seed).permutation(len(frames))
    return [frames[place] for place in order[:count]]


def hash_of(image: np.ndarray) -> np.ndarray:
    """Return the 64 bits of pHash: (64,) bool."""
    bits: np.ndarray = imagehash.phash(PIL.Image.fromarray(image[:, :, ::-1])).hash.ravel()
    return bits


