# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a small real model, for tests: it finds one red and one green blob, exactly.

The largest extent of pure red is a 'human' with score 0.9, that of pure green a 'cartoon' with score 0.8; of other labels
it is the first and the last. The graph has what the real ones have (convolution, decoding to corners in 0..1, top-K),
and where the blobs are is known to the pixel, so that a box in the wrong place cannot hide behind a network's own error.
"""

import hashlib
import json
import os

import numpy as np
import pytest

LABELS = ('human', 'cartoon')
SCORES = {'human': 0.9, 'cartoon': 0.8}


def spec_data(width=320, height=240, labels=LABELS, **changes):
    """Return the content of the model.json, less a true sha256; `changes` replace keys of 'input'."""
    data = {
        'schema': 2, 'name': 'blobs', 'task': 'detect',
        'input': {'width': width, 'height': height, 'colour': 'rgb', 'mean': [127, 127, 127],
                  'scale': [0.0078125, 0.0078125, 0.0078125], 'resize': 'stretch', 'pad': 0},
        'labels': list(labels),
        'files': {'fp32': {'path': 'model.onnx', 'sha256': '0' * 64, 'batch': 1}},
        'defaults': {'score_threshold': 0.5, 'nms_threshold': 0.4, 'max_faces': 100},
        'smallest_face': 1, 'largest_face': height}
    data['input'].update(changes)
    return data


def write_blob_model(folder, width=320, height=240, labels=LABELS, **changes):
    """Write model.onnx and model.json into `folder` (made where needed) and return its path as str."""
    folder = str(folder)
    os.makedirs(folder, exist_ok=True)
    data = spec_data(width, height, labels, **changes)
    # Here, so that tests that need only the specification run without it.
    onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')
    onnx.save(_graph(width, height, data['input']['colour'], len(labels)), os.path.join(folder, 'model.onnx'))
    data['files']['fp32']['sha256'] = sha256_of(folder)
    write_spec(folder, data)
    return folder


def sha256_of(folder):
    """Return the sha256 of the model.onnx of a folder, lower-case hex."""
    with open(os.path.join(folder, 'model.onnx'), 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def write_spec(folder, data):
    """Write the model.json of a folder."""
    with open(os.path.join(str(folder), 'model.json'), 'w', encoding='utf-8') as file:
        json.dump(data, file)


def blob_image(width, height, red=None, green=None):
    """Return a grey (height, width, 3) uint8 BGR image with a red and a green blob, each x1 y1 x2 y2."""
    image = np.full((height, width, 3), 90, np.uint8)
    for corners, colour in ((red, (0, 0, 255)), (green, (0, 255, 0))):
        if corners is not None:
            x1, y1, x2, y2 = corners
            image[y1:y2, x1:x2] = colour
    return image


def _graph(width, height, colour, labels):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    # One map per label: 1 where its colour is nearer to pure than to absent, else 0.
    weights = np.array([[1, -0.5, -0.5], [-0.5, 1, -0.5]], np.float32)
    if colour == 'bgr':
        weights = weights[:, ::-1]
    certainty = np.zeros((1, 2, labels), np.float32)
    certainty[0, 0, 0], certainty[0, 1, -1] = SCORES['human'], SCORES['cartoon']
    columns = np.arange(width, dtype=np.float32)
    rows = np.arange(height, dtype=np.float32).reshape(height, 1)
    constants = {
        'weights': 1000 * weights.reshape(2, 3, 1, 1), 'bias': np.full(2, -1000, np.float32),
        'zero': np.float32(0), 'one': np.float32(1), 'best': np.array([2], np.int64), 'first': np.int64(0),
        'right': np.broadcast_to((columns + 1) / width, (height, width)),
        'left': np.broadcast_to((width - columns) / width, (height, width)),
        'bottom': np.broadcast_to((rows + 1) / height, (height, width)),
        'top': np.broadcast_to((height - rows) / height, (height, width)),
        'certainty': certainty}
    nodes = [helper.make_node('Conv', ['image', 'weights', 'bias'], ['raw'], kernel_shape=[1, 1]),
             helper.make_node('Clip', ['raw', 'zero', 'one'], ['mask'])]
    for side in ('left', 'top', 'right', 'bottom'):
        nodes += [helper.make_node('Mul', ['mask', side], [side + '_map']),
                  helper.make_node('ReduceMax', [side + '_map'], [side + '_most'], axes=[2, 3], keepdims=0)]
    nodes += [helper.make_node('Sub', ['one', 'left_most'], ['x1']),
              helper.make_node('Sub', ['one', 'top_most'], ['y1']),
              helper.make_node('ReduceMax', ['mask'], ['seen'], axes=[2, 3], keepdims=0)]
    third_axis = {'axes_2': np.array([2], np.int64)}
    constants.update(third_axis)
    for name in ('x1', 'y1', 'right_most', 'bottom_most', 'seen'):
        nodes.append(helper.make_node('Unsqueeze', [name, 'axes_2'], [name + '_column']))
    nodes += [
        helper.make_node('Concat', ['x1_column', 'y1_column', 'right_most_column', 'bottom_most_column'],
                         ['all_boxes'], axis=2),
        helper.make_node('Mul', ['seen_column', 'certainty'], ['all_scores']),
        helper.make_node('ReduceMax', ['all_scores'], ['row_best'], axes=[0, 2], keepdims=0),
        helper.make_node('TopK', ['row_best', 'best'], ['ranked', 'order'], axis=0),
        helper.make_node('Gather', ['all_boxes', 'order'], ['boxes'], axis=1),
        helper.make_node('Gather', ['all_scores', 'order'], ['scores'], axis=1)]
    graph = helper.make_graph(
        nodes, 'blobs',
        [helper.make_tensor_value_info('image', TensorProto.FLOAT, [1, 3, height, width])],
        [helper.make_tensor_value_info('boxes', TensorProto.FLOAT, [1, 2, 4]),
         helper.make_tensor_value_info('scores', TensorProto.FLOAT, [1, 2, labels])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return model
