# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Fake GPUs for the tests of backends."""
import pytest
from fakes import tensorrt as fake_tensorrt

from face_perception.backends import BackendUnavailable
from face_perception.backends.tensorrt.library import import_cuda, import_tensorrt


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The user's cache folder, empty."""
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    return tmp_path / 'cache' / 'face_perception' / 'engines'


@pytest.fixture(params=fake_tensorrt.GENERATIONS)
def machine(request, monkeypatch, cache):
    """A computer with a fake GPU and a fake TensorRT of each generation; whoever breaks a rule of either fails."""
    machine = fake_tensorrt.install(monkeypatch, request.param)
    machine.generation = request.param
    yield machine
    machine.check()


@pytest.fixture
def gpu_or_fake(request, cache):
    """The GPU and TensorRT of this computer; a fake where there are none."""
    try:
        import_tensorrt()
        import_cuda()
    except BackendUnavailable:
        request.getfixturevalue('one_machine')


@pytest.fixture
def one_machine(monkeypatch, cache):
    """The same with TensorRT 8.2, that of the Jetson Nano."""
    machine = fake_tensorrt.install(monkeypatch, '8.2')
    yield machine
    machine.check()
