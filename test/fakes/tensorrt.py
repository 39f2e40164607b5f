# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A fake of the Python API of TensorRT 8.2, 8.5, 10 and 11 that computes with ONNX Runtime.

Each generation has the calls that its real one has and no other. Which has which was read in python/src/infer/pyCore.cpp,
pyInt8.cpp and python/src/parsers/pyOnnx.cpp of NVIDIA/TensorRT at 8.2.1 and 8.5.3, and in the binding wheels 10.13.3.9 and
11.4.0.106; test_tensorrt_api.py holds it against the wheels. Enumerations are in enums.py, what builds in
tensorrt_build.py, what runs in tensorrt_run.py.
"""
from fakes import machine as machines
from fakes import tensorrt_build, tensorrt_run
from fakes.cuda import make_driver
from fakes.enums import make_enums

GENERATIONS = ('8.2', '8.5', '10', '11')
VERSIONS = {'8.2': '8.2.1.8', '8.5': '8.5.3.1', '10': '10.13.3.9', '11': '11.4.0.106'}

NO_BINDINGS = ('10', '11')
NO_NAMES = ('8.2',)
# (class, name) -> generations that do not have it.
MISSING = {
    ('IBuilderConfig', 'max_workspace_size'): NO_BINDINGS,
    ('IBuilderConfig', 'set_memory_pool_limit'): NO_NAMES,
    ('IBuilderConfig', 'int8_calibrator'): ('11',),
    ('IBuilderConfig', 'progress_monitor'): ('8.2', '8.5'),
    ('Builder', 'max_batch_size'): NO_BINDINGS,
    ('Builder', 'build_engine'): NO_BINDINGS,
    ('Builder', 'platform_has_fast_fp16'): ('11',),
    ('OnnxParser', 'supports_model'): ('11',),
    ('IExecutionContext', 'execute_async_v2'): NO_BINDINGS,
    ('IExecutionContext', 'execute_async_v3'): NO_NAMES,
    ('IExecutionContext', 'set_tensor_address'): NO_NAMES,
    ('IExecutionContext', 'set_input_shape'): NO_NAMES,
}
MISSING.update({('ICudaEngine', name): NO_BINDINGS for name in (
    'num_bindings', 'get_binding_index', 'get_binding_name', 'get_binding_shape', 'get_binding_dtype', 'binding_is_input')})
MISSING.update({('ICudaEngine', name): NO_NAMES for name in (
    'num_io_tensors', 'get_tensor_name', 'get_tensor_shape', 'get_tensor_dtype', 'get_tensor_mode')})
CLASSES_MISSING = {'IInt8EntropyCalibrator2': ('11',), 'IProgressMonitor': ('8.2', '8.5')}


def make_tensorrt(machine, generation, version=None):
    """Return the module `tensorrt` of a generation for a machine."""
    made = machines.module('tensorrt', __version__=version or VERSIONS[generation], machine=machine, generation=generation)
    made.__dict__.update(make_enums(generation))
    for classes in (tensorrt_build.CLASSES, tensorrt_run.CLASSES):
        for cls in classes:
            if generation not in CLASSES_MISSING.get(cls.__name__, ()):
                setattr(made, cls.__name__, _of_generation(cls, generation, made))
    made.ILogger.Severity = made.Severity
    for name in ('INTERNAL_ERROR', 'ERROR', 'WARNING', 'INFO', 'VERBOSE'):
        setattr(made.ILogger, name, getattr(made.Severity, name))
    del made.Severity
    return made


def install(monkeypatch, generation, machine=None, version=None):
    """Let `import tensorrt` and `import pycuda.driver` find fakes; return the machine."""
    machine = machine or machines.Machine()
    modules = make_driver(machine)
    modules['tensorrt'] = make_tensorrt(machine, generation, version)
    machines.install(monkeypatch, modules)
    return machine


def _of_generation(cls, generation, made):
    content = {name: value for name, value in vars(cls).items()
               if name not in ('__dict__', '__weakref__') and generation not in MISSING.get((cls.__name__, name), ())}
    return type(cls.__name__, cls.__bases__, dict(content, vendor=made))
