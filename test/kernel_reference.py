# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What preprocess.cu computes, in numpy: the same operations in the same order on whole arrays.

`core.preprocess` (OpenCV) is the oracle of the pixels; this says by which arithmetic the kernel arrives there.
"""
import numpy as np

from face_perception.backends.tensorrt import resampling
from face_perception.core.preprocess import normalise


def reference(image, spec, half=False):
    """Return what the kernel writes: image (h, w, 3) uint8 BGR -> (1, 3, height, width) float32 or float16."""
    plan = resampling.plan(image.shape[1], image.shape[0], spec)
    columns, rows = plan.spans[:spec.width], plan.spans[spec.width:]
    covered_x, covered_y = (np.flatnonzero(spans['first'] <= spans['last']) for spans in (columns, rows))
    pixels = {resampling.LINEAR: linear, resampling.BOX: box, resampling.AREA: area}[plan.method](
        image, columns[covered_x], rows[covered_y])
    whole = np.full((spec.height, spec.width, 3), spec.pad, np.float32)
    whole[np.ix_(covered_y, covered_x)] = pixels
    planes = whole.transpose(2, 0, 1)[::-1 if spec.colour == 'rgb' else 1]
    with np.errstate(over='ignore'):
        return normalise(planes[None].copy(), spec).astype(np.float16 if half else np.float32)


def linear(image, columns, rows):
    """Two by two pixels, weights in 1/2048: across, then down, each cut to fewer bits."""
    values = image.astype(np.int32)
    left, right = (columns[name].astype(np.int32)[:, None] for name in ('first_weight', 'last_weight'))
    above, below = (rows[name].astype(np.int32)[:, None, None] for name in ('first_weight', 'last_weight'))
    across = (values[:, columns['first']] * left + values[:, columns['last']] * right) >> 4
    return ((across[rows['first']] * above >> 16) + (across[rows['last']] * below >> 16) + 2) >> 2


def box(image, columns, rows):
    """Whole pixels of equal weight; four in a square are rounded up at a half, all others to even."""
    wide = columns['last'][0] - columns['first'][0] + 1
    tall = rows['last'][0] - rows['first'][0] + 1
    sums = image.reshape(len(rows), tall, len(columns), wide, 3).astype(np.int32).sum(axis=(1, 3))
    if (wide, tall) == (2, 2):
        return (sums + 2) >> 2
    return np.rint(sums.astype(np.float32) * (np.float32(1) / np.float32(wide * tall)))


def area(image, columns, rows):
    """Pixels by how much of each is covered, in float32: across, then down, one pixel after the other."""
    return np.rint(_weighted(_weighted(image.astype(np.float32), columns, 1), rows, 0))


def _weighted(values, spans, axis):
    shape = list(values.shape)
    shape[axis] = len(spans)
    sums = np.zeros(shape, np.float32)
    for number, span in enumerate(spans):
        one = sums[:, number] if axis else sums[number]
        for index in range(span['first'], span['last'] + 1):
            weight = (span['first_weight'] if index == span['first'] else
                      span['last_weight'] if index == span['last'] else span['middle_weight'])
            one += (values[:, index] if axis else values[index]) * weight
    return sums
