# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training mine`: what a model takes for a face by mistake, cut out as pictures without one, to train on.

Hard negative mining as Sung and Poggio (1998) do it for faces, on the disk: a training from there sees mistakes from near.
"""
import contextlib
import itertools
import pathlib
import shutil
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from face_perception.api import open_detector
from face_perception.core.boxes import iou
from face_perception.core.detections import Detections
from face_perception.media import images as media
from face_perception.media.formats import PICTURE_SUFFIXES

from ..data.listing import Picture
from ..data.load import read_samples
from ..data.readers.files import files_below
from ..data.sample import Sample, read_image
from ..data.write_coco import write_coco

APART = 0.1                  # IoU with a labelled face up to which a detection is a mistake, not a box that lies badly
SECOND_SCORE, SECOND_IOU = 0.5, 0.3     # where a second model sees a face there is likelier one that nobody labelled
VIEWS = (5.0, 4.0, 3.0, 2.0, 1.5)       # side of the picture that is cut out, in sides of the mistake: the first that fits
FILE = 'mined.json'
SOURCE = 'mined'


class Mined(NamedTuple):
    """What was found."""

    pictures: int        # looked at
    mistakes: int        # of the model
    seen_twice: int      # of them left out, as the second model sees a face as well
    crowded: int         # of them left out, as they lie too near to a face to be cut out
    written: int         # pictures


def mine(model: str, data: Sequence[str], free: Sequence[str], out: str | pathlib.Path, second: str, score: float) -> Mined:
    """Write out/mined.json and the pictures it lists, none with a face; whole or not at all; nothing where nothing is found.

    Args:
        model: folder or name of a model.
        data: data sets, see `read_samples`, whose faces are all labelled, with labels of the model.
        free: folders of pictures without a face, searched recursively.
        out: folder to make.
        second: another model; what it sees as well is left out. '' for none.
        score: from which on a detection counts.

    Raises:
        ValueError: `out` exists, or there is nothing to look at.
        MediaError: a picture of a folder cannot be read.
        What `open_detector` and `read_samples` raise.
    """
    out = pathlib.Path(out)
    if out.exists():
        raise ValueError(f'{out}: is there already; name another folder')
    files = [path for folder in free for path in files_below(pathlib.Path(folder), PICTURE_SUFFIXES)]
    if not data and not files:
        raise ValueError('there is nothing to look at: expected data sets, or folders with pictures'
                         + (f', got {", ".join(free)}' if free else ''))
    part = out.with_name(f'{out.name}.part')
    shutil.rmtree(part, ignore_errors=True)
    (part / 'pictures').mkdir(parents=True)
    looked = mistakes = twice = crowded = 0
    pictures: list[Picture] = []
    with contextlib.ExitStack() as stack:
        detector = stack.enter_context(open_detector(model, score_threshold=score))
        other = stack.enter_context(open_detector(second, score_threshold=SECOND_SCORE)) if second else None
        listed = ((sample, read_image(sample)) for each in data for sample in read_samples(each, detector.labels))
        for sample, image in itertools.chain(listed, map(without_faces, files)):
            looked += 1
            found = apart(detector.detect(image), sample.boxes, APART)
            mistakes += len(found)
            kept = apart(found, other.detect(image).boxes, SECOND_IOU) if other is not None and len(found) else found
            twice += len(found) - len(kept)
            views = list(views_of(kept, sample))
            crowded += len(kept) - len(views)
            for left, top, right, bottom in views:
                path = part / 'pictures' / f'{len(pictures):05}.png'     # not JPEG, which would mark what is mined
                cv2.imwrite(str(path), image[top:bottom, left:right])
                pictures.append(Picture(path.name, path, size=(right - left, bottom - top), source=SOURCE,
                                        group=str(sample.path)))
        write_coco(pictures, detector.labels, part / FILE)
    if pictures:
        part.rename(out)
    else:
        shutil.rmtree(part)
    return Mined(looked, mistakes, twice, crowded, len(pictures))


def without_faces(path: pathlib.Path) -> tuple[Sample, np.ndarray]:
    """Return a picture that has no face, and its pixels."""
    image = media.read_image(str(path))
    boxes, labels = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    return Sample(path, image.shape[1], image.shape[0], '', boxes, labels), image


def apart(found: Detections, boxes: np.ndarray, most: float) -> Detections:
    """Return the detections whose IoU with each of some boxes (N, 4) is at most `most`."""
    return found[np.asarray(iou(found.boxes, boxes)).max(axis=1, initial=0.0) <= most]


def views_of(found: Detections, sample: Sample) -> Iterator[tuple[int, int, int, int]]:
    """Yield the corners, pixels, of a piece of the picture around each detection that shows no part of a labelled face."""
    for x1, y1, x2, y2 in found.boxes.tolist():
        side = max(x2 - x1, y2 - y1)
        for times in VIEWS:
            half = times * side / 2
            left, top = max(0, round((x1 + x2) / 2 - half)), max(0, round((y1 + y2) / 2 - half))
            right, bottom = min(sample.width, round((x1 + x2) / 2 + half)), min(sample.height, round((y1 + y2) / 2 + half))
            boxes = sample.boxes
            touches = ((boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)).any()
            if not touches and right > left and bottom > top:
                yield left, top, right, bottom
                break
