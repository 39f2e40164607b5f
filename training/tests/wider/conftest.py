# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes sets as WIDER FACE publishes them."""
import numpy as np
import pytest
from scipy.io import savemat


def column(values):
    """Return a MATLAB cell array of one column."""
    array = np.empty((len(values), 1), object)
    for row, value in enumerate(values):
        array[row, 0] = value
    return array


@pytest.fixture
def write_set():
    """The function that writes a mat file.

    It takes its path and {event: {file: (rows of left, top, width, height, or None for no face_bbx_list, numbers from 1 of
    those that count)}}.
    """
    def write(path, events):
        pictures = [list(files.values()) for files in events.values()]
        content = {'event_list': column(list(events)),
                   'file_list': column([column(list(files)) for files in events.values()]),
                   'gt_list': column([column([np.array(rows, np.uint16).reshape(-1, 1) for _, rows in files])
                                      for files in pictures])}
        if not any(boxes is None for files in pictures for boxes, _ in files):
            content['face_bbx_list'] = column([column([np.array(boxes, float).reshape(-1, 4) for boxes, _ in files])
                                               for files in pictures])
        savemat(path, content)
    return write
