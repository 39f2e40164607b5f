# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Stands in for pycuda.driver and pycuda.compiler where there is no GPU, and is stricter than they are.

Names and arguments are those of pycuda 2022.1 to 2026.1 (pycuda/driver.py, src/wrapper/wrap_cudadrv.cpp). Work in a stream
waits until somebody synchronises: memory that is overwritten or freed too early then gives wrong values or LogicError.
Kernels are compiled by g++ and run with the very arguments of the launch. Guard bytes around all memory find writes
beside it; `FakeDriver.live` names what was not freed.
"""
import numbers

import numpy as np
from kernel_on_cpu import CompileError as GxxError
from kernel_on_cpu import KernelOnCpu

GUARD = 256
PATTERN = 0xA5


class Error(Exception):
    """Base of pycuda's errors."""


class LogicError(Error):
    pass


class OutOfMemory(Error):
    pass


class CompileError(Error):
    pass


class Memory:
    """Bytes between guards, of the device or of the host; full of a pattern at first."""

    def __init__(self, driver, kind, size):
        if size <= 0:
            raise LogicError('allocation of {} bytes: invalid argument'.format(size))
        if size > driver.capacity:
            raise OutOfMemory('allocation failed: out of memory')
        self._driver = driver
        self.kind = kind
        self.size = size
        self.bytes = np.full(size + 2 * GUARD, PATTERN, np.uint8)
        self.address = self.bytes.ctypes.data + GUARD
        self.array = {'shape': (size,), 'typestr': '|u1'}
        driver.live.append(self)

    def __repr__(self):
        return '<{} bytes of the {}>'.format(self.size, self.kind)

    def __int__(self):
        return self.address

    @property
    def __array_interface__(self):
        return dict(self.array, data=(self.address, False), version=3)

    def free(self):
        """Free it; twice is an error, and so is a write beside it."""
        if self not in self._driver.live:
            raise LogicError('{} freed twice'.format(self))
        self._driver.live.remove(self)
        if (self.bytes[:GUARD] != PATTERN).any() or (self.bytes[-GUARD:] != PATTERN).any():
            raise LogicError('something wrote beside {}'.format(self))


class FakeDriver:
    """The module pycuda.driver; `capacity` is the largest allocation that succeeds, bytes."""

    Error, LogicError, MemoryError, CompileError = Error, LogicError, OutOfMemory, CompileError

    def __init__(self, capacity=1 << 30):
        self.capacity = capacity
        self.live = []          # Memory that was not freed
        self.copied = []        # bytes of each copy to the device, in order
        self.launches = 0

    def Stream(self, flags=0):  # noqa: N802
        return Stream()

    def Event(self, flags=0):  # noqa: N802
        return Event()

    def mem_alloc(self, size):
        return Memory(self, 'device', size)

    def pagelocked_empty(self, shape, dtype, order='C', mem_flags=0):
        dtype = np.dtype(dtype)
        shape = shape if isinstance(shape, tuple) else (shape,)
        memory = Memory(self, 'host', int(np.prod(shape)) * dtype.itemsize)
        memory.array = {'shape': shape, 'typestr': dtype.str}
        array = np.asarray(memory)
        assert array.base is memory     # as in pycuda
        return array

    def memcpy_htod_async(self, dest, src, stream=None):
        """Copy to the device when the stream comes to it; pageable memory, which CUDA would copy at once, is refused."""
        if not src.flags.c_contiguous:
            raise ValueError('ndarray is not contiguous')
        self._memory_at(src.ctypes.data, src.nbytes, 'host')
        self._memory_at(int(dest), src.nbytes, 'device')
        self.copied.append(src.nbytes)

        def copy():
            self._memory_at(src.ctypes.data, src.nbytes, 'host')
            memory = self._memory_at(int(dest), src.nbytes, 'device')
            start = int(dest) - memory.address + GUARD
            memory.bytes[start:start + src.nbytes] = src.reshape(-1).view(np.uint8)
        stream.put(copy)

    def memcpy_dtoh_async(self, dest, src, stream=None):
        """Copy to the host when the stream comes to it."""
        if not dest.flags.c_contiguous:
            raise ValueError('ndarray is not contiguous')
        self._memory_at(dest.ctypes.data, dest.nbytes, 'host')
        self._memory_at(int(src), dest.nbytes, 'device')

        def copy():
            self._memory_at(dest.ctypes.data, dest.nbytes, 'host')
            memory = self._memory_at(int(src), dest.nbytes, 'device')
            start = int(src) - memory.address + GUARD
            dest.reshape(-1).view(np.uint8)[:] = memory.bytes[start:start + dest.nbytes]
        stream.put(copy)

    def check_address(self, address):
        """Raise LogicError unless `address` lies in memory of the device."""
        self._memory_at(address, 1, 'device')

    def _memory_at(self, address, size, kind):
        for memory in self.live:
            if memory.kind == kind and memory.address <= address and address + size <= memory.address + memory.size:
                return memory
        raise LogicError('no {} bytes of {} memory at {:#x}: freed, too small, or of another kind'.format(
            size, kind, address))


