# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compile an exported network with NVIDIA's real parser and builder, on a CPU: `export --check`.

TensorRT for RTX builds without a GPU or driver; what it builds cannot be run there. It has no target that is a Jetson:
this proves that the file parses and compiles, not that it is fast or right.
"""
import importlib
import pathlib
from typing import Any, NamedTuple

LIBRARY = 'tensorrt_rtx'
HOW = 'pip install tensorrt_rtx==1.7.1.116 (95 MB)'


class CheckUnavailable(RuntimeError):
    """The library is not installed."""


class CompileError(RuntimeError):
    """The parser or the builder refuses the file; the message says what it said."""


class Compiled(NamedTuple):
    """What was built."""

    version: str             # of the library
    layers: int
    plan_bytes: int
    inputs: dict[str, tuple[int, ...]]
    outputs: dict[str, tuple[int, ...]]


def compile_onnx(path: str | pathlib.Path, capability: str = 'SM86') -> Compiled:
    """Return what the builder makes of an ONNX file for a compute capability.

    Raises:
        CheckUnavailable: the library is not installed.
        CompileError: the file is refused.
    """
    try:
        library: Any = importlib.import_module(LIBRARY)
    except ImportError as error:
        raise CheckUnavailable(f'--check needs {LIBRARY} ({error}): {HOW}') from error
    builder = library.Builder(library.Logger(library.Logger.ERROR))
    network = builder.create_network(0)
    parser = library.OnnxParser(network, library.Logger(library.Logger.ERROR))
    if not parser.parse_from_file(str(path)):
        said = '; '.join(str(parser.get_error(n).desc()) for n in range(parser.num_errors))
        raise CompileError(f"{path}: NVIDIA's parser refuses it: {said}")
    config = builder.create_builder_config()
    config.num_compute_capabilities = 1
    config.set_compute_capability(getattr(library.ComputeCapability, capability), 0)
    plan = builder.build_serialized_network(network, config)
    if plan is None:
        raise CompileError(f"{path}: NVIDIA's builder makes no engine of it")

    def shapes(get: Any, count: int) -> dict[str, tuple[int, ...]]:
        return {get(n).name: tuple(get(n).shape) for n in range(count)}
    return Compiled(library.__version__, network.num_layers, plan.nbytes, shapes(network.get_input, network.num_inputs),
                    shapes(network.get_output, network.num_outputs))
