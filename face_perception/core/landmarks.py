# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the points of faces: cuts each face out, runs a landmark network on all of them, maps the points back.

The crop of a face is its box grown by `crop_margin` of its width and height on each side, made square around its
centre and resized to the input of the network. What lies outside of the picture has the value `pad` of the input.
"""

from time import perf_counter
from typing import Any, Callable, Dict, Optional, Sequence

import cv2
import numpy as np

from face_perception.core import boxes as box_math
from face_perception.core.detections import Detections
from face_perception.core.preprocess import InputSpec, check_image, normalise, resize


class Landmarks:
    """The points of the faces of one image, one row a face, in the order of its Detections. Treat as read-only.

    Attributes:
        names: of the P points, from the subject's own view: right_eye is on the left of an unmirrored picture.
        points: (N, P, 2) float32, x y, source pixels; may lie outside of the picture, where the face is cut by
            its border. NaN in rows without points.
        scores: (N, P) float32, 0..1; 0 in rows without points.
    """

    __slots__ = ('names', 'points', 'scores')

    def __init__(self, names: Sequence[str], points: Any, scores: Any) -> None:
        """Take what numpy can turn into such arrays; raise ValueError for other shapes."""
        self.names = tuple(names)
        self.points: np.ndarray = np.asarray(points, np.float32)
        self.scores: np.ndarray = np.asarray(scores, np.float32)
        if self.points.ndim != 3 or self.points.shape[1:] != (len(self.names), 2):
            raise ValueError('points must have the shape (N, {}, 2), got {}'.format(
                len(self.names), self.points.shape))
        if self.scores.shape != self.points.shape[:2]:
            raise ValueError('scores must have the shape {} like the points, got {}'.format(
                self.points.shape[:2], self.scores.shape))

    @classmethod
    def empty(cls, names: Sequence[str], rows: int = 0) -> 'Landmarks':
        """Return rows without points."""
        return cls(names, np.full((rows, len(names), 2), np.nan, np.float32), np.zeros((rows, len(names)), np.float32))

    def __len__(self) -> int:
        return len(self.points)

    @property
    def found(self) -> np.ndarray:
        """Which rows have points: (N,) bool."""
        # Where no point has a name there is none, and `all` of nothing holds.
        has_points: np.ndarray = np.isfinite(self.points).all(axis=(1, 2)) & bool(self.names)
        return has_points


class LandmarkFinder:
    """A landmark network that is ready to look at faces.

    Call `find`, `warm_up` and `close` from one thread: a GPU context belongs to the thread that made it.
    """

    def __init__(self, input_spec: InputSpec, names: Sequence[str], crop_margin: float,
                 run: Callable[[np.ndarray], np.ndarray], close: Optional[Callable[[], None]] = None,
                 batch: int = 1, about: Optional[Dict[str, str]] = None) -> None:
        """Join the parts; `face_perception.api` does it for a model folder.

        Args:
            input_spec: the input of the network; its `resize` says nothing here, as crops are square.
            names: of the points, in the order of the rows.
            crop_margin: see above.
            run: tensor (N, 3, height, width) float32, N from 1 to `batch` -> points (N, P, 3) float32, x and y in
                0..1 of the crop, score.
            close: called by `close`, for whoever owns the network.
            batch: how many crops `run` takes at once.
            about: what runs, in words, for whoever reports it.
        """
        self.input_spec = input_spec
        self.names = tuple(names)
        self.crop_margin = crop_margin
        self.batch = batch
        self.about = about or {}
        self.seconds: Dict[str, float] = {}     # of the last find(): preprocess, inference
        self._run = run
        self._close = close

    def find(self, image: np.ndarray, detections: Detections, labels: Optional[Sequence[str]] = None,
             max_faces: Optional[int] = None) -> Landmarks:
        """Return the points of each face, in pixels of the image.

        A face has no points if its label is not wanted, its box lies outside of the image, others before it have
        used up max_faces, or the network answers with something that is no number.

        Args:
            image: (height, width, 3) uint8, BGR, any size and strides; not written to.
            detections: N faces of this image, from any detector.
            labels: those whose points are wanted; None: all.
            max_faces: how many faces get points at most, the first ones; None: all.

        Raises:
            ValueError: the image is of another shape or type.
        """
        check_image(image)
        boxes = box_math.clip(detections.boxes, image.shape[1], image.shape[0])
        wanted = box_math.area(boxes) > 0
        if labels is not None:
            wanted &= np.array([label in labels for label in detections.labels], bool)
        result = Landmarks.empty(self.names, len(boxes))
        rows = np.flatnonzero(wanted)[:max_faces]
        squares = crop_squares(boxes[rows], self.crop_margin)
        preprocess, inference = 0.0, 0.0
        for first in range(0, len(rows), self.batch):
            some = slice(first, first + self.batch)
            start = perf_counter()
            tensor = cut_out(image, squares[some], self.input_spec)
            prepared = perf_counter()
            answer = self._run(tensor)
            preprocess, inference = preprocess + prepared - start, inference + perf_counter() - prepared
            good = np.isfinite(answer).all(axis=(1, 2))
            chosen = rows[some][good]
            result.points[chosen] = to_source(answer[good][..., :2], squares[some][good])
            result.scores[chosen] = np.clip(answer[good][..., 2], 0, 1)
        self.seconds = {'preprocess': preprocess, 'inference': inference}
        return result

    def warm_up(self) -> None:
        """Run once for each size of batch up to the largest: the first run of a backend is slow."""
        blank = np.zeros((2, 2, 3), np.uint8)
        for count in sorted({1, self.batch}):
            self.find(blank, Detections(np.tile(np.array([0, 0, 2, 2], np.float32), (count, 1)), [1] * count, [''] * count))
        self.seconds = {}

    def close(self) -> None:
        """Free what the network holds; `find` must not be called after it. A second call does nothing."""
        close, self._close = self._close, None
        if close is not None:
            close()

    def __enter__(self) -> 'LandmarkFinder':
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def crop_squares(boxes: np.ndarray, margin: float) -> np.ndarray:
    """Return what is cut out around faces: (N, 4) float boxes in source pixels -> (N, 3) int64 left, top, side.

    Whole pixels, so that nothing is interpolated twice; a side has one pixel at least.

    >>> crop_squares(np.array([[10, 10, 30, 50]], np.float32), 0.25)
    array([[-10,   0,  60]])
    """
    sizes = np.float64(boxes[:, 2:]) - boxes[:, :2]
    sides = np.maximum(np.rint(sizes.max(axis=1) * (1 + 2 * margin)), 1)
    centres = (np.float64(boxes[:, 2:]) + boxes[:, :2]) / 2
    corners = np.rint(centres - sides[:, None] / 2)
    return np.concatenate([corners, sides[:, None]], axis=1).astype(np.int64)


def cut_out(image: np.ndarray, squares: np.ndarray, spec: InputSpec) -> np.ndarray:
    """Return the input of the network for each square, as one tensor.

    Args:
        image: (height, width, 3) uint8, BGR.
        squares: (N, 3) int64 left, top, side in source pixels; each shares a pixel with the image.
        spec: the input of the network.

    Returns:
        (N, 3, height, width) float32, C-contiguous, new at every call.
    """
    tensor = np.empty((len(squares), 3, spec.height, spec.width), np.float32)
    for row, (left, top, side) in enumerate(squares.tolist()):
        tensor[row] = _crop(image, left, top, side, spec).transpose(2, 0, 1)[::-1 if spec.colour == 'rgb' else 1]
    return normalise(tensor, spec)


def to_source(points: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Return points in 0..1 of their crops as source pixels: (N, P, 2), (N, 3) -> (N, P, 2) float32.

    >>> to_source(np.array([[[0.5, 0.25]]], np.float32), np.array([[-10, 0, 60]]))
    array([[[20., 15.]]], dtype=float32)
    """
    corners, sides = squares[:, None, :2], squares[:, None, 2:]
    moved: np.ndarray = (points * sides + corners).astype(np.float32)
    return moved


