# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Faces in memory: of each picture the square around the face, all of one size, ready for a batch."""
import collections
import pathlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from face_perception.media import images as media
from face_perception.media.formats import MediaError

from ..data.augment import warp
from ..data.load import read_samples
from ..data.sample import read_image
from ..data.structure import DataError, load_json
from .faces import Face


class Faces(NamedTuple):
    """N faces as tensors on one device."""

    images: Tensor               # (N, 3, S, S) uint8 RGB
    points: Tensor               # (N, 6, 2) float32, pixels of the square; rows as ROWS
    labelled: Tensor             # (N, 6) float32, 1 or 0
    boxes: Tensor                # (N, 4) float32 corners, pixels of the square

    def __len__(self) -> int:    # type: ignore[override]  # of faces, not of fields
        return int(self.images.shape[0])

    def to(self, device: torch.device | str) -> 'Faces':
        """Return them on a device."""
        return Faces(*(tensor.to(device) for tensor in self))


def read_picture(face: Face) -> np.ndarray:
    """Return the picture of a face (height, width, 3) uint8 BGR; raises DataError."""
    try:
        return media.read_image(str(face.path))
    except MediaError as error:
        raise DataError(f'{face.path} cannot be read as an image: {error}') from error


def square_view(box: np.ndarray, context: float, canvas: int) -> np.ndarray:
    """Return the affine map (2, 3) from picture pixels to the square around a box."""
    side = context * float((box[2:] - box[:2]).max())
    scale = canvas / side
    corner = (box[:2] + box[2:]) / 2 - side / 2
    return np.hstack([np.eye(2) * scale, (-corner * scale)[:, None]])


def load_faces(faces: Sequence[Face], canvas: int, context: float, pad: float) -> Faces:
    """Return faces as tensors on the CPU; raises DataError."""
    images = torch.empty(len(faces), 3, canvas, canvas, dtype=torch.uint8)
    points = torch.zeros(len(faces), 6, 2)
    labelled = torch.from_numpy(np.array([face.labelled for face in faces], np.float32).reshape(-1, 6))
    boxes = torch.zeros(len(faces), 4)
    order = collections.defaultdict(list)        # pictures with several faces are read once
    for row, face in enumerate(faces):
        order[face.path].append(row)
    for rows in order.values():
        picture = read_picture(faces[rows[0]])
        for row in rows:
            face = faces[row]
            matrix = square_view(face.box, context, canvas)
            view = warp(picture, matrix, canvas, canvas, (round(pad),) * 3)
            images[row] = torch.from_numpy(np.ascontiguousarray(view[:, :, ::-1].transpose(2, 0, 1)))
            points[row] = torch.from_numpy(face.points @ matrix[:, :2].T + matrix[:, 2])
            boxes[row] = torch.from_numpy((face.box.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]).reshape(4))
    return Faces(images, points, labelled, boxes)


def load_empty(path: str | pathlib.Path, canvas: int, seed: int) -> Faces:
    """Return random squares of the pictures without a face of a COCO json, as faces without points."""
    rng = np.random.default_rng(seed)
    samples = [sample for sample in read_samples(path, category_names(path)) if not len(sample.boxes)]
    images = torch.empty(len(samples), 3, canvas, canvas, dtype=torch.uint8)
    for row, sample in enumerate(samples):
        picture = read_image(sample)
        side = min(picture.shape[:2]) * rng.uniform(0.4, 1)
        corner = rng.uniform(0, 1, 2) * (np.array(picture.shape[1::-1]) - side)
        scale = canvas / side
        view = warp(picture, np.hstack([np.eye(2) * scale, (-corner * scale)[:, None]]), canvas, canvas, (127, 127, 127))
        images[row] = torch.from_numpy(np.ascontiguousarray(view[:, :, ::-1].transpose(2, 0, 1)))
    third = torch.tensor([canvas * 0.25, canvas * 0.25, canvas * 0.75, canvas * 0.75])
    return Faces(images, torch.zeros(len(samples), 6, 2), torch.zeros(len(samples), 6), third.repeat(len(samples), 1))


def category_names(path: str | pathlib.Path) -> list[str]:
    """Return all categories of a COCO json."""
    return [entry['name'] for entry in load_json(path)['categories']]
