# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Fills the input of a network on the GPU, after comparing that with the CPU once."""

from typing import Any, Callable, Optional

import numpy as np

from face_perception.backends.base import BackendError
from face_perception.backends.tensorrt.cuda import Buffer, Cuda
from face_perception.backends.tensorrt.preprocess import GpuPreprocess
from face_perception.core.preprocess import Geometry, InputSpec, preprocess

TOLERANCE = 1.0     # pixel values by which the GPU may round otherwise than the CPU


class GpuInput:
    """The preprocessing of one backend. Make, use and close it within the context."""

    def __init__(self, cuda: Cuda, compiler: Any, spec: InputSpec) -> None:
        """Take an open context, the module pycuda.compiler and the input of the network; raises BackendError."""
        self._driver, self._compiler, self._stream = cuda.driver, compiler, cuda.stream
        self._spec = spec
        self._preprocess: Any = GpuPreprocess(cuda.driver, compiler, spec)
        cuda.before_closing(self.close)
        # Before the copy of the image, after it, and after the kernel.
        self._before: Any = cuda.driver.Event()
        self._copied: Any = cuda.driver.Event()
        self._after: Any = cuda.driver.Event()

    def fill(self, image: np.ndarray, spec: InputSpec, address: int) -> Geometry:
        """Put the work for an image into the stream.

        Args:
            image: (height, width, 3) uint8, BGR, any strides.
            spec: the input; may fit images otherwise than before.
            address: of the input on the GPU.
        """
        if spec != self._spec:
            self._preprocess.close()
            self._preprocess = GpuPreprocess(self._driver, self._compiler, spec)
            self._spec = spec
        self._before.record(self._stream)
        geometry: Geometry = self._preprocess.run(image, address, self._stream, self._copied)
        self._after.record(self._stream)
        return geometry

    def seconds(self) -> float:
        """Return how long the last `fill` computed; after the stream was waited for."""
        return 1e-3 * float(self._copied.time_till(self._after))

    def copied(self) -> float:
        """Return how long the copy of the last `fill` took, seconds; after the stream was waited for."""
        return 1e-3 * float(self._before.time_till(self._copied))

    def close(self) -> None:
        """Free its memory; a second call does nothing. The context calls it in the end."""
        if self._preprocess is not None:
            self._preprocess.close()
        self._preprocess = self._before = self._copied = self._after = None


def open_gpu_input(cuda: Cuda, compiler: Any, spec: InputSpec, buffer: Buffer,
                   report: Callable[[str], None]) -> Optional[GpuInput]:
    """Return a GpuInput, or None, which is reported: where there is no compiler, or the GPU gives other pixels.

    Args:
        cuda: an open context, current.
        compiler: the module pycuda.compiler.
        spec: the input of the network.
        buffer: of the input.
        report: takes a line for the user.
    """
    try:
        made = GpuInput(cuda, compiler, spec)
    except BackendError as error:
        report('Images are preprocessed on the CPU: {}.'.format(error))
        return None
    # Sizes that shrink and grow; its own generator, so that every start sees the same.
    image = np.random.RandomState(0).randint(0, 256, (spec.height * 3 // 2 + 1, spec.width * 3 + 5, 3)).astype(np.uint8)
    for part in (image, image[:spec.height // 2 + 1, :spec.width // 2 + 1]):
        made.fill(part, spec, buffer.address)
        buffer.download(cuda.stream)
        cuda.stream.synchronize()
        # In units of a pixel.
        difference = np.abs((buffer.host - preprocess(part, spec)[0]) / np.reshape(spec.scale, (3, 1, 1))).max()
        if not difference <= TOLERANCE:     # also where it is no number
            made.close()
            report('Images are preprocessed on the CPU: the GPU gives values that differ by {:g} from those of the '
                   'CPU.'.format(difference))
            return None
    return made
