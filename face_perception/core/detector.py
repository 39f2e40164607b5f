# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the faces of an image: preprocess, inference, postprocess."""

from time import perf_counter
from typing import Any, Callable, Dict, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from face_perception.core import boxes as box_math
from face_perception.core.detections import Detections
from face_perception.core.preprocess import Geometry, InputSpec, check_image, preprocess
from face_perception.core.tiles import Tile, drop_fragments, tiles_of

# (image (height, width, 3) uint8 BGR, input of the network) -> (outputs, Geometry, seconds of the preprocessing).
RunImage = Callable[[np.ndarray, InputSpec], Tuple[Dict[str, np.ndarray], Geometry, float]]
# Boxes of one face overlap by more than this, those of neighbours seldom do.
VOTE_IOU = 0.5
# A box that ends this near to the inner border of a tile is cut by it; a share of the tile.
BORDER = 0.01
# A network of fewer rows was made for few faces, and says nothing by filling them.
CROWD_ROWS = 20


class Thresholds(NamedTuple):
    """Which candidates become faces."""

    score_threshold: float   # minimum score of a face, 0..1
    nms_threshold: float     # IoU, 0..1: of two boxes of one label that overlap by more, the lower is dropped
    max_faces: int           # of one image; the best remain

    def checked(self) -> 'Thresholds':
        """Return the same with plain numbers; raise ValueError for a value out of range."""
        most = self.max_faces
        if isinstance(most, bool) or not isinstance(most, (int, np.integer)) or most < 1:
            raise ValueError('max_faces must be a whole number of 1 or more, got {!r}'.format(most))
        return Thresholds(_fraction('score_threshold', self.score_threshold),
                          _fraction('nms_threshold', self.nms_threshold), int(most))


class Timings(NamedTuple):
    """How long the stages of one call took, seconds."""

    preprocess: float = 0.0
    inference: float = 0.0
    postprocess: float = 0.0


