# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The context and its memory, against the fake that enforces pycuda's rules."""
import threading

import numpy as np
import pytest
from fakes import machine as machines
from fakes.cuda import LogicError, make_driver

from face_perception.backends import BackendError
from face_perception.backends.tensorrt.cuda import Cuda


@pytest.fixture
def machine():
    machine = machines.Machine()
    yield machine
    machine.check()


@pytest.fixture
def cuda(machine):
    driver = make_driver(machine)['pycuda.driver']
    driver.init()
    cuda = Cuda(driver)
    yield cuda
    cuda.close()


def test_an_open_context_is_not_on_the_stack(cuda, machine):
    assert machine.stack == [] and len(machine.contexts) == 1
    with cuda:
        assert len(machine.stack) == 1
    assert machine.stack == [] and (cuda.name, cuda.capability) == ('NVIDIA Tegra X1', (5, 3))


def test_it_leaves_the_stack_when_the_work_fails(cuda, machine):
    with pytest.raises(KeyError), cuda:
        raise KeyError
    assert machine.stack == []


def test_two_buffers_go_to_the_gpu_and_back(cuda):
    with cuda:
        first, second = cuda.new_buffer((2, 3)), cuda.new_buffer((4,))
        first.host[:], second.host[:] = 1, 2
        first.upload(cuda.stream)
        second.upload(cuda.stream)
        cuda.stream.synchronize()
        first.host[:], second.host[:] = 8, 9
        first.download(cuda.stream)
        second.download(cuda.stream)
        assert np.isnan(first.host).all()       # not before the stream has come to it
        cuda.stream.synchronize()
    assert first.host.tolist() == [[1] * 3] * 2 and second.host.tolist() == [2] * 4
    assert first.address != second.address


def test_closing_frees_all_and_may_be_repeated(cuda, machine):
    with cuda:
        cuda.new_buffer((2, 3))
    assert len(machine.memory) == len(machine.pagelocked) == 1
    cuda.close()
    cuda.close()
    machine.check()


def test_another_thread_is_refused_with_a_sentence(cuda):
    caught = []

    def use():
        try:
            with cuda:
                pass
        except BackendError as error:
            caught.append(str(error))
    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert 'opened in another thread' in caught[0]


def test_no_memory_on_the_gpu_leaves_none_of_the_host(cuda, machine):
    def full(size):
        raise cuda.driver.MemoryError('cuMemAlloc failed: out of memory')
    cuda.driver.mem_alloc = full
    with cuda, pytest.raises(cuda.driver.MemoryError):
        cuda.new_buffer((2, 3))
    assert machine.pagelocked == []


def test_a_gpu_at_fault_can_be_closed(cuda, machine):
    def fault():
        raise LogicError('cuStreamSynchronize failed: an illegal memory access was encountered')
    cuda.stream.synchronize = fault
    cuda.close()
    assert machine.stack == []
    # What a fault leaves behind goes with the process; here it is put away by hand.
    cuda.stream = None
    machine.contexts.pop().valid = False
