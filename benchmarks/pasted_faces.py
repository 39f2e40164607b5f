# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures with one real face of a known size at a known place, made from labelled pictures."""
import json
import pathlib
from typing import Any, NamedTuple

import cv2
import numpy as np

from face_perception.media.formats import MediaError
from face_perception.media.images import read_image

MARGIN = 0.4            # of surroundings on each side of a face that are cut with it, as a share of its size
SMALLEST = 60           # faces with fewer pixels are not taken: they would be enlarged too much
SOFT = 0.15             # of a patch's side: the edge fades into the background
SEED = 14


class NoData(Exception):
    """The pictures are missing; the message says where they are looked for."""


class Face(NamedTuple):
    """A face, cut out with its surroundings."""

    label: str
    patch: np.ndarray           # (height, width, 3) uint8 BGR
    box: np.ndarray             # (4,) float64 corners in the patch

def load(folder: pathlib.Path, count: int) -> tuple[list[Face], list[np.ndarray]]:
    """Return (up to `count` faces of each label, face-free pictures) of a folder with val.json.

    Raises:
        NoData: there is no such file, or nothing in it that can be used.
    """
    path = folder / 'val.json'
    if not path.is_file():
        raise NoData(f'no {path}: expected the folder of the face data, with val.json and its pictures; '
                     'name it with --data')
    content = json.loads(path.read_text(encoding='utf-8'))
    names = {entry['id']: entry['name'] for entry in content['categories']}
    pictures = {entry['id']: folder / entry['file_name'] for entry in content['images']}
    by_picture: dict[int, list[Any]] = {number: [] for number in pictures}
    for entry in content['annotations']:
        by_picture[entry['image_id']].append(entry)
    order = np.random.RandomState(SEED).permutation(sorted(pictures))
    faces: dict[str, list[Face]] = {name: [] for name in names.values()}
    empty: list[np.ndarray] = []
    try:
        for number in order:
            entries = by_picture[number]
            if not entries and len(empty) < 2 * count:
                empty.append(read_image(str(pictures[number])))
            boxes = np.array([entry['bbox'] for entry in entries], float).reshape(-1, 4)
            boxes[:, 2:] += boxes[:, :2]
            for place, entry in enumerate(entries):
                label = names[entry['category_id']]
                if not entry.get('iscrowd') and len(faces[label]) < count and stands_alone(boxes, place):
                    image = read_image(str(pictures[number]))
                    if is_inside(boxes[place], image.shape[1], image.shape[0]):
                        faces[label].append(cut(image, boxes[place], label))
                        break           # one of a picture
    except MediaError as error:
        raise NoData(f'{pictures[number]}: {error}') from error
    # One label after the other, so that the first few are of both.
    mixed = [face for pair in zip(*faces.values()) for face in pair]
    if not mixed or not empty:
        raise NoData(f'{path} has no faces of {SMALLEST} pixels that stand alone, or no face-free pictures')
    return mixed, empty


def size_of(box: np.ndarray) -> float:
    """Return sqrt(width * height) of a box of corners."""
    return float(np.sqrt((box[2] - box[0]) * (box[3] - box[1])))


def surroundings(box: np.ndarray) -> np.ndarray:
    """Return the corners of what is cut out with a face."""
    return box + MARGIN * size_of(box) * np.array([-1, -1, 1, 1])


def stands_alone(boxes: np.ndarray, place: int) -> bool:
    """Tell whether a face is large enough and no other reaches into its surroundings."""
    left, top, right, bottom = surroundings(boxes[place])
    others = np.delete(boxes, place, axis=0)
    apart = (others[:, 0] >= right) | (others[:, 2] <= left) | (others[:, 1] >= bottom) | (others[:, 3] <= top)
    return size_of(boxes[place]) >= SMALLEST and bool(apart.all())


def is_inside(box: np.ndarray, width: int, height: int) -> bool:
    """Tell whether a face is whole: at least half of its surroundings are in the picture on each side."""
    margin = MARGIN / 2 * size_of(box)
    return bool(box[:2].min() >= margin and box[2] <= width - margin and box[3] <= height - margin)


def cut(image: np.ndarray, box: np.ndarray, label: str) -> Face:
    """Return a face with its surroundings, as far as the picture has them."""
    height, width = image.shape[:2]
    corners = np.clip(surroundings(box), 0, [width, height, width, height])
    left, top, right, bottom = np.rint(corners).astype(int)
    return Face(label, image[top:bottom, left:right].copy(), box - [left, top, left, top])


def compose(face: Face, background: np.ndarray, shape: tuple[int, int], size: int,
            place: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Return (a picture of that shape with the face in that size, (1, 4) its true corners).

    Args:
        face: what is pasted.
        background: face-free picture; its middle is enlarged to the shape.
        shape: (width, height), pixels.
        size: of the face, sqrt(width * height).
        place: 0..1 from left and from top, of what is free.
    """
    width, height = shape
    scale = max(width / background.shape[1], height / background.shape[0])
    part_width, part_height = (max(1, round(side / scale)) for side in shape)
    left, top = (background.shape[1] - part_width) // 2, (background.shape[0] - part_height) // 2
    picture = cv2.resize(background[top:top + part_height, left:left + part_width], shape)
    patch, box = face.patch, face.box
    factor = size / size_of(box)
    # A patch that is larger than the picture loses surroundings, evenly.
    room = np.array([width, height]) / factor
    low = np.maximum(0, np.minimum(box[:2], (box[:2] + box[2:] - room) / 2)).astype(int)
    high = np.minimum([patch.shape[1], patch.shape[0]], (low + room).astype(int))
    patch, box = patch[low[1]:high[1], low[0]:high[0]], box - np.tile(low, 2)
    new = np.minimum([width, height], np.rint(np.array(patch.shape[1::-1]) * factor).astype(int))
    box = box * np.tile(new / patch.shape[1::-1], 2)
    patch = cv2.resize(patch, (int(new[0]), int(new[1])), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    x, y = (int(share * (free - side)) for share, free, side in zip(place, shape, new))
    weight = fade(int(new[1]))[:, None, None] * fade(int(new[0]))[None, :, None]
    under = picture[y:y + new[1], x:x + new[0]]
    under[:] = np.rint(weight * patch + (1 - weight) * under).astype(np.uint8)
    return picture, (box + [x, y, x, y])[None]


def fade(length: int) -> np.ndarray:
    """Return (length,) weights that rise from the ends to 1."""
    from_end = np.minimum(np.arange(length), np.arange(length)[::-1]) + 1
    return np.clip(from_end / max(1, SOFT * length), 0, 1)