class Detector:
    """A network that is ready to look at images.

    Call `detect`, `warm_up` and `close` from one thread: a GPU context belongs to the thread that made it.
    """

    def __init__(self, input_spec: InputSpec, labels: Sequence[str],
                 run: Callable[[np.ndarray], Dict[str, np.ndarray]], thresholds: Thresholds,
                 close: Optional[Callable[[], None]] = None, tiles: int = 1,
                 run_image: Optional[RunImage] = None, about: Optional[Dict[str, str]] = None) -> None:
        """Join the parts; `face_perception.api` does it for a model folder.

        Args:
            input_spec: the input of the network.
            labels: of the columns of the scores.
            run: tensor (1, 3, height, width) float32 -> {'boxes': (1, K, 4), 'scores': (1, K, labels)}.
            thresholds: used where `detect` gets none.
            close: called by `close`, for whoever owns the network.
            tiles: into how many parts a picture is cut, besides being looked at as a whole; see `tiles_of`.
            run_image: takes the place of preprocessing and `run`, for a backend that does both on its device.
            about: what runs the network, and why that: {name: words}, for logs and diagnostics.

        Raises:
            ValueError: a threshold or the number of tiles is out of range.
        """
        tiles_of(1, 1, tiles, 1.0)
        self.tiles = tiles
        self.input_spec = input_spec
        self.labels = tuple(labels)
        self.thresholds = thresholds.checked()
        self.about: Dict[str, str] = dict(about or {})
        self.timings = Timings()    # of the last detect()
        self.limited = False        # of the last detect(): every row of the network was a face, more may be there
        self._run = run
        self._run_image = run_image
        self._close = close
        self._label_column = np.array(self.labels, np.str_)

    def detect(self, image: np.ndarray, thresholds: Optional[Thresholds] = None) -> Detections:
        """Return the faces of an image, best first, in its own pixels and inside it.

        Args:
            image: (height, width, 3) uint8, BGR, any size from 1x1, any strides; not written to.
            thresholds: for this image; default: those of the detector.

        Raises:
            ValueError: the image is of another shape or type, or a threshold is out of range; the detector
                stays usable.
        """
        chosen = self.thresholds if thresholds is None else thresholds.checked()
        check_image(image)
        height, width = image.shape[:2]
        spent = [0.0, 0.0, 0.0]
        views = []
        for tile in tiles_of(width, height, self.tiles, self.input_spec.width / self.input_spec.height):
            whole = (tile.width, tile.height) == (width, height)
            part = image if whole else image[tile.top:tile.top + tile.height, tile.left:tile.left + tile.width]
            outputs, geometry, preprocess_s, inference_s = self._infer(part)
            inferred = perf_counter()
            boxes, scores = geometry.to_source(outputs['boxes'][0]), outputs['scores'][0]
            if not whole:
                boxes, scores = _inside(boxes, scores, tile, width, height)
            views.append((boxes, scores))
            spent = [spent[0] + preprocess_s, spent[1] + inference_s, spent[2] + perf_counter() - inferred]
        start = perf_counter()
        self.limited = any(_is_full(scores, chosen.score_threshold) for _, scores in views)
        if len(views) > 1:
            views = drop_fragments(views, chosen.score_threshold)
        boxes, scores = views[0] if len(views) == 1 else (np.concatenate(each) for each in zip(*views))
        detections = self._postprocess(boxes, scores, width, height, chosen)
        self.timings = Timings(spent[0], spent[1], spent[2] + perf_counter() - start)
        return detections

    def warm_up(self) -> None:
        """Run once on a blank image: the first run of a backend is slow, no frame should wait for it."""
        self.detect(np.zeros((self.input_spec.height, self.input_spec.width, 3), np.uint8))
        self.timings = Timings()

    def close(self) -> None:
        """Free what the network holds; `detect` must not be called after it. A second call does nothing."""
        close, self._close = self._close, None
        if close is not None:
            close()

    def __enter__(self) -> 'Detector':
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def _infer(self, image: np.ndarray) -> Tuple[Dict[str, np.ndarray], Geometry, float, float]:
        """Return (outputs, Geometry, seconds of preprocessing, seconds of inference)."""
        start = perf_counter()
        if self._run_image is not None:
            outputs, geometry, preprocess_s = self._run_image(image, self.input_spec)
            return outputs, geometry, preprocess_s, perf_counter() - start - preprocess_s
        tensor, geometry = preprocess(image, self.input_spec)
        prepared = perf_counter()
        outputs = self._run(tensor)
        return outputs, geometry, prepared - start, perf_counter() - prepared

    def _postprocess(self, boxes: np.ndarray, scores: np.ndarray, width: int, height: int,
                     thresholds: Thresholds) -> Detections:
        """Threshold, suppress and average per label, rank: (K, 4) source pixels, (K, labels) -> Detections."""
        # NaN of a broken network fails every comparison below, so it is never reported.
        columns = np.flatnonzero((scores >= thresholds.score_threshold).any(axis=0))
        if not len(columns):
            return Detections.empty()
        visible = box_math.area(boxes) > 0
        faces = []
        for column in columns:
            # All rows take part in the mean, also those below the threshold: a box does not move when the
            # threshold does.
            rows = visible & (scores[:, column] > 0)
            of_label, label_scores = boxes[rows], scores[rows, column]
            candidates = np.flatnonzero(label_scores >= thresholds.score_threshold)
            selected = candidates[box_math.nms(of_label[candidates], label_scores[candidates],
                                               thresholds.nms_threshold)]
            averaged = box_math.weighted_mean(of_label[selected], of_label, label_scores, VOTE_IOU)
            # Rounding alone can carry the mean of boxes at the edge over it.
            averaged = box_math.clip(averaged, width, height)
            faces.append((averaged, label_scores[selected],
                          np.repeat(self._label_column[column], len(selected))))
        found_boxes, found_scores, labels = (np.concatenate(parts) for parts in zip(*faces))
        best = np.argsort(-found_scores, kind='mergesort')[:thresholds.max_faces]
        return Detections(found_boxes[best], found_scores[best], labels[best])


def _is_full(scores: np.ndarray, threshold: float) -> bool:
    """Tell whether even the last of the rows, which are sorted by their best score, is above the threshold."""
    return len(scores) >= CROWD_ROWS and bool(scores[-1].max() >= threshold)


def _inside(boxes: np.ndarray, scores: np.ndarray, tile: Tile, width: int, height: int
            ) -> Tuple[np.ndarray, np.ndarray]:
    """Move the boxes of a tile to the picture; those that its inner borders cut are not candidates."""
    margin_x, margin_y = BORDER * tile.width, BORDER * tile.height
    cut = (((boxes[:, 0] < margin_x) & (tile.left > 0)) | ((boxes[:, 1] < margin_y) & (tile.top > 0))
           | ((boxes[:, 2] > tile.width - margin_x) & (tile.left + tile.width < width))
           | ((boxes[:, 3] > tile.height - margin_y) & (tile.top + tile.height < height)))
    offset = np.array([tile.left, tile.top] * 2, np.float32)
    return boxes + offset, np.where(cut[:, None], np.float32(0), scores)


def _fraction(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)) or not 0 <= value <= 1:
        raise ValueError('{} must be a number from 0 to 1, got {!r}'.format(name, value))
    return float(value)
