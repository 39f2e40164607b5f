# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compares an engine with fp32 as it was exported, on the reference picture of its model.

What that finds there stands in model.json, so that no second engine has to be built. Others have seen fp16 engines give
NaN (NVIDIA/TensorRT#1787), no box at all (Megvii-BaseDetection/YOLOX#1575) and wrong ones.
"""

import os
from typing import Callable, Dict

import numpy as np

from face_perception.backends.base import BackendError, BackendInfo
from face_perception.core.decoding import PictureError, decode_picture
from face_perception.core.detector import Detector
from face_perception.core.files import open_regular
from face_perception.models.reference import differences, read_reference
from face_perception.models.spec import DetectionSpec, ModelSpec


def compare_with_fp32(folder: str, spec: ModelSpec, info: BackendInfo,
                      run: Callable[[np.ndarray], Dict[str, np.ndarray]]) -> None:
    """Raise BackendError where the network, run in a precision, differs from fp32 by more than model.json allows.

    A model without a reference is run in fp32 only.

    Args:
        folder: of the model.
        spec: of the model.
        info: of the backend that runs it.
        run: (batch, 3, height, width) float32 -> {role: array}.
    """
    precision, batch = info.precision, info.batch
    what = 'the {} engine of {}'.format(precision, spec.name)

    def run_one(tensor: np.ndarray) -> Dict[str, np.ndarray]:
        outputs = run(np.repeat(tensor, batch, axis=0))
        return {role: array[:1] for role, array in outputs.items()}

    reference = read_reference(spec) if isinstance(spec, DetectionSpec) else None
    if reference is None or not isinstance(spec, DetectionSpec):
        if precision == 'fp32':
            return
        raise BackendError('{} is not used: the model has no reference picture to compare it with fp32 on; export the model '
                           'with one, or leave precision at fp32'.format(what))
    path = os.path.join(folder, reference.image)
    try:
        with open_regular(path) as opened:
            image = decode_picture(opened.read())
    except (OSError, PictureError) as error:
        raise BackendError('{} is not used: the reference picture {} cannot be read ({})'.format(
            what, path, error)) from error
    found = Detector(spec.input, spec.labels, run_one, spec.defaults).detect(image)
    words = differences(reference, found, spec.defaults.score_threshold)
    if words:
        raise BackendError('{} is not used: on {} it differs from what fp32 finds there: {}; {}'.format(
            what, reference.image, '; '.join(words), 'take the backend onnxruntime' if precision == 'fp32'
            else 'leave precision at fp32'))
