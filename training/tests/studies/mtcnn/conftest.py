# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Drawn frames, and the published weights where they are at hand."""
import numpy as np
import pytest
from studies.mtcnn.frames import Frame
from studies.mtcnn.nets import published_stages

from face_training.faults import TrainingError


@pytest.fixture(scope='session')
def published():
    """The published stages; tests that need them skip without."""
    try:
        return published_stages()
    except TrainingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope='session')
def drawn_frames():
    """Six frames of 160x120 with a bright square of 40 to 64 pixels each, the face, on a dark ground with noise."""
    random, frames = np.random.default_rng(0), []
    for number in range(6):
        image = random.integers(0, 60, (120, 160, 3), np.uint8)
        side = int(random.integers(40, 65))
        left, top = int(random.integers(0, 160 - side)), int(random.integers(0, 120 - side))
        image[top:top + side, left:left + side] = 200
        image[top + side // 4:top + side // 2, left + side // 4:left + side // 2] = 20
        frames.append(Frame(f'{number}.png', image, np.array([[left, top, left + side, top + side]], np.float32)))
    return frames
