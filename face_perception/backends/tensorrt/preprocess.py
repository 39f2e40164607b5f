# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Preprocesses on the GPU: only the image itself crosses the bus, and the pixels are those of `core.preprocess`."""

import os
import warnings
from typing import Any, Optional

import numpy as np

from face_perception.backends.base import BackendError
from face_perception.backends.tensorrt import resampling
from face_perception.core.preprocess import Geometry, InputSpec, check_image

_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'preprocess.cu')
_PARAMETERS = 'PiP' + 'i' * 5 + 'f' * 7 + 'P'      # types of the kernel's parameters, in letters of `struct`
_BLOCK = (32, 8, 1)                                 # threads; those of a row write values that lie side by side


class GpuPreprocess:
    """Resizes, reorders and normalises images on the GPU.

    Make, use and close it in the thread that owns the CUDA context, while that is current.
    """

    def __init__(self, driver: Any, compiler: Any, spec: InputSpec, half: bool = False) -> None:
        """Compile the kernel for the GPU of the current context; pycuda keeps the result in the user's cache folder.

        Args:
            driver: the module pycuda.driver.
            compiler: the module pycuda.compiler.
            spec: the input of the network.
            half: write float16 instead of float32.

        Raises:
            BackendError: the kernel cannot be compiled; the message has the cure.
        """
        self._driver = driver
        self._spec = spec
        self._half = half
        self._kernel: Any = _compile(driver, compiler)
        self._grid = (-(-spec.width // _BLOCK[0]), -(-spec.height // _BLOCK[1]), 1)
        self._plan: Optional[resampling.Plan] = None    # whose spans the device has
        self._spans: Optional[_Buffer] = _Buffer(driver, (spec.width + spec.height) * resampling.SPAN.itemsize)
        self._frame: Optional[_Buffer] = None           # grows to the largest image that came
        self._done = driver.Event()                     # after the last work that uses the buffers

    def run(self, image: np.ndarray, output_address: int, stream: Any, copied: Any = None) -> Geometry:
        """Put all work for one image into `stream` and return; the image may be changed at once.

        Args:
            image: (height, width, 3) uint8, BGR, any strides; never written to.
            output_address: memory of the device that takes (1, 3, height, width) of the input, float32 or float16,
                once the stream has come so far.
            stream: pycuda.driver.Stream.
            copied: pycuda.driver.Event, recorded when the image is on the device.

        Returns:
            The way from the input of the network back to pixels of the image.

        Raises:
            ValueError: the image is of another shape or type.
            BackendError: the image does not fit into memory, or after close().
        """
        check_image(image)
        if self._spans is None:
            raise BackendError('the preprocessing of the tensorrt backend is closed')
        height, width = image.shape[:2]
        plan = resampling.plan(width, height, self._spec)
        # The image before may still be on its way from the very memory that is written to now.
        self._done.synchronize()
        frame = self._reserve(width, height)
        np.copyto(frame.host[:image.size].reshape(image.shape), image)
        try:
            self._driver.memcpy_htod_async(frame.device, frame.host[:image.size], stream)
            if plan is not self._plan:
                self._plan = None
                self._spans.host[:] = plan.spans.view(np.uint8)
                self._driver.memcpy_htod_async(self._spans.device, self._spans.host, stream)
                self._plan = plan
            if copied is not None:
                copied.record(stream)
            spec = self._spec
            self._kernel.prepared_async_call(
                self._grid, _BLOCK, stream,
                int(frame.device), 3 * width, int(self._spans.device), plan.method, spec.width, spec.height,
                int(spec.colour == 'rgb'), int(self._half), spec.pad, *(spec.mean + spec.scale + (int(output_address),)))
        finally:
            self._done.record(stream)
        return plan.geometry

    def close(self) -> None:
        """Wait for what is under way and free all memory; a second call does nothing."""
        if self._spans is None:
            return
        buffers = [buffer for buffer in (self._frame, self._spans) if buffer is not None]
        self._frame = self._spans = self._kernel = None
        try:
            self._done.synchronize()
        finally:
            for buffer in buffers:
                buffer.free()

    def _reserve(self, width: int, height: int) -> '_Buffer':
        size = 3 * width * height
        if self._frame is None or self._frame.size < size:
            if self._frame is not None:
                # First, so that the old and the new one are never held together.
                self._frame.free()
                self._frame = None
            try:
                self._frame = _Buffer(self._driver, size)
            except self._driver.Error as error:
                raise BackendError('no memory on the GPU for an image of {} x {} pixels ({}); use a smaller '
                                   'image'.format(width, height, error)) from error
        return self._frame


class _Buffer:
    """Memory of the device and as much page-locked memory of the host, which copies of their own accord need."""

    def __init__(self, driver: Any, size: int) -> None:
        self.size = size    # bytes
        self.device = driver.mem_alloc(size)
        self.host = driver.pagelocked_empty(size, np.uint8)

    def free(self) -> None:
        self.device.free()
        self.host.base.free()


def _compile(driver: Any, compiler: Any) -> Any:
    with open(_SOURCE, encoding='ascii') as file:
        text = file.read()
    try:
        with warnings.catch_warnings():
            # pycuda warns that its cache was empty, and hands on what nvcc says of old architectures.
            warnings.simplefilter('ignore')
            module = compiler.SourceModule(text, no_extern_c=True)
    except (OSError, driver.Error) as error:    # no nvcc; nvcc refused the text
        raise BackendError('cannot compile {} ({}); expected a working nvcc: put the folder bin of the CUDA toolkit on '
                           'PATH, on a Jetson /usr/local/cuda/bin'.format(_SOURCE, ' '.join(str(error).split()))) from error
    return module.get_function('preprocess').prepare(_PARAMETERS)
