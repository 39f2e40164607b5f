# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Cuts a network in two: what OpenCV has known since 4.1, and the rest, which numpy does.

OpenCVs from 4.1 to 4.9 refuse a file with an operator that they do not know (TopK, GatherElements), even if it is not
asked for. So they get the convolutions alone. Newer ones get the same, so that all answer alike.
"""

from typing import Callable, Dict, List, NamedTuple, Sequence, Set

import numpy as np

from face_perception.backends.opencv_dnn.onnx_file import Graph, Node
from face_perception.backends.opencv_dnn.operators import OPERATORS, apply_operator

# On maps of (1, channels, height, width). Not: operators whose limits or shapes are inputs since opset 11 and 13.
_IN_OPENCV = {'Conv', 'ConvTranspose', 'Relu', 'LeakyRelu', 'PRelu', 'Sigmoid', 'BatchNormalization', 'MaxPool',
              'AveragePool', 'GlobalAveragePool', 'Add', 'Mul', 'Concat', 'Resize', 'Upsample'}


ShapeOf = Callable[[List[Node], str], Sequence[int]]


class Parts(NamedTuple):
    """The two parts of a network."""

    network: List[Node]     # for OpenCV
    cut: List[str]          # names of its outputs, which the rest takes
    rest: List[Node]        # for numpy


def split(graph: Graph, shape_of: ShapeOf) -> Parts:
    """Cut the graph before the first operators that OpenCV does not know for sure; what is constant joins its constants.

    shape_of: returns the shape that a map has, given the operators so far and the name of the map; asked only where an
        operator takes it, such as an enlargement to the size of another map.

    Raises ValueError, with the name, for an operator that neither part can have.
    """
    known: Set[str] = set(graph.inputs)
    network: List[Node] = []
    rest: List[Node] = []
    needed = set(graph.outputs)
    for node in graph.nodes:
        dynamic = [name for name in node.inputs if name and name not in graph.constants]
        if not dynamic and node.op in OPERATORS:
            # Also Identity, by which an exporter names equal weights. Both parts can take it from here.
            _apply(node, graph.constants)
        elif node.op == 'Shape' and known.issuperset(dynamic):
            graph.constants[node.outputs[0]] = np.array(shape_of(network, node.inputs[0]), np.int64)
        elif node.op in _IN_OPENCV and known.issuperset(dynamic):
            network.append(node)
            known.update(node.outputs)
        elif node.op not in OPERATORS:
            raise ValueError('no operator {}'.format(node.op))
        else:
            rest.append(node)
            needed.update(node.inputs)
    made = [name for node in network for name in node.outputs]
    return Parts(network, [name for name in made if name in needed], rest)


class Rest:
    """The part in numpy. What depends on weights and shapes alone is computed once."""

    def __init__(self, graph: Graph, nodes: Sequence[Node], example: Dict[str, np.ndarray]) -> None:
        """Take the nodes and one set of inputs, for their shapes."""
        self._outputs = list(graph.outputs)
        self._constants: Dict[str, np.ndarray] = dict(graph.constants)
        self._nodes: List[Node] = []
        values = dict(self._constants, **example)
        for node in nodes:
            _apply(node, values)
            if node.op == 'Shape' or all(name in self._constants for name in node.inputs if name):
                self._constants.update((name, values[name]) for name in node.outputs)
            else:
                self._nodes.append(node)

    def run(self, inputs: Dict[str, np.ndarray]) -> Dict[str, np.ndarray]:
        """Return the outputs of the network, {name: array of its own}."""
        values = dict(self._constants, **inputs)
        with np.errstate(over='ignore', invalid='ignore'):      # infinities of a broken network are no news here
            for node in self._nodes:
                _apply(node, values)
        return {name: np.ascontiguousarray(values[name]) for name in self._outputs}


def _apply(node: Node, values: Dict[str, np.ndarray]) -> None:
    results = apply_operator(node.op, node.attributes, [values[name] if name else None for name in node.inputs])
    values.update(zip(node.outputs, results))
