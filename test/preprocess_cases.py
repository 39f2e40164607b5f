# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Sizes and inputs that the preprocessing of a GPU is compared with core.preprocess on, and how near it has to come."""
import pathlib
import platform

import numpy as np

from face_perception.core.preprocess import InputSpec
from face_perception.models.spec import read_spec

ROOT = pathlib.Path(__file__).resolve().parents[1]

# OpenCV's builds for x86 round as written. On ARM its area filter joins products and sums, which may tip a pixel.
LEVELS = 0 if platform.machine() in ('x86_64', 'AMD64') else 1

SIZES = [   # width, height of the image, for an input of 320x240
    (1, 1),         # one pixel becomes all
    (320, 240),     # as it is
    (3, 2),         # grows by factors that are not whole along one axis
    (160, 120),     # doubles
    (319, 239),     # grows a little
    (321, 241),     # shrinks a little, still interpolated
    (400, 300),     # shrinks by 5/4, interpolated
    (639, 479),     # the last that is interpolated
    (640, 480),     # two by two pixels, which OpenCV rounds in a way of its own
    (641, 481),     # the first that is averaged with parts of pixels
    (960, 720),     # three by three
    (1280, 720),    # four by three, a camera
    (1280, 240),    # four by one: as many pixels as two by two, other rounding
    (320, 960),     # one by four
    (1920, 1080),   # six by 4.5, a camera
    (777, 1333),    # two odd ratios
    (980, 1470),    # 3.0625 by 6.125
    (15680, 240),   # a whole ratio of 49 that 1 / (1 / 49) misses
    (72, 600),      # 1 / (320 / 72) is not 72 / 320, and that shows
    (1000, 200),    # shrinks across and grows down: interpolated at the area filter's places
    (200, 1000),    # the other way round
    (2000, 1),      # a line
    (1, 2000),
]


def image_of(width, height, seed=0):
    """Return noise with black and white parts, (height, width, 3) uint8."""
    image = np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)
    image[:height // 4] = 255
    image[height // 4:height // 3, :, 1] = 0
    return image


def spec(width=320, height=240, colour='rgb', resize='stretch', pad=127.0):
    """Return an input whose channels all differ."""
    return InputSpec(width=width, height=height, colour=colour, mean=(127.0, 104.5, 3.0),
                     scale=(0.0078125, 0.017, 2.0), resize=resize, pad=pad)


def input_specs():
    """Return the inputs of all models in the repository and others, {name: InputSpec}."""
    found = {path.name: read_spec(str(path)).input for path in sorted((ROOT / 'models').iterdir()) if path.is_dir()}
    found.update({'stretch': spec(), 'bgr': spec(colour='bgr', pad=0), 'letterbox': spec(resize='letterbox'),
                  'odd': spec(33, 21, resize='letterbox'), 'pixel': spec(1, 1)})
    return found
