# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Change the crops of a step all at once, with torch operations on whatever device they lie on.

Geometry first: each box is moved as detectors vary, made the square that the robot would cut out (LandmarkSpec), turned,
mirrored; one bilinear sampling makes the crop. Then the looks.
"""
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from .config import Augment, Model
from .crops import Faces
from .faces import MIRRORED

LARGEST_NOISE = 20           # levels, standard deviation


class Crops(NamedTuple):
    """B crops as a network takes them, and what it should say of them."""

    images: Tensor               # (B, 3, height, width) float32, normalised
    points: Tensor               # (B, 6, 2) float32, 0..1 of the crop; rows as ROWS
    labelled: Tensor             # (B, 6) float32, 1 or 0
    boxes: Tensor                # (B, 4) float32 corners, 0..1 of the crop


def crop_matrices(boxes: Tensor, margin: float) -> Tensor:
    """Return the maps (B, 2, 3) from 0..1 of a crop to pixels of the square it is cut from; the robot's rule."""
    size = boxes[:, 2:] - boxes[:, :2]
    side = size.amax(1) * (1 + 2 * margin)
    corner = (boxes[:, :2] + boxes[:, 2:]) / 2 - side[:, None] / 2
    linear = torch.eye(2, device=boxes.device) * side[:, None, None]
    return torch.cat([linear, corner[:, :, None]], dim=2)


