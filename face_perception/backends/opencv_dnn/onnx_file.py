# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads an ONNX file, and writes one with fewer nodes, without the package onnx.

An ONNX file is one protobuf message. Only the fields that a network of ours has are read; the numbers are those of
onnx.proto (https://github.com/onnx/onnx/blob/v1.11.0/onnx/onnx.proto), the encoding is
https://protobuf.dev/programming-guides/encoding.
"""

import struct
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Tuple, Union

import numpy as np

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64}
_FLOAT = 1


class OnnxError(ValueError):
    """The file is no ONNX file, or has what this reader does not know."""


class Node(NamedTuple):
    """One operator of the graph."""

    op: str
    inputs: Tuple[str, ...]         # '' where an optional one is left out
    outputs: Tuple[str, ...]
    attributes: Dict[str, Any]      # int, float, bytes, ndarray, or a list of int or float
    raw: bytes                      # as it stands in the file


class Graph(NamedTuple):
    """The graph of an ONNX file."""

    nodes: List[Node]                       # in an order in which they can run
    constants: Dict[str, np.ndarray]        # the weights
    inputs: Dict[str, List[Any]]            # shapes without those of weights; an entry that is not fixed is not an int
    outputs: Dict[str, List[Any]]
    raw_inputs: Dict[str, bytes]
    raw_model: List[bytes]                  # the other fields of the model


def read_graph(content: bytes) -> Graph:
    """Parse the content of an ONNX file; raises OnnxError."""
    try:
        return _read_graph(content)
    except (IndexError, struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OnnxError('it is no ONNX file that can be read here ({})'.format(error)) from error


def write_graph(graph: Graph, nodes: Iterable[Node], outputs: Iterable[str]) -> bytes:
    """Return the content of an ONNX file with these nodes, the weights they take, and these float maps as outputs."""
    nodes = list(nodes)
    used = {name for node in nodes for name in node.inputs}
    body = [_field(1, node.raw) for node in nodes] + [_field(2, b'cut')]
    body += [_field(5, _raw_tensor(name, array)) for name, array in graph.constants.items() if name in used]
    body += [_field(11, raw) for raw in graph.raw_inputs.values()]
    # A shape must be there, its four sizes need not.
    float_tensor = _field(1, _tag(1, _VARINT) + bytes([_FLOAT]) + _field(2, _field(1, b'') * 4))
    body += [_field(12, _field(1, name.encode('utf-8')) + _field(2, float_tensor)) for name in outputs]
    return b''.join(graph.raw_model) + _field(7, b''.join(body))


def _read_graph(content: bytes) -> Graph:
    body, others = b'', []
    for number, value in _fields(content):
        if number == 7:
            body = value
        elif number in (1, 8):      # version of the format, and of the operators
            others.append(_tag(number, _VARINT) + _varint(value) if number == 1 else _field(number, value))
    graph = Graph([], {}, {}, {}, {}, others)
    infos: Dict[str, Tuple[List[Any], bytes]] = {}
    for number, value in _fields(body):
        if number == 1:
            graph.nodes.append(_node(value))
        elif number == 5:
            name, array = _tensor(value)
            graph.constants[name] = array
        elif number == 11:
            name, shape = _value_info(value)
            infos[name] = (shape, value)
        elif number == 12:
            name, shape = _value_info(value)
            graph.outputs[name] = shape
    if not graph.nodes or not graph.outputs:
        raise OnnxError('it is no ONNX file with a network')
    for name, (shape, raw) in infos.items():
        if name not in graph.constants:
            graph.inputs[name] = shape
            graph.raw_inputs[name] = raw
    return graph


def _node(raw: bytes) -> Node:
    inputs, outputs, attributes, op = [], [], {}, ''
    for number, value in _fields(raw):
        if number == 1:
            inputs.append(value.decode('utf-8'))
        elif number == 2:
            outputs.append(value.decode('utf-8'))
        elif number == 4:
            op = value.decode('utf-8')
        elif number == 5:
            name, content = _attribute(value)
            attributes[name] = content
    return Node(op, tuple(inputs), tuple(outputs), attributes, raw)


def _attribute(raw: bytes) -> Tuple[str, Any]:
    name, content, several = '', None, []   # type: Tuple[str, Any, List[Any]]
    for number, value in _fields(raw):
        if number == 1:
            name = value.decode('utf-8')
        elif number == 2:
            content = struct.unpack('<f', value)[0]
        elif number == 3:
            content = _signed(value)
        elif number == 4:
            content = value
        elif number == 5:
            content = _tensor(value)[1]
        elif number == 7:
            several += np.frombuffer(value, '<f4').tolist()
        elif number == 8:
            several += _integers(value)
    return name, several if several else content


def _tensor(raw: bytes) -> Tuple[str, np.ndarray]:
    name, dims, kind, content, values = '', [], 0, None, []    # type: Tuple[str, List[int], int, Any, List[Any]]
    for number, value in _fields(raw):
        if number == 1:
            dims += _integers(value)
        elif number == 2:
            kind = value
        elif number == 4:
            values += np.frombuffer(value, '<f4').tolist()
        elif number in (5, 7):
            values += _integers(value)
        elif number == 8:
            name = value.decode('utf-8')
        elif number == 9:
            content = value
        elif number == 10:
            values += np.frombuffer(value, '<f8').tolist()
        elif number == 13 or (number == 14 and value):
            raise OnnxError('its weights lie in another file')
    dtype = np.dtype(_TYPES[kind])
    array = np.array(values, dtype) if content is None else np.frombuffer(content, dtype.newbyteorder('<')).astype(dtype)
    return name, array.reshape(dims)


def _raw_tensor(name: str, array: np.ndarray) -> bytes:
    kind = next(number for number, known in _TYPES.items() if array.dtype == known)
    sizes = b''.join(_tag(1, _VARINT) + _varint(size) for size in array.shape)
    content = array.astype(array.dtype.newbyteorder('<')).tobytes()
    return sizes + _tag(2, _VARINT) + _varint(kind) + _field(8, name.encode('utf-8')) + _field(9, content)


def _value_info(raw: bytes) -> Tuple[str, List[Any]]:
    name, shape = '', []    # type: Tuple[str, List[Any]]
    for number, value in _fields(raw):
        if number == 1:
            name = value.decode('utf-8')
        elif number == 2:
            for _, tensor in _fields(value):
                for part, of_shape in _fields(tensor):
                    if part == 2:
                        shape = [_dimension(dimension) for _, dimension in _fields(of_shape)]
    return name, shape


def _dimension(raw: bytes) -> Any:
    for number, value in _fields(raw):
        return _signed(value) if number == 1 else value.decode('utf-8', 'replace')
    return None


def _fields(raw: bytes) -> Iterator[Tuple[int, Any]]:
    """Yield (field number, int of a varint or the bytes of another) of a message."""
    position = 0
    while position < len(raw):
        tag, position = _read_varint(raw, position)
        kind = tag & 7
        if kind == _VARINT:
            value, position = _read_varint(raw, position)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, position = _read_varint(raw, position)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise OnnxError('wire type {}'.format(kind))
        if position + length > len(raw):
            raise OnnxError('it ends early')
        yield tag >> 3, raw[position:position + length]
        position += length


def _read_varint(raw: bytes, position: int) -> Tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        value |= (byte & 0x7f) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7


def _signed(value: int) -> int:
    return value - 2**64 if value >= 2**63 else value


def _integers(value: Union[int, bytes]) -> List[int]:
    """Return the integers of a repeated field, packed or one by one."""
    if isinstance(value, int):
        return [_signed(value)]
    numbers, position = [], 0
    while position < len(value):
        number, position = _read_varint(value, position)
        numbers.append(_signed(number))
    return numbers


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _tag(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _field(number: int, content: bytes) -> bytes:
    return _tag(number, _BYTES) + _varint(len(content)) + content
