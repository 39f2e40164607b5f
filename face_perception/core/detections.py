# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The faces of one image: boxes, scores, labels and, where tracked, ids."""

from typing import Any, Optional, Sequence, Union

import numpy as np


class Detections:
    """Arrays of one length N, one row a face. Treat them as read-only.

    Attributes:
        boxes: (N, 4) float32, corners x1 y1 x2 y2, source pixels.
        scores: (N,) float32, 0..1.
        labels: (N,) numpy str, for example 'human'.
        ids: (N,) int64 from a tracker, or None.
    """

    __slots__ = ('boxes', 'scores', 'labels', 'ids')

    def __init__(self, boxes: Any, scores: Any, labels: Any, ids: Any = None) -> None:
        """Take what numpy can turn into such arrays; raise ValueError for other shapes."""
        self.boxes: np.ndarray = np.asarray(boxes, np.float32)
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            raise ValueError('boxes must have the shape (N, 4), got {}'.format(self.boxes.shape))
        self.scores = _column('scores', scores, np.float32, len(self.boxes))
        self.labels = _column('labels', labels, np.str_, len(self.boxes))
        self.ids: Optional[np.ndarray] = None
        if ids is not None:
            self.ids = _column('ids', ids, np.int64, len(self.boxes))

    @classmethod
    def empty(cls) -> 'Detections':
        """Return the faces of an image without any."""
        return cls(np.zeros((0, 4), np.float32), [], [])

    def __len__(self) -> int:
        return len(self.boxes)

    def __getitem__(self, rows: Union[int, slice, Sequence[int], np.ndarray]) -> 'Detections':
        """Select rows by a boolean mask, indices, a slice or one index; always returns Detections."""
        if isinstance(rows, (int, np.integer)):
            if not -len(self) <= rows < len(self):
                raise IndexError('row {} of {} detections'.format(rows, len(self)))
            rows = [int(rows)]
        index = rows if isinstance(rows, slice) else np.asarray(rows)
        if isinstance(index, np.ndarray) and index.size == 0:
            index = index.astype(np.int64)  # numpy makes [] a float array, which is no index
        ids = None if self.ids is None else self.ids[index]
        return Detections(self.boxes[index], self.scores[index], self.labels[index], ids)

    def __repr__(self) -> str:
        faces = ', '.join('{} {:.2f} {}'.format(label, score, np.round(box, 1).tolist())
                          for label, score, box in zip(self.labels, self.scores, self.boxes))
        return 'Detections({}: [{}])'.format(len(self), faces)

    def xywh(self) -> np.ndarray:
        """Return the boxes as left, top, width, height: (N, 4) float32, source pixels, a copy."""
        return np.concatenate([self.boxes[:, :2], self.boxes[:, 2:] - self.boxes[:, :2]], axis=1)


def _column(name: str, values: Any, dtype: Any, length: int) -> np.ndarray:
    column: np.ndarray = np.asarray(values, dtype)
    if column.shape != (length,):
        raise ValueError('{} must have the shape ({},) like the boxes, got {}'.format(
            name, length, column.shape))
    return column
