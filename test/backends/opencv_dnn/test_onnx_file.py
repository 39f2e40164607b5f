# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The reader of ONNX files against the package onnx, and what it writes."""
import numpy as np
import pytest
from shared_data import ROOT

from face_perception.backends.opencv_dnn.onnx_file import OnnxError, read_graph, write_graph

onnx = pytest.importorskip('onnx')
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

FILES = sorted((ROOT / 'models').glob('*/model.onnx'))


def small_model():
    """Return a model with every kind of attribute and of constant that is read."""
    tensor = numpy_helper.from_array
    constants = [tensor(np.arange(6, dtype=np.float32).reshape(2, 3), 'raw'),
                 helper.make_tensor('listed', TensorProto.INT64, [2], [-1, 2**40]),
                 helper.make_tensor('halves', TensorProto.FLOAT, [2], [0.5, -2.0]),
                 tensor(np.array([True, False]), 'truth'), tensor(np.float16([1.5]), 'half'),
                 tensor(np.array(7, np.int64), 'scalar')]
    node = helper.make_node('Thing', ['x', '', 'raw'], ['y'], whole=-3, real=0.25, word='abc', wholes=[1, -2],
                            reals=[0.5, 4.0], value=tensor(np.int64([5]), 'inner'))
    shape = helper.make_tensor_value_info
    graph = helper.make_graph([node], 'small', [shape('x', TensorProto.FLOAT, [1, 'N', None])],
                              [shape('y', TensorProto.FLOAT, [2, 3])], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])


def test_nothing_is_no_file():
    for content in (b'', b'\x00', b'no onnx file at all', b'\x3a\x7f', bytes(range(256))):
        with pytest.raises(OnnxError):
            read_graph(content)


def test_attributes_constants_and_shapes():
    graph = read_graph(small_model().SerializeToString())
    node, = graph.nodes
    value = node.attributes.pop('value')
    assert (node.op, node.inputs, node.outputs) == ('Thing', ('x', '', 'raw'), ('y',))
    assert value.tolist() == [5] and value.dtype == np.int64
    assert node.attributes == {'whole': -3, 'real': 0.25, 'word': b'abc', 'wholes': [1, -2], 'reals': [0.5, 4.0]}
    assert graph.constants['raw'].tolist() == [[0, 1, 2], [3, 4, 5]] and graph.constants['raw'].dtype == np.float32
    assert graph.constants['listed'].tolist() == [-1, 2**40]
    assert graph.constants['halves'].tolist() == [0.5, -2.0]
    assert graph.constants['truth'].tolist() == [True, False]
    assert graph.constants['half'].tolist() == [1.5]
    assert graph.constants['scalar'].shape == () and int(graph.constants['scalar']) == 7
    assert graph.inputs == {'x': [1, 'N', None]} and graph.outputs == {'y': [2, 3]}


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.parent.name)
def test_a_shipped_model_is_read_as_onnx_reads_it(path):
    graph, expected = read_graph(path.read_bytes()), onnx.load(str(path)).graph
    assert [(n.op, list(n.inputs), list(n.outputs)) for n in graph.nodes] == [
        (n.op_type, list(n.input), list(n.output)) for n in expected.node]
    assert set(graph.constants) == {item.name for item in expected.initializer}
    for item in expected.initializer:
        np.testing.assert_array_equal(graph.constants[item.name], numpy_helper.to_array(item))
    for node, other in zip(graph.nodes, expected.node):
        for attribute in other.attribute:
            if attribute.HasField('t'):
                np.testing.assert_array_equal(node.attributes[attribute.name], numpy_helper.to_array(attribute.t))
            elif attribute.ints:
                assert node.attributes[attribute.name] == list(attribute.ints)


def test_a_part_is_a_file_that_onnx_takes():
    graph = read_graph(FILES[0].read_bytes())
    nodes = graph.nodes[:2]
    cut = onnx.load_model_from_string(write_graph(graph, nodes, nodes[-1].outputs))
    onnx.checker.check_model(cut)
    assert [node.op_type for node in cut.graph.node] == [node.op for node in nodes]
    assert [item.name for item in cut.graph.output] == list(nodes[-1].outputs)
    assert {item.name for item in cut.graph.initializer} == set(nodes[0].inputs[1:])
    assert cut.opset_import[0].version == 13 and cut.ir_version == 7


@pytest.mark.parametrize('share', [0.1, 0.5, 0.999])
def test_a_file_that_ends_early_is_refused(share):
    content = FILES[0].read_bytes()
    with pytest.raises(OnnxError):
        read_graph(content[:int(share * len(content))])
