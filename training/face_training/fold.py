# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Computes, in an exported network, what depends on shapes alone, which are fixed.

PyTorch writes the arithmetic of shapes (Shape, Mod, Slice, Concat) even where every size is known; TensorRT 8.2, that of
the Jetson Nano, has no Mod and refuses the file for it.
"""
import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator


def fold_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the network without nodes that compute whole numbers of constants and fixed shapes.

    The arithmetic of floating point is left as it is, so that every output stays the same to the bit.
    """
    while True:
        folded = _fold_once(model)
        if len(folded.graph.node) == len(model.graph.node):
            return folded
        # Behind a Reshape, shapes are known once its target is.
        model = folded


def _fold_once(model: onnx.ModelProto) -> onnx.ModelProto:
    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    shapes = {value.name: _fixed_shape(value) for value in [*inferred.graph.input, *inferred.graph.value_info]}
    known = {item.name: onnx.numpy_helper.to_array(item) for item in model.graph.initializer}
    computed, kept = set[str](), []
    for node in model.graph.node:
        if node.op_type == 'Constant' and node.attribute[0].name == 'value':
            known[node.output[0]] = onnx.numpy_helper.to_array(node.attribute[0].t)
        shape = shapes.get(node.input[0]) if node.op_type == 'Shape' else None
        values = [np.array(shape, np.int64)] if shape is not None else _compute(node, known, model)
        if values is None:
            kept.append(node)
            continue
        known.update(zip(node.output, values, strict=True))
        computed |= set(node.output)
    wanted = {name for node in kept for name in node.input} | {output.name for output in model.graph.output}
    folded = onnx.ModelProto()
    folded.CopyFrom(model)
    del folded.graph.node[:]
    folded.graph.node.extend(node for node in kept if node.op_type != 'Constant' or node.output[0] in wanted)
    folded.graph.initializer.extend(onnx.numpy_helper.from_array(known[name], name) for name in sorted(computed & wanted))
    return folded


def _compute(node: onnx.NodeProto, known: dict[str, np.ndarray], model: onnx.ModelProto) -> list[np.ndarray] | None:
    """Return the outputs of a node all of whose inputs are known whole numbers, else None."""
    inputs = {name: known[name] for name in node.input if name in known}
    if node.op_type == 'Constant' or not node.input or len(inputs) != len(set(node.input)):
        return None
    if any(not np.issubdtype(value.dtype, np.integer) for value in inputs.values()):
        return None
    kind = onnx.helper.np_dtype_to_tensor_dtype
    one = onnx.helper.make_graph(
        [node], 'one', [onnx.helper.make_tensor_value_info(name, kind(value.dtype), value.shape)
                        for name, value in inputs.items()],
        [onnx.helper.make_empty_tensor_value_info(name) for name in node.output])
    single = onnx.helper.make_model(one, opset_imports=model.opset_import, ir_version=model.ir_version)
    values = [np.asarray(value) for value in ReferenceEvaluator(single).run(None, inputs)]
    return values if all(np.issubdtype(value.dtype, np.integer) for value in values) else None


def _fixed_shape(value: onnx.ValueInfoProto) -> list[int] | None:
    sizes = value.type.tensor_type.shape.dim
    if not value.type.tensor_type.HasField('shape') or not all(size.HasField('dim_value') for size in sizes):
        return None
    return [size.dim_value for size in sizes]
