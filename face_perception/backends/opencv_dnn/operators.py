# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The operators after the last convolution, in numpy: decoding, softmax and top-K, which old OpenCVs do not know.

Semantics are those of ONNX opset 13 (https://github.com/onnx/onnx/blob/v1.11.0/docs/Operators.md). An operator takes the
attributes of its node and its inputs, None where an optional one is left out, and returns one array or a tuple.
"""

from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import numpy as np

Attributes = Dict[str, Any]


def _reshape(attributes: Attributes, data: np.ndarray, shape: np.ndarray) -> np.ndarray:
    sizes = [data.shape[axis] if size == 0 else int(size) for axis, size in enumerate(shape)]
    return data.reshape(sizes)


def _flatten(attributes: Attributes, data: np.ndarray) -> np.ndarray:
    axis = attributes.get('axis', 1)
    return data.reshape(int(np.prod(data.shape[:axis])), -1)


def _slice(attributes: Attributes, data: np.ndarray, starts: np.ndarray, ends: np.ndarray,
           axes: Optional[np.ndarray] = None, steps: Optional[np.ndarray] = None) -> np.ndarray:
    parts = [slice(None)] * data.ndim
    for number, start in enumerate(starts):
        axis = number if axes is None else int(axes[number])
        step = 1 if steps is None else int(steps[number])
        end = int(ends[number])
        # "To the beginning" of a backward slice is a very negative end, which Python would count from the end.
        parts[axis] = slice(int(start), None if step < 0 and end < -data.shape[axis] else end, step)
    return data[tuple(parts)]


def _unsqueeze(attributes: Attributes, data: np.ndarray, axes: np.ndarray) -> np.ndarray:
    rank = data.ndim + len(axes)
    sizes = list(data.shape)
    for axis in sorted(int(axis) % rank for axis in axes):
        sizes.insert(axis, 1)
    return data.reshape(sizes)


def _squeeze(attributes: Attributes, data: np.ndarray, axes: Optional[np.ndarray] = None) -> np.ndarray:
    return np.squeeze(data, None if axes is None else tuple(int(axis) for axis in axes))


def _concat(attributes: Attributes, *parts: np.ndarray) -> np.ndarray:
    return np.concatenate(parts, axis=attributes['axis'])


def _gather(attributes: Attributes, data: np.ndarray, indices: np.ndarray) -> np.ndarray:
    return np.take(data, indices, axis=attributes.get('axis', 0))


def _gather_elements(attributes: Attributes, data: np.ndarray, indices: np.ndarray) -> np.ndarray:
    # take_along_axis came with numpy 1.15.
    places = list(np.ogrid[tuple(slice(size) for size in indices.shape)])
    places[attributes.get('axis', 0)] = indices
    return data[tuple(places)]


def _softmax(attributes: Attributes, data: np.ndarray) -> np.ndarray:
    axis = attributes.get('axis', -1)
    powers = np.exp(data - data.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _reduce(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    def reduced(attributes: Attributes, data: np.ndarray, axes: Optional[np.ndarray] = None) -> np.ndarray:
        # Of ReduceSum the axes are an input, of the others an attribute.
        given = attributes.get('axes') if axes is None else axes.tolist()
        return function(data, axis=None if given is None else tuple(given), keepdims=bool(attributes.get('keepdims', 1)))
    return reduced


def _top_k(attributes: Attributes, data: np.ndarray, count: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    axis = attributes.get('axis', -1)
    keys = -data if attributes.get('largest', 1) else data
    # A stable sort: of equals the first in the network comes first, as ONNX asks.
    order = np.argsort(keys, axis=axis, kind='mergesort')
    first = [slice(None)] * data.ndim
    first[axis] = slice(int(np.ravel(count)[0]))
    order = order[tuple(first)]
    return _gather_elements({'axis': axis % data.ndim}, data, order), order


def _clip(attributes: Attributes, data: np.ndarray, low: Optional[np.ndarray] = None,
          high: Optional[np.ndarray] = None) -> np.ndarray:
    data = data if low is None else np.maximum(data, low)
    return data if high is None else np.minimum(data, high)


def _div(attributes: Attributes, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    if left.dtype.kind == 'f':
        return left / right
    quotient = np.abs(left) // np.abs(right)        # integers: towards zero
    return (np.sign(left) * np.sign(right) * quotient).astype(left.dtype)


def _mod(attributes: Attributes, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.fmod(left, right) if attributes.get('fmod', 0) else np.mod(left, right)


def _gemm(attributes: Attributes, left: np.ndarray, right: np.ndarray, added: Optional[np.ndarray] = None) -> np.ndarray:
    left = left.T if attributes.get('transA', 0) else left
    right = right.T if attributes.get('transB', 0) else right
    product = attributes.get('alpha', 1.0) * np.dot(left, right)
    return product if added is None else product + attributes.get('beta', 1.0) * added


def _sigmoid(attributes: Attributes, data: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-data))).astype(data.dtype)


def _of(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    return lambda attributes, *inputs: function(*inputs)


OPERATORS: Dict[str, Callable[..., Any]] = {
    'Add': _of(np.add), 'Sub': _of(np.subtract), 'Mul': _of(np.multiply), 'Div': _div, 'Mod': _mod,
    'Exp': _of(np.exp), 'Log': _of(np.log), 'Sqrt': _of(np.sqrt), 'Max': _of(np.maximum), 'Min': _of(np.minimum),
    'Clip': _clip, 'Relu': lambda attributes, data: np.maximum(data, 0), 'Sigmoid': _sigmoid, 'Softmax': _softmax,
    'Constant': lambda attributes: attributes['value'], 'Identity': lambda attributes, data: data,
    'Shape': lambda attributes, data: np.array(data.shape, np.int64),
    'Reshape': _reshape, 'Flatten': _flatten, 'Squeeze': _squeeze, 'Unsqueeze': _unsqueeze, 'Concat': _concat,
    'Transpose': lambda attributes, data: data.transpose(attributes.get('perm')), 'Slice': _slice,
    'Gemm': _gemm, 'MatMul': _of(np.matmul), 'Gather': _gather, 'GatherElements': _gather_elements,
    'ReduceMax': _reduce(np.max), 'ReduceMean': _reduce(np.mean), 'ReduceSum': _reduce(np.sum), 'TopK': _top_k,
}
"""Name in ONNX -> function."""


def apply_operator(op: str, attributes: Attributes, inputs: Sequence[Optional[np.ndarray]]) -> Tuple[np.ndarray, ...]:
    """Run one operator and return its outputs; raises KeyError for one that is not in the table."""
    result = OPERATORS[op](attributes, *inputs)
    return result if isinstance(result, tuple) else (result,)
