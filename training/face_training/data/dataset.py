# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Samples as training batches; what is drawn depends on seed, epoch and index alone."""
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from ..config import Augment
from .augment import change_look, move_boxes, view_matrix, warp
from .coco import Sample, read_image

Item = tuple[Tensor, Tensor, Tensor]      # image, boxes, labels; of one picture or of a batch


class EpochSampler(Sampler[int]):
    """Gives epoch * size + index in shuffled order, so that worker processes learn the epoch.

    The order and every random choice follow from (seed, epoch, index): a resumed run sees what an
    unbroken one would have seen.
    """

    def __init__(self, size: int, seed: int) -> None:
        self.size, self.seed, self.epoch = size, seed, 0

    def __len__(self) -> int:
        return self.size

    def set_epoch(self, epoch: int) -> None:
        """Called by the trainer at the start of each epoch."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[int]:
        order = np.random.default_rng((self.seed, self.epoch)).permutation(self.size)
        return iter((order + self.epoch * self.size).tolist())


class FaceDataset(Dataset[Item]):
    """Item: (image (height, width, 3) uint8 RGB, boxes (N, 4) float32 corners 0..1, labels (N,) int64)."""

    def __init__(self, samples: Sequence[Sample], augment: Augment, width: int, height: int, smallest_face: float,
                 seed: int, cache: bool = False) -> None:
        """`cache` keeps decoded pictures in memory, about 0.3 MB each; workers share them."""
        self.samples, self.augment, self.seed = samples, augment, seed
        self.width, self.height, self.smallest_face = width, height, smallest_face
        self.images = [read_image(s) for s in samples] if cache else None

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: int) -> Item:
        index = key % len(self.samples)
        rng = np.random.default_rng((self.seed, key))
        if rng.random() < self.augment.mosaic:
            image, boxes, labels = self._mosaic(rng, index)
        else:
            image, boxes, labels = self._view(rng, index, self.width, self.height)
        image = change_look(rng, image, self.augment)
        size = np.array([self.width, self.height] * 2, np.float32)
        return (torch.from_numpy(np.ascontiguousarray(image[:, :, ::-1])),
                torch.from_numpy(boxes / size), torch.from_numpy(labels))

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

    def _mosaic(self, rng: np.random.Generator, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Four pictures around a random point: small faces, many of them, cut at odd places."""
        across = int(self.width * rng.uniform(0.35, 0.65))
        down = int(self.height * rng.uniform(0.35, 0.65))
        canvas = np.empty((self.height, self.width, 3), np.uint8)
        parts = []
        others = rng.integers(0, len(self), 3)
        for number, source in enumerate([index, *others]):
            left, top = (0, across)[number % 2], (0, down)[number // 2]
            right, bottom = (across, self.width)[number % 2], (down, self.height)[number // 2]
            image, boxes, labels = self._view(rng, source, right - left, bottom - top)
            canvas[top:bottom, left:right] = image
            parts.append((boxes + np.array([left, top, left, top], np.float32), labels))
        return (canvas, np.concatenate([b for b, _ in parts]).astype(np.float32),
                np.concatenate([n for _, n in parts]))


def collate(items: Sequence[Item]) -> Item:
    """Return (images (B, H, W, 3) uint8, boxes (B, G, 4), classes (B, G) int64).

    G is the most faces of a picture in the batch.  Classes: 1.. are the labels, 0 pads, -1 ignores.
    """
    most = max(len(labels) for _, _, labels in items)
    boxes = torch.zeros(len(items), most, 4)
    classes = torch.zeros(len(items), most, dtype=torch.int64)
    for row, (_, box, labels) in enumerate(items):
        boxes[row, :len(labels)] = box
        classes[row, :len(labels)] = torch.where(labels >= 0, labels + 1, labels)
    return torch.stack([image for image, _, _ in items]), boxes, classes


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)         # one process per core already


def make_loader(dataset: FaceDataset, batch: int, workers: int, seed: int) -> DataLoader[Item]:
    """Return the DataLoader of training; call its sampler's set_epoch each epoch."""
    return DataLoader(dataset, batch_size=batch, sampler=EpochSampler(len(dataset), seed), collate_fn=collate,
                      num_workers=workers, persistent_workers=workers > 0, drop_last=len(dataset) > batch,
                      worker_init_fn=_quiet_worker, pin_memory=torch.cuda.is_available())
