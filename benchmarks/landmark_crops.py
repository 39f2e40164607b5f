# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""How long the crops of a training step take, all at once and picture by picture.

    python -m benchmarks.landmark_crops [--side 64] [--batch 32] [--rounds 20] [--device cpu]

Both change geometry and looks as `face_training.landmarks.augment` does, with its default settings: all at once with torch
operations, one by one with the same operations, and one by one with OpenCV and numpy as a loader process would. The
pictures are noise, as what is in them costs nothing. Rounds alternate, so that a busy moment hits all; figures are medians,
of processor time on a CPU. Needs the training environment (scripts/bootstrap --training).
"""
import argparse
import functools
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch

from face_training.landmarks.augment import LARGEST_NOISE, augmented_crops, draw_matrices
from face_training.landmarks.config import Augment, Model
from face_training.landmarks.crops import Faces

CANVAS = 144
SETTINGS = Augment()


def noise_faces(count: int) -> Faces:
    """Return faces of noise, each with its box in the middle."""
    generator = torch.Generator().manual_seed(0)
    box = torch.tensor([[44.0, 39, 100, 105]])
    return Faces(torch.randint(0, 256, (count, 3, CANVAS, CANVAS), dtype=torch.uint8, generator=generator),
                 torch.full((count, 6, 2), 72.0), torch.ones(count, 6), box.repeat(count, 1))


def at_once(faces: Faces, model: Model) -> None:
    """Make all crops as training does."""
    augmented_crops(faces, model, SETTINGS, torch.Generator().manual_seed(1))


def one_by_one(faces: Faces, model: Model) -> None:
    """Make them with the same operations, one by one."""
    generator = torch.Generator().manual_seed(1)
    torch.cat([augmented_crops(Faces(*(tensor[row:row + 1] for tensor in faces)), model, SETTINGS, generator).images
               for row in range(len(faces))])


def with_opencv(faces: Faces, model: Model) -> None:
    """Make them with OpenCV and numpy, one by one, and put them together."""
    rng = np.random.default_rng(1)
    crops = []
    for row in range(len(faces)):
        generator = torch.Generator().manual_seed(row)
        matrix, _ = draw_matrices(faces.boxes[row:row + 1].cpu(), model.crop_margin, SETTINGS, generator)
        linear = matrix[0, :, :2].numpy().astype(np.float64) / model.width
        shift = matrix[0, :, 2].numpy() + linear.sum(1) / 2 - 0.5
        picture = faces.images[row].cpu().numpy().transpose(1, 2, 0)
        crop = cv2.warpAffine(picture, np.hstack([linear, shift[:, None]]), (model.width, model.height),
                              flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(model.pad,) * 3)
        crops.append(torch.from_numpy(np.ascontiguousarray(change_looks(crop.astype(np.float32), rng).transpose(2, 0, 1))))
    images = torch.stack(crops).to(faces.images.device)
    mean, scale = (torch.tensor(values, device=images.device).view(3, 1, 1) for values in (model.mean, model.scale))
    images.sub_(mean).mul_(scale)


def change_looks(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a crop (height, width, 3) float32 with looks as those of augment.change_looks."""
    gain = np.exp(rng.normal() * SETTINGS.light + rng.normal(size=3) * SETTINGS.tint).astype(np.float32)
    mean = crop.mean()
    crop = (crop - mean) * gain + mean + np.float32(rng.normal() * SETTINGS.light * 60)
    if rng.random() < SETTINGS.grey:
        crop = np.repeat(crop.mean(2, keepdims=True), 3, axis=2)
    if rng.random() < SETTINGS.soft:
        factor = rng.uniform(0.25, 0.85)
        small = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        crop = cv2.resize(small, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    if rng.random() < SETTINGS.noise:
        crop = crop + rng.normal(0, rng.uniform(0, LARGEST_NOISE), crop.shape).astype(np.float32)
    if rng.random() < SETTINGS.cover:
        height, width = crop.shape[:2]
        down, across = int(rng.uniform(0.1, 0.5) * height), int(rng.uniform(0.1, 0.5) * width)
        top, left = int(rng.uniform(0, height - down)), int(rng.uniform(0, width - across))
        crop[top:top + down, left:left + across] = rng.integers(0, 256, 3)
    changed: np.ndarray = np.clip(crop, 0, 255)
    return changed


WAYS: dict[str, Callable[[Faces, Model], None]] = {
    'torch, all at once': at_once, 'torch, one by one': one_by_one, 'OpenCV, one by one': with_opencv}


def measure(faces: Faces, model: Model, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of one crop by way."""
    on_cpu = faces.images.device.type == 'cpu'
    clock = time.process_time if on_cpu else time.perf_counter
    wait = (lambda: None) if on_cpu else functools.partial(torch.cuda.synchronize, faces.images.device)
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(-1, rounds):
        for name, way in WAYS.items():
            wait()
            start = clock()
            way(faces, model)
            wait()
            if number >= 0:
                seconds[name].append(clock() - start)
    return {name: 1e3 * statistics.median(values) / len(faces) for name, values in seconds.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--side', type=int, default=64, help='of a crop, pixels (default: %(default)s)')
    parser.add_argument('--batch', type=int, default=32, help='(default: %(default)s)')
    parser.add_argument('--rounds', type=int, default=20, help='(default: %(default)s)')
    parser.add_argument('--device', default='cpu', help='cpu or cuda (default: %(default)s)')
    args = parser.parse_args(arguments)
    if min(args.side, args.batch, args.rounds) < 1:
        parser.error('--side, --batch and --rounds must be at least 1')
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    model = Model(name='crops', network='tiny', width=args.side, height=args.side)
    found = measure(noise_faces(args.batch).to(args.device), model, args.rounds)
    fastest = found[next(iter(WAYS))]
    print('| Crops | ms each | against all at once |\n| --- | --- | --- |')
    for name, each in found.items():
        print(f'| {name} | {each:.2f} | {each / fastest:.1f} |')
    print(f'\n{args.side}x{args.side}, {args.batch} a step, {args.device}, one thread, torch {torch.__version__}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
