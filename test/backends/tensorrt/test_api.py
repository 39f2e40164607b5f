# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The adapters of TensorRT's generations: which one is taken, and what it tells the library."""
import pytest
from fakes import tensorrt as fake_tensorrt

from face_perception.backends.tensorrt import api


@pytest.fixture
def vendor(machine):
    import tensorrt
    return tensorrt


@pytest.mark.parametrize('generation, adapter', [
    ('8.2', api.Bindings), ('8.5', api.NamedTensors), ('10', api.NamedTensors), ('11', api.NamedTensors)])
def test_the_adapter_goes_by_what_exists(monkeypatch, cache, generation, adapter):
    fake_tensorrt.install(monkeypatch, generation, version='1.0')     # a version says nothing
    import tensorrt

    class Engine(tensorrt.ICudaEngine):
        def __init__(self):
            self._io = []

        def create_execution_context(self):
            return object()
    assert type(api.open_engine(tensorrt, Engine())) is adapter


def test_an_engine_without_a_context_is_said(vendor):
    class Engine:
        num_io_tensors = 0

        def create_execution_context(self):
            return None
    vendor.TensorIOMode = getattr(vendor, 'TensorIOMode', type('TensorIOMode', (), {'INPUT': 1}))
    with pytest.raises(api.BackendError, match='makes no execution context, for want of memory'):
        api.open_engine(vendor, Engine())


def test_the_batch_is_in_the_shapes(vendor):
    assert api.network_flags(vendor) == (0 if vendor.generation == '11' else 1)


def test_who_measures_and_who_is_told(vendor):
    assert api.has_precision_flags(vendor) == api.has_calibrator(vendor) == (vendor.generation != '11')


@pytest.mark.parametrize('precision, flags', [('fp32', []), ('fp16', ['FP16']), ('int8', ['FP16', 'INT8'])])
def test_precision_is_a_flag_up_to_10(vendor, precision, flags):
    config = vendor.IBuilderConfig(None)
    api.set_precision(vendor, config, precision)
    assert config.names() == ([] if vendor.generation == '11' else flags)       # no TF32 in any case


def test_the_workspace_is_limited(vendor):
    config = vendor.IBuilderConfig(None)
    api.limit_workspace(vendor, config, 64 << 20)
    assert config.workspace() == 67108864
