# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Samples as training batches; what is drawn depends on seed, epoch and index alone."""
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from ..config import Augment
from ..interrupt import outlive_signals
from .augment import change_look, move_boxes, view_matrix, warp
from .mixing import Mixture
from .sample import Sample, read_image


class Item(NamedTuple):
    """A training picture."""

    image: Tensor                # (height, width, 3) uint8 RGB
    boxes: Tensor                # (N, 4) float32 corners, 0..1
    labels: Tensor               # (N,) int64: index of the label, or IGNORE
    files: tuple[str, ...]       # it was made of


class Batch(NamedTuple):
    """Training pictures of one step."""

    images: Tensor               # (B, height, width, 3) uint8 RGB
    boxes: Tensor                # (B, G, 4) float32 corners, 0..1; G is the most faces of a picture
    classes: Tensor              # (B, G) int64: 1.. are the labels, 0 pads, -1 ignores
    files: tuple[tuple[str, ...], ...]      # each picture was made of


class EpochSampler(Sampler[int]):
    """Gives epoch * size + index in shuffled order, so that worker processes learn the epoch.

    The order and every random choice follow from (seed, epoch, index): a resumed run sees what an
    unbroken one would have seen.  Of several processes each takes its share of every batch, so that together they see
    what a single one would.
    """

    def __init__(self, size: int, seed: int, batch: int = 1, rank: int = 0, world: int = 1) -> None:
        """batch: pictures a step, over all processes; rank: of this process; world: how many there are."""
        self.size, self.seed, self.epoch = size, seed, 0
        self.batch, self.rank, self.world = batch, rank, world
        self.seen = (-1, 0)          # (epoch, pictures of it) that were trained before a resume

    def __len__(self) -> int:
        return self.size if self.world == 1 else self.size // self.batch * (self.batch // self.world)

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer at the start of each epoch."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        order = np.random.default_rng((self.seed, self.epoch)).permutation(self.size)
        first = self.seen[1] if self.seen[0] == self.epoch else 0
        order = order[first:] + self.epoch * self.size
        if self.world > 1:
            whole = order[:len(order) // self.batch * self.batch]
            order = whole.reshape(-1, self.world, self.batch // self.world)[:, self.rank].reshape(-1)
        return iter(order.tolist())


class FaceDataset(Dataset[Item]):
    """Pictures as they are trained on; a key is epoch * size + index."""

    def __init__(self, samples: Sequence[Sample], augment: Augment, width: int, height: int, smallest_face: float,
                 seed: int, cache: bool = False, mixture: Mixture | None = None) -> None:
        """`cache` keeps decoded pictures in memory, about 0.3 MB each; workers share them.

        mixture: how often each is shown; None: all once in an epoch.
        """
        self.samples, self.augment, self.seed = samples, augment, seed
        self.width, self.height, self.smallest_face = width, height, smallest_face
        self.images = [read_image(s) for s in samples] if cache else None
        self.mixture = mixture or Mixture([(len(samples), 1.0)])

    def __len__(self) -> int:
        return len(self.mixture)

    def __getitem__(self, key: int) -> Item:
        index = self.mixture.index(key)
        rng = np.random.default_rng((self.seed, key))
        if rng.random() < self.augment.mosaic:
            image, boxes, labels, used = self._mosaic(rng, key)
        else:
            image, boxes, labels = self._view(rng, index, self.width, self.height)
            used = [index]
        image = change_look(rng, image, self.augment)
        size = np.array([self.width, self.height] * 2, np.float32)
        return Item(torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1])), torch.from_numpy(boxes / size),
                    torch.from_numpy(labels), tuple(str(self.samples[number].path) for number in used))

    def _view(self, rng: np.random.Generator, index: int, width: int,
              height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        sample = self.samples[index]
        image = self.images[index] if self.images else read_image(sample)
        faces = sample.boxes[sample.labels >= 0]
        focus = None
        if len(faces) and rng.random() < 0.7:
            face = faces[rng.integers(len(faces))]
            focus = (face[:2] + face[2:]) / 2
        matrix = view_matrix(rng, image.shape[1::-1], (width, height), self.augment, focus)
        border = tuple(int(v) for v in rng.integers(0, 256, 3))
        boxes, labels = move_boxes(sample.boxes, sample.labels, matrix, width, height, self.smallest_face)
        return warp(image, matrix, width, height, border), boxes, labels

    def _mosaic(self, rng: np.random.Generator, key: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int]]:
        """Four pictures around a random point: small faces, many of them, cut at odd places."""
        across = int(self.width * rng.uniform(0.35, 0.65))
        down = int(self.height * rng.uniform(0.35, 0.65))
        canvas = np.empty((self.height, self.width, 3), np.uint8)
        parts = []
        first = key - key % len(self)                # of this epoch
        used = [self.mixture.index(each) for each in (key, *(first + rng.integers(0, len(self), 3)).tolist())]
        for number, source in enumerate(used):
            left, top = (0, across)[number % 2], (0, down)[number // 2]
            right, bottom = (across, self.width)[number % 2], (down, self.height)[number // 2]
            image, boxes, labels = self._view(rng, source, right - left, bottom - top)
            canvas[top:bottom, left:right] = image
            parts.append((boxes + np.array([left, top, left, top], np.float32), labels))
        return (canvas, np.concatenate([b for b, _ in parts]).astype(np.float32),
                np.concatenate([n for _, n in parts]), used)


def collate(items: Sequence[Item]) -> Batch:
    """Return the pictures as one Batch, the faces of each padded to the most of one."""
    most = max(len(item.labels) for item in items)
    boxes = torch.zeros(len(items), most, 4)
    classes = torch.zeros(len(items), most, dtype=torch.int64)
    for row, (_, box, labels, _) in enumerate(items):
        boxes[row, :len(labels)] = box
        classes[row, :len(labels)] = torch.where(labels >= 0, labels + 1, labels)
    return Batch(torch.stack([item.image for item in items]), boxes, classes, tuple(item.files for item in items))


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)         # one process per core already
    outlive_signals()


def make_loader(dataset: FaceDataset, batch: int, workers: int, seed: int, rank: int = 0,
                world: int = 1) -> DataLoader[Item]:
    """Return the DataLoader of training; call its sampler's set_epoch each epoch.

    Raises:
        ValueError: `batch` pictures cannot be shared evenly by `world` processes, or are not there.
    """
    if batch % world or (world > 1 and len(dataset) < batch):
        raise ValueError(f'schedule.batch ({batch}) counts the pictures of all processes: it must be a multiple of their '
                         f'number ({world}) and at most the number of pictures ({len(dataset)})')
    return DataLoader(dataset, batch_size=batch // world, sampler=EpochSampler(len(dataset), seed, batch, rank, world),
                      collate_fn=collate, num_workers=workers, persistent_workers=workers > 0,
                      drop_last=len(dataset) > batch,
                      worker_init_fn=_quiet_worker, pin_memory=torch.cuda.is_available())