class Stream:
    """Work that waits for somebody to synchronise."""

    def __init__(self):
        self.handle = id(self)
        self._work = []

    def put(self, work):
        self._work.append(work)

    def synchronize(self):
        while self._work:
            self._work.pop(0)()

    def drain_to(self, mark):
        if mark in self._work:
            while self._work[0] is not mark:
                self._work.pop(0)()
            self._work.pop(0)


class Event:
    """A mark in a stream."""

    def __init__(self):
        self._stream = self._mark = None

    def record(self, stream=None):
        self._stream, self._mark = stream, lambda: None
        stream.put(self._mark)
        return self

    def synchronize(self):
        if self._stream is not None:
            self._stream.drain_to(self._mark)
        return self


class FakeCompiler:
    """The module pycuda.compiler; `error` is raised instead of compiling."""

    def __init__(self, driver, error=None):
        self._driver = driver
        self._error = error

    def SourceModule(self, source, nvcc='nvcc', options=None, keep=False, no_extern_c=False, **others):  # noqa: N802
        if self._error is not None:
            raise self._error
        if not no_extern_c:
            source = 'extern "C" {\n' + source + '\n}\n'
        source.encode('ascii')      # pycuda writes it in the encoding of the locale, on a robot often C
        return _Module(self._driver, source)


class _Module:
    def __init__(self, driver, source):
        self._driver = driver
        self._source = source

    def get_function(self, name):
        try:
            return Function(self._driver, KernelOnCpu(self._source, name))
        except LookupError:
            raise LogicError('cuModuleGetFunction failed: named symbol not found')
        except GxxError as error:
            raise CompileError(str(error))


class Function:
    """A kernel."""

    def __init__(self, driver, kernel):
        self._driver = driver
        self._kernel = kernel
        self._prepared = False

    def prepare(self, arg_types):
        if arg_types != self._kernel.letters:
            raise TypeError('{} has the parameters {}, prepared for {}'.format(
                self._kernel.name, self._kernel.letters, arg_types))
        self._prepared = True
        return self

    def prepared_async_call(self, grid, block, stream, *args):
        if not self._prepared:
            raise AttributeError('arg_format')
        for sizes, most in ((grid, (2 ** 31 - 1, 65535, 65535)), (block, (1024, 1024, 64))):
            if not isinstance(sizes, tuple) or len(sizes) != 3 or not all(
                    isinstance(size, int) and 1 <= size <= top for size, top in zip(sizes, most)):
                raise LogicError('cuLaunchKernel failed: invalid value {}'.format(sizes))
        if block[0] * block[1] * block[2] > 1024:
            raise LogicError('cuLaunchKernel failed: invalid value, {} threads'.format(block))
        if len(args) != len(self._kernel.letters):
            raise TypeError('expected {} arguments, got {}'.format(len(self._kernel.letters), len(args)))
        for number, (letter, value) in enumerate(zip(self._kernel.letters, args)):
            _check(number, letter, value)
        self._driver.launches += 1

        def launch():
            for letter, value in zip(self._kernel.letters, args):
                if letter == 'P':
                    self._driver.check_address(value)
            self._kernel.run(grid, block, *args)
        stream.put(launch)


def _check(number, letter, value):
    if letter == 'f':
        good = isinstance(value, numbers.Real)
    else:
        low, high = (-2 ** 31, 2 ** 31 - 1) if letter == 'i' else (0, 2 ** 64 - 1)
        good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if not good:
        raise TypeError('argument {} of type {!r} got {!r}'.format(number, letter, value))
