# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Puts a detector together: the one call that nodes, commands and scripts of your own need.

    from face_perception.api import open_detector
    with open_detector('slim_320') as detector:
        for face in detector.detect(image):  # (height, width, 3) uint8, BGR
            print(face)
"""

import cv2

from face_perception.backends import open_backend
from face_perception.core import defaults
from face_perception.models.spec import read_spec
from face_perception.core.detector import Detector
from face_perception.models.store import find_model


def open_detector(model=defaults.MODEL, backend=defaults.BACKEND, threads=defaults.THREADS,
                  score_threshold=None, nms_threshold=None, max_faces=None):
    """Open a model by name or folder and return its Detector; close it when done.

    :param backend: name of an engine, see `face_perception.backends`.
    :param threads: of the engine.
    The other three default to the model's own. Raises what `find_model`, `read_spec`, `open_backend` and
    `Detector` raise; their messages say what to do.
    """
    folder = find_model(model)
    contract = read_spec(folder)
    engine = open_backend(backend, folder, contract, threads)
    try:
        return Detector(contract, engine, resize, score_threshold, nms_threshold, max_faces)
    except Exception:
        engine.close()
        raise


def resize(image, width, height):
    """Return the image in a new size: (h, w, 3) uint8 -> (height, width, 3) uint8.

    Averages when it shrinks an axis to half or less, where linear interpolation would skip source pixels.
    """
    shrinks = image.shape[1] >= 2 * width or image.shape[0] >= 2 * height
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
