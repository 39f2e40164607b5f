# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Change a training picture and its boxes together: where it is looked at, and how it looks."""
import cv2
import numpy as np

from ..config import Augment
from .sample import IGNORE

LEAST_VISIBLE = 0.35         # a face of which less remains in view becomes an ignore region
LEAST_SIDE = 1.0             # pixels; what remains of a box below this is dropped


def view_matrix(rng: np.random.Generator, sample_size: tuple[int, ...], target_size: tuple[int, int], settings: Augment,
                focus: np.ndarray | None = None) -> np.ndarray:
    """Return the affine map (2, 3) float64 from picture pixels to target pixels.

    sample_size, target_size: (width, height); focus: a point (x, y) of the picture that a crop
    should show, or None.  The plain view stretches the whole picture over the target, as the
    robot's preprocessing does.
    """
    (width, height), (to_width, to_height) = sample_size, target_size
    zoom = 1.0
    choice = rng.random()
    if choice < settings.crop:
        zoom = np.exp(rng.uniform(0, np.log(settings.largest_zoom)))
    elif choice < settings.crop + settings.zoom_out:
        zoom = np.exp(-rng.uniform(0, np.log(settings.largest_zoom)))
    stretch = np.exp(rng.uniform(-1, 1) * np.log1p(settings.aspect))
    view = np.array([width / zoom * np.sqrt(stretch), height / zoom / np.sqrt(stretch)])
    slack = np.array([width, height]) - view
    if focus is not None and zoom > 1:
        corner = np.asarray(focus) - view * rng.uniform(0.15, 0.85, 2)
        corner = np.clip(corner, np.minimum(0, slack), np.maximum(0, slack))
    else:
        corner = slack * rng.random(2)
    most = settings.largest_tilt if rng.random() < settings.tilt else settings.rotate
    angle = np.deg2rad(rng.uniform(-1, 1) * most)
    scale = np.array([to_width, to_height]) / view
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if rng.random() < settings.flip:
        turn = np.diag([-1.0, 1.0]) @ turn
    # Centre of the view -> origin, scaled to target pixels, turned there, -> centre of the target.
    linear = turn @ np.diag(scale)
    shift = np.array([to_width, to_height]) / 2 - linear @ (corner + view / 2)
    return np.hstack([linear, shift[:, None]])


def warp(image: np.ndarray, matrix: np.ndarray, width: int, height: int, border: tuple[int, ...]) -> np.ndarray:
    """Return the picture seen through `matrix`, (height, width, 3) uint8; outside it is `border`."""
    shrink = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if shrink < 0.6:
        # Bilinear sampling skips pixels when it shrinks: average them first, as the camera would.
        small = cv2.resize(image, None, fx=max(shrink, 1 / image.shape[1]), fy=max(shrink, 1 / image.shape[0]),
                           interpolation=cv2.INTER_AREA)
        ratio = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]])
        matrix, image = np.hstack([matrix[:, :2] * ratio, matrix[:, 2:]]), small
    # OpenCV puts pixel centres on whole numbers; boxes count from pixel corners.
    centre = np.array([0.5, 0.5])
    matrix = matrix.copy()
    matrix[:, 2] += matrix[:, :2] @ centre - centre
    return cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_CONSTANT, borderValue=border)


def move_boxes(boxes: np.ndarray, labels: np.ndarray, matrix: np.ndarray, width: int, height: int,
               smallest_face: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (boxes (M, 4), labels (M,)) in target pixels, clipped; M <= N.

    A turned box is the bound of the turned ellipse inside it: a face is nearer to an ellipse than
    to a rectangle.  Faces mostly out of view or below smallest_face become IGNORE.
    """
    if not len(boxes):
        return boxes, labels
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    half = np.sqrt(((boxes[:, None, 2:] - boxes[:, None, :2]) / 2 * matrix[None, :, :2]) ** 2 @ np.ones(2))
    moved = np.hstack([centre - half, centre + half])
    clipped = np.clip(moved, 0, [width, height, width, height])
    sides = clipped[:, 2:] - clipped[:, :2]
    visible = sides.prod(1) / np.maximum((2 * half).prod(1), 1e-6)
    lost = (visible < LEAST_VISIBLE) | (np.sqrt(sides.prod(1)) < smallest_face)
    labels = np.where(lost, IGNORE, labels)
    kept = (sides >= LEAST_SIDE).all(1)
    return clipped[kept].astype(np.float32), labels[kept]


def change_look(rng: np.random.Generator, image: np.ndarray, settings: Augment) -> np.ndarray:
    """Return the picture with other colours, sharpness, noise and compression."""
    if rng.random() < settings.colour:
        hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        ramp = np.arange(256, dtype=np.float32)
        hue = ((ramp + rng.uniform(-9, 9)) % 180).astype(np.uint8)
        saturation = np.clip(ramp * rng.uniform(0.5, 1.5), 0, 255).astype(np.uint8)
        gamma, gain, offset = np.exp(rng.uniform(-0.4, 0.4)), rng.uniform(0.6, 1.4), rng.uniform(-25, 25)
        value = np.clip(255 * (ramp / 255) ** gamma * gain + offset, 0, 255).astype(np.uint8)
        image = cv2.cvtColor(cv2.LUT(hsv, np.dstack([hue, saturation, value])), cv2.COLOR_HSV2BGR)
    if rng.random() < settings.grey:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if rng.random() < settings.blur:
        image = _soften(rng, image)
    if rng.random() < settings.noise:
        noise = rng.normal(0, rng.uniform(2, 14), image.shape).astype(np.float32)
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < settings.jpeg:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 85))]
        decoded = cv2.imdecode(cv2.imencode('.jpg', image, quality)[1], cv2.IMREAD_COLOR)
        assert decoded is not None      # it was encoded just now
        image = decoded
    return image


def _soften(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    kind = rng.integers(4)
    if kind == 0:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.8))
    if kind == 1:                                # a moving camera or face
        length = int(rng.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), rng.uniform(0, 180), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        return cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1e-6))
    if kind == 2:                                # a codec that keeps edges and flattens skin, as drawings are flat
        return cv2.bilateralFilter(image, 5, rng.uniform(15, 60), rng.uniform(1, 3))
    height, width = image.shape[:2]              # a poor stream, enlarged
    factor = rng.uniform(0.4, 0.8)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
