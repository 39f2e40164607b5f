# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A CUDA context of its own, and the memory in it. One thread makes, uses and closes it."""

import threading
from typing import Any, Callable, List, Tuple

import numpy as np

from face_perception.backends.base import BackendError


class Cuda:
    """The context of one backend on the first GPU, with one stream.

    It is on the thread's stack of contexts within `with` only, so that backends side by side do not meet::

        with cuda:
            buffer = cuda.new_buffer((1, 3, 240, 320))
    """

    def __init__(self, driver: Any) -> None:
        """Make the context; takes the module pycuda.driver, raises its Error."""
        self.driver = driver
        device = driver.Device(0)
        self.name: str = device.name()
        self.capability: Tuple[int, int] = tuple(device.compute_capability())
        self._thread = threading.get_ident()
        self._closers: List[Callable[[], None]] = []
        self._context: Any = device.make_context()      # this puts it on the stack
        try:
            self.stream: Any = driver.Stream()
        finally:
            driver.Context.pop()

    def __enter__(self) -> 'Cuda':
        if threading.get_ident() != self._thread:
            raise BackendError('the tensorrt backend was opened in another thread, and a CUDA context belongs to the thread '
                               'that made it; open, run and close it in one')
        self._context.push()
        return self

    def __exit__(self, *exception: object) -> None:
        self.driver.Context.pop()

    def new_buffer(self, shape: Tuple[int, ...]) -> 'Buffer':
        """Return float32 memory on both sides; `close` frees it. Within `with`."""
        buffer = Buffer(self.driver, shape)
        self.before_closing(buffer.free)
        return buffer

    def before_closing(self, closer: Callable[[], None]) -> None:
        """Have `close` call this, within the context, for what lives in it; in the order of these calls."""
        self._closers.append(closer)

    def close(self) -> None:
        """Free the memory, then the context; a second call does nothing. Not within `with`."""
        if self._context is None:
            return
        try:
            with self:
                self.stream.synchronize()
                self.stream = None
                while self._closers:
                    self._closers.pop(0)()
            self._context.detach()
        except self.driver.Error:
            pass        # after a fault of the GPU nothing can be freed any more; the process takes it along
        self._context = None


class Buffer:
    """A tensor in page-locked memory, from which the GPU copies while the CPU goes on, and on the GPU."""

    def __init__(self, driver: Any, shape: Tuple[int, ...]) -> None:
        """Allocate float32 of a shape in the current context."""
        self._driver = driver
        self.host: Any = driver.pagelocked_empty(shape, np.float32)
        try:
            self._device: Any = driver.mem_alloc(self.host.nbytes)
        except Exception:
            self.host.base.free()
            raise

    @property
    def address(self) -> int:
        """On the GPU."""
        return int(self._device)

    def upload(self, stream: Any) -> None:
        """Copy to the GPU when the stream comes to it; `host` must not change until then."""
        self._driver.memcpy_htod_async(self._device, self.host, stream)

    def download(self, stream: Any) -> None:
        """Copy from the GPU when the stream comes to it; `host` must not be read until then."""
        self._driver.memcpy_dtoh_async(self.host, self._device, stream)

    def free(self) -> None:
        """Free both sides."""
        self._device.free()
        self.host.base.free()


class CopyTime:
    """How long the GPU takes for what is put into the stream within `with`."""

    def __init__(self, cuda: Cuda) -> None:
        """Take an open context, current."""
        self._stream = cuda.stream
        self._before: Any = cuda.driver.Event()
        self._after: Any = cuda.driver.Event()
        cuda.before_closing(self._close)

    def __enter__(self) -> None:
        self._before.record(self._stream)

    def __exit__(self, *exception: object) -> None:
        self._after.record(self._stream)

    def seconds(self) -> float:
        """Return it; after the stream was waited for."""
        return 1e-3 * float(self._before.time_till(self._after))

    def _close(self) -> None:
        self._stream = self._before = self._after = None