def _crop(image: np.ndarray, left: int, top: int, side: int, spec: InputSpec) -> np.ndarray:
    """Return one square in the size of the input: (height, width, 3) uint8 BGR."""
    height, width = image.shape[:2]
    if left >= 0 and top >= 0 and left + side <= width and top + side <= height:
        return resize(image[top:top + side, left:left + side], spec.width, spec.height)
    # A border of the picture runs through it: what there is is shrunk first, so that a large face makes no larger
    # picture, and then placed where it belongs to a fraction of a pixel.
    scale_x, scale_y = side / spec.width, side / spec.height
    reach = int(max(scale_x, scale_y)) + 1      # source pixels beside the square that take part in its edge
    x1, y1 = max(left - reach, 0), max(top - reach, 0)
    part = image[y1:top + side + reach, x1:left + side + reach]
    shrunk = part
    if min(scale_x, scale_y) >= 2:
        shrunk = resize(part, max(1, int(part.shape[1] / scale_x)), max(1, int(part.shape[0] / scale_y)))
    across, down = shrunk.shape[1] / part.shape[1], shrunk.shape[0] / part.shape[0]
    # Pixel centres lie at half pixels, and OpenCV counts from the first of them.
    to_part = np.array([[scale_x * across, 0, (left - x1 + scale_x / 2) * across - 0.5],
                        [0, scale_y * down, (top - y1 + scale_y / 2) * down - 0.5]])
    placed: np.ndarray = cv2.warpAffine(
        np.ascontiguousarray(shrunk), to_part, (spec.width, spec.height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=(spec.pad,) * 3)
    return placed
