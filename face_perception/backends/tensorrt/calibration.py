# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the ranges of values that an int8 engine needs, from pictures; up to TensorRT 10.

TensorRT calls a calibrator from code that must not meet an exception, or the process ends: everything here is caught, and
`failed` says what it was, in words.
"""

import os
from typing import Any, Iterator, List, Optional

import numpy as np

from face_perception.backends.base import BackendError
from face_perception.core.decoding import PictureError, decode_picture
from face_perception.core.files import expand, open_regular
from face_perception.core.preprocess import InputSpec, preprocess

MAX_PICTURES = 500      # NVIDIA's guide names 500 as enough


def new_calibrator(vendor: Any, buffer: Any, stream: Any, tensors: Iterator[np.ndarray], table: bytes = b'') -> Any:
    """Return an entropy calibrator.

    Args:
        vendor: the module `tensorrt`.
        buffer: of the input tensor, a `cuda.Buffer`.
        stream: for the copies.
        tensors: (1, 3, height, width) float32, normalised.
        table: of an earlier calibration of the same network, which is then not repeated.
    """
    # What lives in the CUDA context is in the instance, which ends with its last user; a class has to wait for the
    # garbage collector, with all that its methods refer to.
    class Calibrator(vendor.IInt8EntropyCalibrator2):       # type: ignore[misc]
        def __init__(self, buffer: Any, stream: Any, tensors: Iterator[np.ndarray], table: bytes) -> None:
            vendor.IInt8EntropyCalibrator2.__init__(self)   # pybind11 wants it called so
            self._buffer, self._stream, self._tensors, self.table = buffer, stream, tensors, table
            self.failed = ''

        def get_batch_size(self) -> int:
            return len(self._buffer.host)

        def get_batch(self, names: List[str]) -> Optional[List[int]]:
            try:
                tensor = next(self._tensors, None)
                if tensor is None:
                    return None
                np.copyto(self._buffer.host, tensor)    # the same picture at each place of a batch
                self._buffer.upload(self._stream)
                self._stream.synchronize()
                return [self._buffer.address]
            except Exception as error:
                # Not the exception itself: its frames hold what has to end before the CUDA context does.
                self.failed = str(error)
                return None

        def read_calibration_cache(self) -> Optional[bytes]:
            return self.table or None

        def write_calibration_cache(self, cache: Any) -> None:
            self.table = bytes(cache)

    return Calibrator(buffer, stream, tensors, table)


def read_pictures(folder: str, spec: InputSpec) -> Iterator[np.ndarray]:
    """Yield the tensors of the pictures of a folder, by name; what is no picture is passed over.

    Raises:
        BackendError: the folder cannot be read, or holds no picture.
    """
    folder = expand(folder)
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise BackendError('expected a folder of pictures to calibrate int8 with, got {}: {}'.format(
            folder, error.strerror)) from error
    count = 0
    for name in names:
        if count == MAX_PICTURES:
            return
        try:
            with open_regular(os.path.join(folder, name)) as opened:
                image = decode_picture(opened.read())
        except (OSError, PictureError):
            continue
        count += 1
        yield preprocess(image, spec)[0]
    if not count:
        raise BackendError('expected a folder of pictures to calibrate int8 with, got {}, which has none'.format(folder))
