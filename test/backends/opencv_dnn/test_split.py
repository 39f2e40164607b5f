# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Where a network is cut, and that its second part computes what can be known at the start only once."""
import numpy as np
import pytest
from shared_data import ROOT

from face_perception.backends.opencv_dnn.onnx_file import Graph, Node, read_graph
from face_perception.backends.opencv_dnn.split import Rest, split


def unasked(nodes, name):
    raise AssertionError('no shape is needed, {} was asked'.format(name))


def graph_of(*nodes, outputs=('y',), constants=()):
    return Graph([Node(op, tuple(inputs.split()), (made,), {}, b'') for op, inputs, made in nodes],
                 {name: np.float32([2]) for name in constants}, {'x': [1, 3, 8, 8]},
                 {name: [1] for name in outputs}, {}, [])


def test_a_network_of_convolutions_only_has_no_rest():
    parts = split(graph_of(('Conv', 'x w', 'a'), ('Relu', 'a', 'y'), constants='w'), unasked)
    assert [node.op for node in parts.network] == ['Conv', 'Relu'] and parts.rest == [] and parts.cut == ['y']


def test_the_cut_is_before_the_first_operator_that_opencv_may_not_know():
    parts = split(graph_of(('Conv', 'x w', 'a'), ('Softmax', 'a', 'b'), ('Relu', 'b', 'c'), ('Add', 'c a', 'y'),
                           constants='w'), unasked)
    assert [node.op for node in parts.network] == ['Conv']
    assert parts.cut == ['a'], 'both of its readers are in numpy'
    assert [node.op for node in parts.rest] == ['Softmax', 'Relu', 'Add'], 'nothing goes back to OpenCV'


def test_an_operator_that_neither_knows_is_named():
    with pytest.raises(ValueError, match='no operator Einsum'):
        split(graph_of(('Conv', 'x w', 'a'), ('Einsum', 'a', 'y'), constants='w'), unasked)
    with pytest.raises(ValueError, match='no operator Conv'):
        split(graph_of(('Softmax', 'x', 'a'), ('Conv', 'a w', 'y'), constants='w'), unasked)


def test_the_shape_of_a_map_is_asked_for_where_an_operator_takes_it():
    graph = graph_of(('Conv', 'x w', 'a'), ('Shape', 'a', 's'), ('Identity', 's', 'sizes'), ('Resize', 'x w w sizes', 'y'),
                     constants='w')
    asked = []
    parts = split(graph, lambda nodes, name: asked.append(([node.op for node in nodes], name)) or [1, 3, 4, 4])
    assert asked == [(['Conv'], 'a')]
    assert [node.op for node in parts.network] == ['Conv', 'Resize'] and parts.rest == []
    assert graph.constants['sizes'].tolist() == [1, 3, 4, 4]


def test_weights_under_a_second_name_are_weights():
    # As PyTorch writes equal weights of an untrained network.
    graph = graph_of(('Identity', 'w', 'v'), ('Conv', 'x v', 'y'), constants='w')
    parts = split(graph, unasked)
    assert [node.op for node in parts.network] == ['Conv'] and parts.rest == []
    assert graph.constants['v'].tolist() == [2]


@pytest.mark.parametrize('name', ['slim_320', 'rfb_640'])
def test_of_a_shipped_model_opencv_gets_all_convolutions_and_nothing_new(name):
    graph = read_graph((ROOT / 'models' / name / 'model.onnx').read_bytes())
    parts = split(graph, unasked)
    assert {node.op for node in parts.network} <= {'Conv', 'Relu', 'Concat', 'Add', 'Mul', 'AveragePool'}
    assert 'Conv' not in {node.op for node in parts.rest}
    assert 'Constant' not in {node.op for node in parts.network + parts.rest}


def test_what_depends_on_shapes_and_weights_alone_is_computed_once():
    graph = graph_of(('Shape', 'x', 's'), ('Exp', 'w', 'e'), ('Mul', 'x e', 'm'), ('Reshape', 'm s', 'y'), constants='w')
    rest = Rest(graph, graph.nodes, {'x': np.zeros((1, 2), np.float32)})
    assert [node.op for node in rest._nodes] == ['Mul', 'Reshape']
    for value in (1.0, 3.0):
        answer = rest.run({'x': np.full((1, 2), value, np.float32)})
        np.testing.assert_allclose(answer['y'], np.full((1, 2), value * np.exp(2)), rtol=1e-6)
