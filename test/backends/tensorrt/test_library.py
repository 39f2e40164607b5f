# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Missing libraries become one sentence with the cure."""
import sys

import pytest
from fakes import machine as machines
from fakes.cuda import make_driver

from face_perception.backends import BackendUnavailable
from face_perception.backends.tensorrt.library import import_cuda, import_tensorrt


def test_no_tensorrt(monkeypatch):
    monkeypatch.setitem(sys.modules, 'tensorrt', None)
    with pytest.raises(BackendUnavailable, match='python3-libnvinfer.*pip install tensorrt') as caught:
        import_tensorrt()
    assert '\n' not in str(caught.value)


def test_a_folder_of_the_name_is_no_tensorrt(monkeypatch):
    monkeypatch.setitem(sys.modules, 'tensorrt', machines.module('tensorrt'))
    with pytest.raises(BackendUnavailable, match='has no Runtime'):
        import_tensorrt()


@pytest.mark.parametrize('error', [
    ImportError('libcuda.so.1: cannot open shared object file: No such file or directory'),
    # What pycuda raises on a machine without a driver, where it was built against an empty libcuda.
    ImportError('/usr/lib/_driver.so: undefined symbol:\n cuArrayCreate_v2'),
    ModuleNotFoundError("No module named 'pycuda'")])
def test_no_pycuda_or_no_driver(monkeypatch, error):
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.startswith('pycuda'):
                raise error
    for name in ('pycuda', 'pycuda.driver', 'pycuda.compiler'):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, 'meta_path', [Finder] + sys.meta_path)
    with pytest.raises(BackendUnavailable, match="needs pycuda and NVIDIA's driver .*pip install pycuda") as caught:
        import_cuda()
    assert ' '.join(str(error).split()) in str(caught.value) and '\n' not in str(caught.value)


def test_no_gpu(monkeypatch):
    machine = machines.Machine()
    machine.devices = 0
    machines.install(monkeypatch, make_driver(machine))
    with pytest.raises(BackendUnavailable, match='needs an NVIDIA GPU .*no CUDA-capable device'):
        import_cuda()


def test_a_gpu(monkeypatch):
    machines.install(monkeypatch, make_driver(machines.Machine()))
    driver, compiler = import_cuda()
    assert driver.Device(0).name() == 'NVIDIA Tegra X1' and hasattr(compiler, 'SourceModule')
