# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a small real landmark model, for tests: each point is the centre of what has its pure colour in the crop.

A point whose colour is nowhere has the score 0, the others 1. The model has files for several sizes of batch.
"""
import hashlib
import os

import blob_model
import numpy as np
import pytest

# Point -> its colour (blue, green, red); black and grey are no point.
COLOURS = {'right_eye': (0, 0, 255), 'left_eye': (0, 255, 0), 'nose': (255, 0, 0), 'mouth_right': (0, 255, 255),
           'mouth_left': (255, 0, 255)}
# Where they are in a face of the size 1, from its upper left corner.
PLACES = {'right_eye': (0.3, 0.35), 'left_eye': (0.7, 0.35), 'nose': (0.5, 0.6), 'mouth_right': (0.35, 0.8),
          'mouth_left': (0.65, 0.8)}
NAMES = tuple(COLOURS)


def spec_data(width=96, height=96, batches=(1,), margin=0.25):
    """Return the content of the model.json, less a true sha256."""
    data = blob_model.spec_data(width, height)
    for key in ('labels', 'defaults'):
        del data[key]
    data.update(name='dots', task='landmarks', points=list(NAMES), crop_margin=margin)
    data['files'] = {file_key(batch): {'path': file_name(batch), 'sha256': '0' * 64, 'batch': batch} for batch in batches}
    return data


def file_key(batch):
    """Return the key of a network file in model.json."""
    return 'fp32' if batch == 1 else 'fp32_batch{}'.format(batch)


def file_name(batch):
    """Return the name of a network file."""
    return 'model.onnx' if batch == 1 else 'model_batch{}.onnx'.format(batch)


def write_point_model(folder, width=96, height=96, batches=(1,), margin=0.25):
    """Write the networks and model.json into `folder` (made where needed) and return its path as str."""
    folder = str(folder)
    os.makedirs(folder, exist_ok=True)
    data = spec_data(width, height, batches, margin)
    onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')
    for batch in batches:
        path = os.path.join(folder, file_name(batch))
        onnx.save(_graph(width, height, batch), path)
        with open(path, 'rb') as file:
            data['files'][file_key(batch)]['sha256'] = hashlib.sha256(file.read()).hexdigest()
    blob_model.write_spec(folder, data)
    return folder


def face_image(width, height, boxes):
    """Return (a grey image with a face in each box, its points (N, 5, 2) in pixels); boxes are x1 y1 x2 y2."""
    image = np.full((height, width, 3), 90, np.uint8)
    points = np.zeros((len(boxes), len(NAMES), 2), np.float32)
    for row, (x1, y1, x2, y2) in enumerate(boxes):
        radius = max(1, int(0.06 * (x2 - x1)))
        for column, name in enumerate(NAMES):
            x = int(x1 + PLACES[name][0] * (x2 - x1))
            y = int(y1 + PLACES[name][1] * (y2 - y1))
            image[max(0, y - radius):y + radius, max(0, x - radius):x + radius] = COLOURS[name]
            points[row, column] = x, y
    return image, points


def _graph(width, height, batch):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    # All three channels of a pixel as they should be, -1 or 1, sum up to 3.
    weights = np.array([[1 if value else -1 for value in reversed(colour)] for colour in COLOURS.values()], np.float32)
    constants = {
        'weights': 1000 * weights.reshape(-1, 3, 1, 1), 'bias': np.full(len(NAMES), -2500, np.float32),
        'zero': np.float32(0), 'one': np.float32(1), 'little': np.float32(1e-6), 'both': np.array([2, 3], np.int64),
        'columns': ((np.arange(width, dtype=np.float32) + 0.5) / width).reshape(1, 1, 1, -1),
        'rows': ((np.arange(height, dtype=np.float32) + 0.5) / height).reshape(1, 1, -1, 1),
        'last': np.array([2], np.int64)}
    nodes = [helper.make_node('Conv', ['image', 'weights', 'bias'], ['raw']),
             helper.make_node('Clip', ['raw', 'zero', 'one'], ['mask']),
             helper.make_node('ReduceSum', ['mask', 'both'], ['seen'], keepdims=0),
             helper.make_node('Add', ['seen', 'little'], ['divisor']),
             helper.make_node('Clip', ['seen', 'zero', 'one'], ['score'])]
    for axis, places in (('x', 'columns'), ('y', 'rows')):
        nodes += [helper.make_node('Mul', ['mask', places], [axis + '_map']),
                  helper.make_node('ReduceSum', [axis + '_map', 'both'], [axis + '_sum'], keepdims=0),
                  helper.make_node('Div', [axis + '_sum', 'divisor'], [axis])]
    nodes += [helper.make_node('Unsqueeze', [name, 'last'], [name + '_column']) for name in ('x', 'y', 'score')]
    nodes.append(helper.make_node('Concat', ['x_column', 'y_column', 'score_column'], ['points'], axis=2))
    graph = helper.make_graph(
        nodes, 'dots', [helper.make_tensor_value_info('image', TensorProto.FLOAT, [batch, 3, height, width])],
        [helper.make_tensor_value_info('points', TensorProto.FLOAT, [batch, len(NAMES), 3])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)])
    model.ir_version = 7
    onnx.checker.check_model(model)
    return model
