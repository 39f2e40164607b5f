# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The fake TensorRT: what runs a plan. The computing is ONNX Runtime's, when the stream comes to it."""
import json
import zlib

import numpy as np

_sessions = {}


def open_session(model):
    """Return an ONNX Runtime session of an ONNX file; one for each content, as a thousand openings are tested."""
    key = zlib.crc32(model), len(model)
    if key not in _sessions:
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        _sessions[key] = onnxruntime.InferenceSession(model, options, providers=['CPUExecutionProvider'])
    return _sessions[key]


def use(thing, call):
    """Note that an object of TensorRT is made in the current context."""
    machine = thing.vendor.machine
    thing.context = machine.current(call)
    machine.objects.add(thing)


class Runtime:
    def __init__(self, logger):
        use(self, 'Runtime')
        self.logger = logger

    def deserialize_cuda_engine(self, serialized_engine):
        plan, machine = bytes(serialized_engine), self.vendor.machine
        machine.current('deserialize_cuda_engine')
        words = _refusal(plan, self.vendor)
        if words:
            self.logger.log(self.vendor.ILogger.ERROR, words)
            return None
        head, model = plan.split(b'\n', 1)
        return self.vendor.ICudaEngine(self, json.loads(head[len(b'fake plan '):].decode()), model)


def _refusal(plan, vendor):
    """Return the words of the real one for a plan that it does not take, or ''."""
    head, _, model = plan.partition(b'\n')
    try:
        assert head.startswith(b'fake plan ')
        head = json.loads(head[len(b'fake plan '):].decode())
    except (AssertionError, ValueError):
        return 'Serialization assertion magicTagRead == magicTag failed. Magic tag does not match'
    if head['tensorrt'] != vendor.__version__:
        return ('The engine plan file is not compatible with this version of TensorRT, expecting library version {} got '
                '{}, please rebuild.').format(vendor.__version__, head['tensorrt'])
    if head['capability'] != list(vendor.machine.capability):
        return ('The engine plan file is generated on an incompatible device, expecting compute {}.{} got compute {}.{}, '
                'please rebuild.').format(*vendor.machine.capability + tuple(head['capability']))
    if head['size'] != len(model) or head['crc'] != zlib.crc32(model):
        return 'Serialization assertion stdArchiveReader failed. Error Code: 1: Serialization (truncated)'
    return ''


class ICudaEngine:
    def __init__(self, runtime, head, model):
        use(self, 'ICudaEngine')
        self.runtime, self.head, self.session = runtime, head, open_session(model)
        self._io = [(item, True) for item in self.session.get_inputs()] + [
            (item, False) for item in self.session.get_outputs()]
        runtime.vendor.machine.engines = getattr(runtime.vendor.machine, 'engines', 0) + 1

    def create_execution_context(self):
        return self.vendor.IExecutionContext(self)

    # Up to 8.6.
    @property
    def num_bindings(self):
        return len(self._io)

    def get_binding_index(self, name):
        return [item.name for item, _ in self._io].index(name)

    def get_binding_name(self, index):
        return self._io[index][0].name

    def get_binding_shape(self, index):
        return _shape(self._io[index][0])

    def get_binding_dtype(self, index):
        return self._kind(self._io[index][0])

    def binding_is_input(self, index):
        return self._io[index][1]

    # From 8.5.
    @property
    def num_io_tensors(self):
        return len(self._io)

    def get_tensor_name(self, index):
        return self._io[index][0].name

    def get_tensor_shape(self, name):
        return _shape(self._named(name)[0])

    def get_tensor_dtype(self, name):
        return self._kind(self._named(name)[0])

    def get_tensor_mode(self, name):
        return self.vendor.TensorIOMode.INPUT if self._named(name)[1] else self.vendor.TensorIOMode.OUTPUT

    def _named(self, name):
        if not isinstance(name, str):
            raise TypeError('incompatible function arguments')
        return next(pair for pair in self._io if pair[0].name == name)

    def _kind(self, item):
        return {'tensor(float)': self.vendor.DataType.FLOAT, 'tensor(float16)': self.vendor.DataType.HALF}[item.type]


class IExecutionContext:
    def __init__(self, engine):
        use(self, 'create_execution_context')
        self.engine, self._addresses = engine, {}
        if engine.context is not self.context:
            self.vendor.machine.violate('create_execution_context: the engine lives in another context')

    def execute_async_v2(self, bindings, stream_handle, input_consumed=None):
        if self.vendor.generation != '8.2':
            self.vendor.machine.violate('execute_async_v2: deprecated since 8.5, names take its place')
        if not isinstance(bindings, list) or not all(type(address) is int for address in bindings):
            raise TypeError('incompatible function arguments: bindings is a list of int')
        if len(bindings) != len(self.engine._io):
            self.vendor.machine.violate('execute_async_v2: {} bindings for {} tensors'.format(
                len(bindings), len(self.engine._io)))
        names = [item.name for item, _ in self.engine._io]
        return self._execute(dict(zip(names, bindings)), stream_handle)

    def set_tensor_address(self, name, memory):
        if type(memory) is not int:
            raise TypeError('incompatible function arguments: memory is an int')
        self._addresses[name] = memory
        return True

    def set_input_shape(self, name, shape):
        self.vendor.machine.violate('set_input_shape: every shape is fixed')

    def execute_async_v3(self, stream_handle):
        missing = {item.name for item, _ in self.engine._io} - set(self._addresses)
        if missing:
            self.vendor.machine.violate('execute_async_v3: no address is set for {}'.format(missing))
        return self._execute(self._addresses, stream_handle)

    def _execute(self, addresses, stream_handle):
        machine, engine = self.vendor.machine, self.engine
        if machine.current('execute') is not self.context:
            machine.violate('execute: another context is current')
        stream = machine.streams.get(stream_handle)
        if stream is None or stream.context is not self.context:
            machine.violate('execute: no stream of this context has the handle {} (invalid resource handle)'.format(
                stream_handle))
        if getattr(machine, 'refuses', False):
            return False
        regions = [(item, is_input, machine.region(addresses[item.name], 4 * int(np.prod(item.shape)), 'execute'))
                   for item, is_input in engine._io]

        def compute():
            inputs = {item.name: content.view(np.float32).reshape(item.shape).copy()
                      for item, is_input, content in regions if is_input}
            results = engine.session.run(None, inputs)
            spoil = getattr(machine, 'spoil', None)
            for (_, _, content), result in zip([entry for entry in regions if not entry[1]], results):
                if engine.head['precision'] != 'fp32':
                    result = result.astype(np.float16).astype(np.float32)
                    result = result if spoil is None else spoil(result)
                content[:] = np.ascontiguousarray(result, np.float32).reshape(-1).view(np.uint8)
        stream.put(compute)
        return True


def _shape(item):
    return tuple(size if isinstance(size, int) else -1 for size in item.shape)


CLASSES = (Runtime, ICudaEngine, IExecutionContext)
