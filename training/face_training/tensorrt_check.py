# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Does NVIDIA's TensorRT take an exported network? The operators of the oldest one, and `export --check`.

That compiles it with NVIDIA's real parser and builder: TensorRT for RTX builds without a GPU or driver; what it builds
cannot be run there. It has no target that is a Jetson: this proves that the file parses and compiles, not that it is fast
or right.
"""
import importlib
import pathlib
from typing import Any, NamedTuple

import onnx

# Of the table in docs/operators.md of onnx/onnx-tensorrt at release/8.2-GA: those with a Y.
_KNOWN = """
    Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Cast Ceil Celu Clip
    Concat Constant ConstantOfShape Conv ConvTranspose Cos Cosh CumSum DepthToSpace DequantizeLinear Div Dropout
    Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor Gather GatherElements GatherND Gemm GlobalAveragePool
    GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GRU HardSigmoid Identity If ImageScaler InstanceNormalization
    IsNaN LeakyRelu Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool LRN LSTM MatMul Max MaxPool Mean
    Min Mul Neg Not Or Pad ParametricSoftplus Pow PRelu QuantizeLinear RandomUniform RandomUniformLike Range
    ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum
    ReduceSumSquare Relu Reshape Resize ReverseSequence RNN Round ScaledTanh Scan Scatter ScatterElements ScatterND
    Selu Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum
    Tan Tanh ThresholdedRelu Tile TopK Transpose Unsqueeze Upsample Where"""
PARSER_8_2 = frozenset(_KNOWN.split())
TOP_K = 3840        # kMAX_TOPK_K of NvInfer.h from 8.2 to 11.1

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


def unknown_operators(model: onnx.ModelProto) -> list[str]:
    """Return the operators of a network that the parser of TensorRT 8.2 does not take, with the reason where it is another.

    It refuses ConstantOfShape of whole numbers and a TopK of more than TOP_K rows; others it takes with limits that a
    network of this package does not meet.
    """
    constants = {item.name: onnx.numpy_helper.to_array(item) for item in model.graph.initializer}
    constants.update({node.output[0]: onnx.numpy_helper.to_array(node.attribute[0].t) for node in model.graph.node
                      if node.op_type == 'Constant' and node.attribute[0].name == 'value'})
    found = set[str]()
    for node in model.graph.node:
        if node.op_type not in PARSER_8_2:
            found.add(node.op_type)
        elif (node.op_type == 'ConstantOfShape' and node.attribute
              and node.attribute[0].t.data_type != onnx.TensorProto.FLOAT):
            found.add('ConstantOfShape of whole numbers')
        elif node.op_type == 'TopK' and (node.input[1] not in constants or constants[node.input[1]].max() > TOP_K):
            found.add(f'TopK of other than a fixed number up to {TOP_K}')
    return sorted(found)


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
