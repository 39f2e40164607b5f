# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Folding the arithmetic of shapes: fewer nodes, the same numbers to the bit."""
import io

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from face_training.fold import fold_shapes


class Unflattened(nn.Module):
    """Exports Shape, Slice, Concat and Mod."""

    def forward(self, image):
        return image.flatten(1).unflatten(1, (-1, 3)).softmax(2)


class Twice(nn.Module):
    """The second shape is known only when the first is."""

    def forward(self, image):
        return Unflattened()(Unflattened()(image) * 2)


def exported(net):
    written = io.BytesIO()
    torch.onnx.export(net, (torch.zeros(1, 3, 4, 6),), written, dynamo=False, opset_version=13, input_names=['image'])
    return onnx.load_from_string(written.getvalue())


def kinds(model):
    return {node.op_type for node in model.graph.node}


def answer(model, image):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=['CPUExecutionProvider'])
    return session.run(None, {'image': image})[0]


def test_nothing_to_fold_is_nothing_changed():
    model = exported(nn.ReLU())
    assert fold_shapes(model) == model


@pytest.mark.parametrize('net', [Unflattened(), Twice()], ids=lambda net: type(net).__name__)
def test_numbers_stay_the_same_to_the_bit(net):
    model = exported(net)
    folded = fold_shapes(model)
    onnx.checker.check_model(folded, full_check=True)
    assert 'Mod' in kinds(model) and not {'Mod', 'Shape', 'Slice', 'Concat'} & kinds(folded)
    image = np.random.RandomState(0).rand(1, 3, 4, 6).astype(np.float32)
    np.testing.assert_array_equal(answer(folded, image), answer(model, image))
    assert [item.name for item in folded.graph.input] == ['image'] and folded.ir_version == model.ir_version


def test_a_size_that_is_not_fixed_stays_arithmetic():
    model = exported(Unflattened())
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = 'height'
    for item in model.graph.output[0].type.tensor_type.shape.dim:
        item.dim_param = 'any'
    del model.graph.value_info[:]
    folded = fold_shapes(model)
    assert 'Shape' in kinds(folded)
    image = np.random.RandomState(0).rand(1, 3, 8, 6).astype(np.float32)
    np.testing.assert_array_equal(answer(folded, image), answer(model, image))
