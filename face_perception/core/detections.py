# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The faces of one image: boxes, scores, labels and, where tracked, ids."""

import numpy as np


class Detections:
    """Arrays of one length N, one row a face. Treat them as read-only.

    boxes:  (N, 4) float32, x1 y1 x2 y2, source pixels
    scores: (N,) float32, 0..1
    labels: (N,) numpy str, for example 'human'
    ids:    (N,) int64 from a tracker, or None
    """

    __slots__ = ('boxes', 'scores', 'labels', 'ids')

    def __init__(self, boxes, scores, labels, ids=None):
        self.boxes = np.asarray(boxes, np.float32)
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            raise ValueError('boxes must have the shape (N, 4), got {}'.format(self.boxes.shape))
        self.scores = _column('scores', scores, np.float32, len(self.boxes))
        self.labels = _column('labels', labels, np.str_, len(self.boxes))
        self.ids = None if ids is None else _column('ids', ids, np.int64, len(self.boxes))

    @classmethod
    def empty(cls):
        """Return the faces of an image without any."""
        return cls(np.zeros((0, 4), np.float32), [], [])

    def __len__(self):
        return len(self.boxes)

    def __getitem__(self, rows):
        """Select rows by a boolean mask, indices, a slice or one index; always returns Detections."""
        if isinstance(rows, (int, np.integer)):
            if not -len(self) <= rows < len(self):
                raise IndexError('row {} of {} detections'.format(rows, len(self)))
            rows = [rows]
        rows = rows if isinstance(rows, slice) else np.asarray(rows)
        if isinstance(rows, np.ndarray) and rows.size == 0:
            rows = rows.astype(np.int64)  # numpy makes [] a float array, which is no index
        ids = None if self.ids is None else self.ids[rows]
        return Detections(self.boxes[rows], self.scores[rows], self.labels[rows], ids)

    def __repr__(self):
        faces = ', '.join('{} {:.2f} {}'.format(label, score, np.round(box, 1).tolist())
                          for label, score, box in zip(self.labels, self.scores, self.boxes))
        return 'Detections({}: [{}])'.format(len(self), faces)

    def xywh(self):
        """Return the boxes as left, top, width, height: (N, 4) float32, source pixels, a copy."""
        return np.concatenate([self.boxes[:, :2], self.boxes[:, 2:] - self.boxes[:, :2]], axis=1)


def _column(name, values, dtype, length):
    column = np.asarray(values, dtype)
    if column.shape != (length,):
        raise ValueError('{} must have the shape ({},) like the boxes, got {}'.format(
            name, length, column.shape))
    return column