def draw_matrices(boxes: Tensor, margin: float, settings: Augment, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return (maps (B, 2, 3) as crop_matrices, mirrored (B,) bool), drawn at random."""
    count, device = len(boxes), boxes.device

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).clamp(-2.5, 2.5).to(device)

    size = boxes[:, 2:] - boxes[:, :2]
    down = torch.tensor([0.0, settings.shift_down], device=device)
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2 + (normal(2) * settings.shift + down) * size
    aspect = normal(1) * settings.aspect / 2
    size = size * torch.exp(normal(1) * settings.scale + settings.grow + torch.cat([aspect, -aspect], dim=1))
    plain = crop_matrices(torch.cat([centre - size / 2, centre + size / 2], dim=1), margin)
    angle = torch.deg2rad(normal() * settings.rotate)
    mirrored = (torch.rand(count, generator=generator) < settings.flip).to(device)
    sine, cosine = torch.sin(angle), torch.cos(angle)
    turn = torch.stack([cosine, -sine, sine, cosine], dim=1).view(-1, 2, 2)
    turn = turn * torch.stack([torch.where(mirrored, -1.0, 1.0), torch.ones(count, device=device)], dim=1)[:, None, :]
    linear = plain[:, :, :2] @ turn
    middle = plain[:, :, 2] + plain[:, :, :2].sum(2) / 2
    return torch.cat([linear, (middle - linear.sum(2) / 2)[:, :, None]], dim=2), mirrored


def to_crop(points: Tensor, matrices: Tensor) -> Tensor:
    """Return pixels of the squares (B, P, 2) as 0..1 of the crops."""
    inverse = torch.linalg.inv(matrices[:, :, :2])
    return (points - matrices[:, None, :, 2]) @ inverse.transpose(1, 2)


def sample(images: Tensor, matrices: Tensor, width: int, height: int, pad: float) -> Tensor:
    """Return crops (B, 3, height, width) float32 in levels 0..255 of squares (B, 3, S, S) uint8."""
    if not len(images):
        return torch.zeros(0, 3, height, width, device=images.device)
    side = images.shape[-1]
    # grid_sample counts -1..1 from edge to edge, on both sides.
    linear = matrices[:, :, :2] / side
    shift = (2 * matrices[:, :, 2] + matrices[:, :, :2].sum(2)) / side - 1
    grid = functional.affine_grid(torch.cat([linear, shift[:, :, None]], dim=2), [len(images), 3, height, width],
                                  align_corners=False)
    return functional.grid_sample(images.float() - pad, grid, 'bilinear', 'zeros', align_corners=False) + pad


def change_looks(images: Tensor, settings: Augment, generator: torch.Generator) -> Tensor:
    """Return crops (B, 3, H, W) in levels 0..255 with other light, colours, sharpness, noise and covered parts."""
    count, device = len(images), images.device

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=generator).clamp(-2.5, 2.5).to(device)

    def some(share: float) -> Tensor:
        return (torch.rand(count, generator=generator) < share).nonzero()[:, 0].to(device)

    gain = torch.exp(normal(1, 1, 1) * settings.light + normal(3, 1, 1) * settings.tint)
    mean = images.mean((1, 2, 3), keepdim=True)
    images = (images - mean) * gain + mean + normal(1, 1, 1) * settings.light * 60
    rows = some(settings.grey)
    images[rows] = images[rows].mean(1, keepdim=True)
    factor = float(torch.rand(1, generator=generator)) * 0.6 + 0.25        # one for the step, others for other steps
    rows = some(settings.soft)
    small = functional.interpolate(images[rows], scale_factor=factor, mode='area')
    images[rows] = functional.interpolate(small, images.shape[-2:], mode='bilinear', align_corners=False)
    rows = some(settings.noise)
    strength = torch.rand(len(rows), 1, 1, 1, generator=generator) * LARGEST_NOISE
    images[rows] += (strength * torch.randn(images[rows].shape, generator=generator)).to(device)
    rows = some(settings.cover)
    images[rows] = cover(images[rows], generator)
    return images.clamp_(0, 255)


def cover(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return crops with a rectangle of up to half of each side over a part of each."""
    count, device = len(images), images.device
    size = torch.rand(count, 2, generator=generator).to(device) * 0.4 + 0.1
    corner = torch.rand(count, 2, generator=generator).to(device) * (1 - size)
    colour = torch.rand(count, 3, 1, 1, generator=generator).to(device) * 255
    inside = []
    for axis, length in enumerate((images.shape[3], images.shape[2])):
        place = (torch.arange(length, device=device) + 0.5) / length
        inside.append((place >= corner[:, axis, None]) & (place < (corner + size)[:, axis, None]))
    within = inside[1][:, None, :, None] & inside[0][:, None, None, :]
    return torch.where(within, colour, images)


def plain_crops(faces: Faces, model: Model) -> Crops:
    """Return crops as the robot cuts them out, of the labelled boxes."""
    return make_crops(faces, crop_matrices(faces.boxes, model.crop_margin), model)


def augmented_crops(faces: Faces, model: Model, settings: Augment, generator: torch.Generator) -> Crops:
    """Return crops to train on; all random choices come from the generator, which is one of the CPU."""
    matrices, mirrored = draw_matrices(faces.boxes, model.crop_margin, settings, generator)
    crops = make_crops(faces, matrices, model, settings, generator)
    order = torch.tensor(MIRRORED, device=mirrored.device)
    return crops._replace(points=torch.where(mirrored[:, None, None], crops.points[:, order], crops.points),
                          labelled=torch.where(mirrored[:, None], crops.labelled[:, order], crops.labelled))


def make_crops(faces: Faces, matrices: Tensor, model: Model, settings: Augment | None = None,
               generator: torch.Generator | None = None) -> Crops:
    """Return crops under maps of crop_matrices; points keep their rows."""
    images = sample(faces.images, matrices, model.width, model.height, model.pad)
    if settings is not None and generator is not None:
        images = change_looks(images, settings, generator)
    mean, scale = (torch.tensor(values, device=images.device).view(3, 1, 1) for values in (model.mean, model.scale))
    x1, y1, x2, y2 = faces.boxes.unbind(1)
    corners = to_crop(torch.stack([x1, y1, x2, y1, x1, y2, x2, y2], dim=1).view(-1, 4, 2), matrices)
    return Crops((images - mean) * scale, to_crop(faces.points, matrices), faces.labelled,
                 torch.cat([corners.amin(1), corners.amax(1)], dim=1))
