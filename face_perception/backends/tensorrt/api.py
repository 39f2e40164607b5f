# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The generations of TensorRT's Python API, told apart by what exists, never by a version string.

| | 8.2 to 8.4 | 8.5, 8.6 | 10 | 11 |
| --- | --- | --- | --- | --- |
| inputs and outputs | bindings | tensors by name | by name | by name |
| workspace | max_workspace_size | memory pool | memory pool | memory pool |
| fp16, int8 | flags | flags | flags | the types in the ONNX file |
| ranges for int8 | calibrator | calibrator | calibrator | Q/DQ nodes in the ONNX file |

Read in python/src/infer/pyCore.cpp of NVIDIA/TensorRT at 8.2.1, 8.5.3, v10.13.3 and 11.1, and in the binding wheels 8.6.1,
10.13.3.9 and 11.4.0.106.
"""

from typing import Any, Dict, List, NamedTuple, Tuple

from face_perception.backends.base import BackendError

# Part of an engine's identity: counts up when an engine would be built otherwise.
ADAPTER_VERSION = 1


class Tensor(NamedTuple):
    """One input or output of an engine."""

    name: str
    shape: Tuple[int, ...]      # -1 where it is not fixed
    kind: str                   # name of the member of tensorrt.DataType, such as FLOAT
    is_input: bool


class Bindings:
    """Up to 8.4: addresses in the order of the engine's bindings."""

    def __init__(self, vendor: Any, engine: Any) -> None:
        """Take the module `tensorrt` and an engine."""
        self._engine, self._context = engine, _new_context(engine)
        self._addresses: List[int] = []

    def tensors(self) -> List[Tensor]:
        """Return the inputs and outputs."""
        engine = self._engine
        return [Tensor(engine.get_binding_name(index), tuple(engine.get_binding_shape(index)),
                       engine.get_binding_dtype(index).name, engine.binding_is_input(index))
                for index in range(engine.num_bindings)]

    def bind(self, addresses: Dict[str, int]) -> None:
        """Take the address of the memory of every tensor."""
        ordered = sorted(addresses, key=self._engine.get_binding_index)
        self._addresses = [addresses[name] for name in ordered]

    def execute(self, stream: int) -> bool:
        """Put one run into a stream, by its handle; False where TensorRT refuses."""
        return bool(self._context.execute_async_v2(bindings=self._addresses, stream_handle=stream))


class NamedTensors:
    """From 8.5: every tensor by its name."""

    def __init__(self, vendor: Any, engine: Any) -> None:
        """Take the module `tensorrt` and an engine."""
        self._input = vendor.TensorIOMode.INPUT
        self._engine, self._context = engine, _new_context(engine)

    def tensors(self) -> List[Tensor]:
        """Return the inputs and outputs."""
        engine = self._engine
        names = [engine.get_tensor_name(index) for index in range(engine.num_io_tensors)]
        return [Tensor(name, tuple(engine.get_tensor_shape(name)), engine.get_tensor_dtype(name).name,
                       engine.get_tensor_mode(name) == self._input) for name in names]

    def bind(self, addresses: Dict[str, int]) -> None:
        """Take the address of the memory of every tensor."""
        for name, address in addresses.items():
            self._context.set_tensor_address(name, address)

    def execute(self, stream: int) -> bool:
        """Put one run into a stream, by its handle; False where TensorRT refuses."""
        return bool(self._context.execute_async_v3(stream))


def _new_context(engine: Any) -> Any:
    context = engine.create_execution_context()
    if context is None:
        raise BackendError('TensorRT makes no execution context, for want of memory as a rule; close other programs that '
                           'use the GPU')
    return context


def open_engine(vendor: Any, engine: Any) -> Any:
    """Return an engine ready to run, a Bindings or a NamedTensors; it owns the engine and an execution context."""
    return (NamedTensors if hasattr(engine, 'num_io_tensors') else Bindings)(vendor, engine)


def has_precision_flags(vendor: Any) -> bool:
    """Tell whether the builder is told the precision; otherwise the types in the ONNX file say it."""
    return hasattr(vendor.BuilderFlag, 'FP16')


def has_calibrator(vendor: Any) -> bool:
    """Tell whether the builder measures the ranges for int8; otherwise the ONNX file has Q/DQ nodes."""
    return hasattr(vendor, 'IInt8EntropyCalibrator2')


def network_flags(vendor: Any) -> int:
    """Return the flags of `create_network`: a batch in the shapes, which is all that 11 knows."""
    flags = vendor.NetworkDefinitionCreationFlag
    return 1 << int(flags.EXPLICIT_BATCH) if hasattr(flags, 'EXPLICIT_BATCH') else 0


def limit_workspace(vendor: Any, config: Any, size: int) -> None:
    """Limit the memory that the builder may use, bytes."""
    if hasattr(config, 'set_memory_pool_limit'):
        config.set_memory_pool_limit(vendor.MemoryPoolType.WORKSPACE, size)
    else:
        config.max_workspace_size = size


def set_precision(vendor: Any, config: Any, precision: str) -> None:
    """Tell the builder how precisely it may compute: 'fp32', 'fp16' or 'int8'."""
    flags = vendor.BuilderFlag
    # Its products have 10 bits of mantissa; whoever takes fp32 wants the numbers of the other backends.
    config.clear_flag(flags.TF32)
    if precision != 'fp32' and has_precision_flags(vendor):
        config.set_flag(flags.FP16)     # also beside int8, for layers that have no int8
        if precision == 'int8':
            config.set_flag(flags.INT8)
