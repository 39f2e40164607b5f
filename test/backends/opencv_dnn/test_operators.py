# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Each operator in numpy against ONNX Runtime, on small inputs with ties, negative steps and negative axes."""
import numpy as np
import pytest

from face_perception.backends.opencv_dnn.operators import OPERATORS, apply_operator

onnx = pytest.importorskip('onnx')
onnxruntime = pytest.importorskip('onnxruntime')
from onnx import helper, numpy_helper  # noqa: E402

MAP = np.random.RandomState(1).rand(2, 3, 4).astype(np.float32) - 0.5
ROWS = np.array([[3, 1, 3, -2]], np.float32)


def whole(*numbers):
    return np.array(numbers, np.int64)


# operator, attributes, inputs, why this row is here
CASES = [
    ('Add', {}, [MAP, ROWS], 'broadcasts'), ('Sub', {}, [MAP, ROWS], ''), ('Mul', {}, [MAP, ROWS], ''),
    ('Div', {}, [MAP, ROWS], ''), ('Div', {}, [whole(-7, 7, 6), whole(2, -2, 3)], 'integers go towards zero'),
    ('Mod', {}, [whole(-7, 7, 6), whole(2, -2, 4)], 'the sign of the divisor'),
    ('Mod', {'fmod': 1}, [whole(-7, 7, 6), whole(2, -2, 4)], 'the sign of the dividend'),
    ('Exp', {}, [MAP], ''), ('Log', {}, [MAP + 1], ''),
    ('Sqrt', {}, [MAP + 1], ''), ('Max', {}, [MAP, ROWS], ''), ('Min', {}, [MAP, ROWS], ''),
    ('Clip', {}, [MAP, np.float32(-0.1), np.float32(0.2)], ''), ('Clip', {}, [MAP, None, np.float32(0.2)], 'no minimum'),
    ('Relu', {}, [MAP], ''), ('Sigmoid', {}, [MAP], ''), ('Softmax', {'axis': 1}, [MAP], ''),
    ('Softmax', {}, [MAP * 1000], 'large values, and the last axis by default'),
    ('Constant', {'value': whole(4, 5)}, [], ''), ('Identity', {}, [MAP], ''), ('Shape', {}, [MAP], ''),
    ('Reshape', {}, [MAP, whole(0, -1)], '0 keeps a size, -1 is what is left'), ('Flatten', {'axis': 2}, [MAP], ''),
    ('Flatten', {'axis': 0}, [MAP], 'one row'), ('Squeeze', {}, [ROWS, whole(0)], ''), ('Squeeze', {}, [ROWS], 'no axes'),
    ('Unsqueeze', {}, [MAP, whole(-1, 0)], 'axes of the result'), ('Concat', {'axis': -1}, [MAP, MAP], ''),
    ('Transpose', {'perm': [2, 0, 1]}, [MAP], ''), ('Transpose', {}, [MAP], 'backwards'),
    ('Slice', {}, [MAP, whole(1), whole(2**62), whole(-1)], 'to the end'),
    ('Slice', {}, [MAP, whole(-1), whole(-2**62), whole(2), whole(-1)], 'backwards'),
    ('Slice', {}, [MAP, whole(0, 1), whole(1, -1)], 'axes in order'),
    ('Gather', {'axis': 1}, [MAP, whole(2, 0)], ''), ('Gather', {}, [MAP, np.int64(1)], 'a scalar takes the axis away'),
    ('GatherElements', {'axis': 1}, [MAP, whole(2, 0).reshape(1, 2, 1)], 'smaller than the data'),
    ('ReduceMax', {'axes': [0, 2], 'keepdims': 0}, [MAP], ''), ('ReduceMax', {}, [MAP], 'all axes'),
    ('ReduceMean', {'axes': [1]}, [MAP], ''), ('ReduceSum', {'keepdims': 0}, [MAP, whole(-1)], 'axes are an input'),
    ('TopK', {'axis': 1}, [ROWS, whole(3)], 'of equals the first comes first'),
    ('TopK', {'axis': 0, 'largest': 0}, [MAP, whole(2)], 'smallest'),
    ('Gemm', {'transB': 1, 'alpha': 0.5}, [ROWS, np.ones((2, 4), np.float32), np.float32([1, 2])], ''),
    ('MatMul', {}, [MAP, np.ones((4, 2), np.float32)], ''),
]


def by_onnxruntime(op, attributes, inputs):
    """Run one operator of opset 13; return its outputs."""
    given = {name: numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
             for name, value in attributes.items()}
    names = ['' if value is None else 'input_{}'.format(number) for number, value in enumerate(inputs)]
    outputs = ['a', 'b'] if op == 'TopK' else ['a']
    kinds = [numpy_helper.from_array(np.asarray(value), name) for name, value in zip(names, inputs) if name]
    graph = helper.make_graph(
        [helper.make_node(op, names, outputs, **given)], 'one', [], [onnx.ValueInfoProto(name=name) for name in outputs],
        kinds)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 7
    model = onnx.shape_inference.infer_shapes(model)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider']).run(outputs, {})


@pytest.mark.parametrize('op, attributes, inputs, why', CASES)
def test_an_operator_is_that_of_onnx(op, attributes, inputs, why):
    expected = by_onnxruntime(op, attributes, inputs)
    found = apply_operator(op, attributes, inputs)
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected):
        assert ours.shape == theirs.shape and ours.dtype == theirs.dtype, why
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6, err_msg=why)


def test_every_operator_of_the_table_has_a_case():
    assert {case[0] for case in CASES} == set(OPERATORS)


def test_an_unknown_operator_is_named():
    with pytest.raises(KeyError, match='Einsum'):
        apply_operator('Einsum', {}, [MAP])
