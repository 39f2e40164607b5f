# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A fake pycuda.driver: contexts per thread, memory on both sides, streams that work only when they are waited for.

Names and arguments are those of src/wrapper/wrap_cudadrv.cpp of inducer/pycuda at v2026.1; rules are those of
src/cpp/cuda.hpp there and of NVIDIA's guide: an asynchronous copy needs page-locked memory, which must be left alone until
the stream has come to it.
"""
import threading
import zlib

import numpy as np
from fake_pycuda import Error, FakeCompiler, LogicError, OutOfMemory

from fakes import machine as machines


def make_driver(machine):
    """Return the modules pycuda, pycuda.driver and pycuda.compiler for a machine, by name."""
    state = {'initialised': False}

    def init(flags=0):
        if not machine.devices:
            raise Error('cuInit failed: no CUDA-capable device is detected')
        state['initialised'] = True

    class Device:
        def __init__(self, number):
            if not state['initialised']:
                machine.violate('Device: before init()')
            if number >= machine.devices:
                raise LogicError('cuDeviceGet failed: invalid device ordinal')

        @staticmethod
        def count():
            return machine.devices

        def name(self):
            return machine.name

        def compute_capability(self):
            return machine.capability

        def make_context(self, flags=0):
            return Context(machine)

    class PagelockedHostAllocation:
        """The `base` of an array in page-locked memory."""

        def __init__(self, shape, dtype, order):
            self.context = machine.current('pagelocked_empty')
            self._content = np.empty(shape, dtype, order)
            # 0xff is no number as float32: what is read before it was written is seen.
            self._content.reshape(-1, order='A').view(np.uint8)[:] = 0xff
            self.__array_interface__ = self._content.__array_interface__
            machine.pagelocked.append(self)

        def free(self):
            machine.current('PagelockedHostAllocation.free')
            if not any(other is self for other in machine.pagelocked):
                machine.violate('PagelockedHostAllocation.free: it was freed before')
            machine.pagelocked[:] = [other for other in machine.pagelocked if other is not self]

    def pagelocked_empty(shape, dtype, order='C', mem_flags=0):
        return np.asarray(PagelockedHostAllocation(shape, dtype, order))

    def mem_alloc(size):
        return DeviceAllocation(machine, size)

    def locked_bytes(array, call):
        base = array.base
        while isinstance(base, np.ndarray):
            base = base.base
        if not isinstance(base, PagelockedHostAllocation):
            machine.violate('{}: the memory of the host is not page-locked, the copy would wait'.format(call))
        if not any(base is other for other in machine.pagelocked):
            machine.violate('{}: the memory of the host was freed'.format(call))
        if not (array.flags.c_contiguous or array.flags.f_contiguous):
            raise ValueError('ndarray is not contiguous')
        return array.reshape(-1).view(np.uint8)

    def memcpy_htod_async(dest, src, stream=None):
        source = locked_bytes(src, 'memcpy_htod_async')
        target = machine.region(int(dest), source.nbytes, 'memcpy_htod_async')
        before = zlib.crc32(source.tobytes())

        def copy():
            if zlib.crc32(source.tobytes()) != before:
                machine.violate('memcpy_htod_async: the memory of the host changed before the copy was made')
            target[:] = source
        stream.put(copy)

    def memcpy_dtoh_async(dest, src, stream=None):
        target = locked_bytes(dest, 'memcpy_dtoh_async')
        source = machine.region(int(src), target.nbytes, 'memcpy_dtoh_async')
        target[:] = 0xff        # who reads before synchronize() reads no numbers
        stream.put(lambda: np.copyto(target, source))

    driver = machines.module(
        'pycuda.driver', init=init, Device=Device, Context=Context, Stream=lambda flags=0: Stream(machine),
        Event=lambda flags=0: Event(machine), pagelocked_empty=pagelocked_empty, mem_alloc=mem_alloc,
        memcpy_htod_async=memcpy_htod_async, memcpy_dtoh_async=memcpy_dtoh_async, Error=Error, LogicError=LogicError,
        MemoryError=OutOfMemory)
    source_module = machine.source_module or FakeCompiler(Launches(machine)).SourceModule
    compiler = machines.module('pycuda.compiler', SourceModule=source_module)
    return {'pycuda': machines.module('pycuda', driver=driver, compiler=compiler), 'pycuda.driver': driver,
            'pycuda.compiler': compiler}


class Context:
    """pycuda.driver.Context: made in a thread, on the stack of that thread while it is pushed."""

    _machine = None         # of the one that was made last; `pop` is static

    def __init__(self, machine):
        self.machine = Context._machine = machine
        self.thread, self.valid = threading.get_ident(), True
        machine.contexts.append(self)
        machine.made += 1
        machine.stack.append(self)

    def push(self):
        if threading.get_ident() != self.thread:
            self.machine.violate('Context.push: it belongs to another thread')
        if not self.valid:
            self.machine.violate('Context.push: it was detached')
        self.machine.stack.append(self)

    @staticmethod
    def pop():
        machine = Context._machine
        if not machine.stack:
            machine.violate('Context.pop: cannot pop non-current context')
        machine.stack.pop()

    def detach(self):
        machine = self.machine
        if not self.valid:
            raise LogicError('context::detach failed: invalid context - cannot detach from invalid context')
        if threading.get_ident() != self.thread:
            machine.violate('Context.detach: it belongs to another thread and leaks')
        if self in machine.stack:
            machine.violate('Context.detach: it is still pushed')
        if any(one.context is self for one in list(machine.memory.values()) + machine.pagelocked):
            machine.violate('Context.detach: memory in it was not freed')
        if any(one.context is self for one in list(machine.objects)):
            machine.violate('Context.detach: objects of TensorRT live in it')
        if any(one.context is self for one in machine.streams.values()):
            machine.violate('Context.detach: a stream lives in it')
        self.valid = False
        machine.contexts.remove(self)


class DeviceAllocation:
    """pycuda.driver.DeviceAllocation."""

    def __init__(self, machine, size):
        self._machine, self.size, self.context = machine, size, machine.current('mem_alloc')
        self.content = np.full(size, 0xff, np.uint8)
        # Where the bytes really are: kernels are compiled for the CPU and write there.
        self._address = self.content.ctypes.data
        machine.memory[self._address] = self

    def __int__(self):
        return self._address

    __index__ = __int__

    def free(self):
        if self._machine.current('DeviceAllocation.free') is not self.context:
            self._machine.violate('DeviceAllocation.free: another context is current')
        if self._machine.memory.pop(self._address, None) is None:
            self._machine.violate('DeviceAllocation.free: it was freed before')


class Stream:
    """pycuda.driver.Stream: does nothing before it is waited for, which is the worst case of the real one."""

    def __init__(self, machine):
        self.machine, self.context = machine, machine.current('Stream')
        self.handle = machine.new_address(1)
        self._work = []
        machine.streams[self.handle] = self

    def put(self, work):
        if self.machine.current('work in a stream') is not self.context:
            self.machine.violate('the stream belongs to another context (invalid resource handle)')
        self._work.append(work)

    def synchronize(self):
        self.work_until(None)

    def work_until(self, mark):
        if self.machine.current('Stream.synchronize') is not self.context:
            self.machine.violate('Stream.synchronize: it belongs to another context (invalid resource handle)')
        while self._work:
            step = self._work.pop(0)
            step()
            if step is mark:
                return


class Mark:
    """A place in a stream, which notes that it was passed."""

    passed = False

    def __call__(self):
        self.passed = True


class Event:
    """pycuda.driver.Event; those of one stream are 0.25 ms apart."""

    def __init__(self, machine):
        self.machine, self.context = machine, machine.current('Event')
        self._stream = self._mark = None
        machine.objects.add(self)

    def record(self, stream=None):
        self._stream, self._mark = stream, Mark()
        stream.put(self._mark)
        return self

    def synchronize(self):
        if self._mark is not None and not self._mark.passed:
            self._stream.work_until(self._mark)
        return self

    def time_till(self, other):
        if not all(event._mark is not None and event._mark.passed for event in (self, other)):
            raise LogicError('cuEventElapsedTime failed: device not ready')
        return 0.25         # milliseconds


class Launches:
    """What kernel_on_cpu's functions ask of a driver."""

    def __init__(self, machine):
        self._machine, self.launches = machine, 0

    def check_address(self, address):
        self._machine.region(address, 1, 'a kernel')
