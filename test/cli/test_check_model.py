# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception check-model: passes a good model, names what is wrong with a bad one."""
import json

import blob_model
import cv2
import numpy as np
import point_model
import pytest

from face_perception.cli.main import main

onnx = pytest.importorskip('onnx', reason='the test model is written with the package onnx')

REFERENCE = {'image': 'reference.png', 'tolerance': {'score': 0.01, 'iou': 0.95}, 'detections': [
    {'label': 'human', 'score': 0.9, 'bbox': [100, 50, 100, 130]},
    {'label': 'cartoon', 'score': 0.8, 'bbox': [300, 300, 120, 100]}]}


@pytest.fixture
def model(tmp_path):
    return blob_model.write_blob_model(tmp_path / 'blobs')


def change(folder, **keys):
    """Replace keys of the model.json of a folder; `sha256` is that of its file."""
    with open(folder + '/model.json', encoding='utf-8') as file:
        data = json.load(file)
    data['files']['fp32']['sha256'] = keys.pop('sha256', data['files']['fp32']['sha256'])
    blob_model.write_spec(folder, dict(data, **keys))


def add_reference(folder, **keys):
    image = blob_model.blob_image(640, 480, (100, 50, 200, 180), (300, 300, 420, 400))
    cv2.imwrite(folder + '/reference.png', image)
    change(folder, proof={'reference': dict(REFERENCE, **keys)})


def check(folder, capsys, *arguments):
    status = main(['check-model', folder] + list(arguments))
    return status, capsys.readouterr().out


def test_a_good_model_without_a_reference(model, capsys):
    status, words = check(model, capsys)
    assert status == 0
    for step in ('model.json', 'file', 'backend', 'noise', 'reference  none', 'all checks passed'):
        assert step in words
    assert 'median' in words and 'human, cartoon' in words


def test_a_good_model_with_a_reference(model, capsys):
    add_reference(model)
    status, words = check(model, capsys, '--threads', '2')
    assert status == 0
    assert '2 faces on reference.png as they were when the model was made' in words and '2 thread(s)' in words


@pytest.mark.parametrize('keys, expected', [
    ({'detections': []}, 'one human too many'),
    ({'detections': [dict(REFERENCE['detections'][0], label='cartoon')]}, 'no cartoon at'),
    ({'detections': [dict(REFERENCE['detections'][0], score=0.85), REFERENCE['detections'][1]]},
     'instead of 0.8500'),
    ({'image': 'other.png'}, 'reference picture other.png: No such file'),
    ({'image': '../reference.png'}, 'expected the name of a file in the model folder'),
    ({'tolerance': {}}, 'proof.reference is broken'),
])
def test_a_reference_that_does_not_hold(model, capsys, keys, expected):
    add_reference(model, **keys)
    status, words = check(model, capsys)
    assert status == 1
    assert expected in words and 'FAILED' in words and 'all checks passed' not in words


@pytest.mark.parametrize('keys, expected', [
    ({'sha256': '0' * 64}, 'is not the network its model.json was written for'),
    ({'labels': ['human']}, 'scores (1, K, 1)'),
    ({'extra': 1}, "unknown 'extra'"),
])
def test_a_model_json_that_does_not_hold(model, capsys, keys, expected):
    change(model, **keys)
    status, words = check(model, capsys)
    assert status == 1 and expected in words


@pytest.mark.parametrize('spoil, expected', [
    (lambda scores: scores * 2, 'scores must be 0..1'),
    (lambda scores: scores[:, ::-1], 'rows must be sorted by their best score'),
    (lambda scores: scores * np.nan, 'scores has values that are not numbers'),
])
def test_a_network_that_breaks_the_rules(tmp_path, capsys, spoil, expected):
    """A network of the right shapes that gives the wrong numbers, whatever it sees."""
    folder = blob_model.write_blob_model(tmp_path)
    scores = np.array([[[0.9, 0], [0, 0.8]]], np.float32)
    constants = {'boxes': np.zeros((1, 2, 4), np.float32),
                 'scores': np.ascontiguousarray(spoil(scores), np.float32)}
    model = onnx.load(folder + '/model.onnx')
    del model.graph.node[:], model.graph.initializer[:]
    for name, value in constants.items():
        tensor = onnx.numpy_helper.from_array(value)
        model.graph.node.append(onnx.helper.make_node('Constant', [], [name], value=tensor))
    onnx.save(model, folder + '/model.onnx')
    change(folder, sha256=blob_model.sha256_of(folder))
    status, words = check(folder, capsys)
    assert status == 1 and expected in words


def test_a_model_that_is_not_there(capsys):
    assert main(['check-model', 'no_such_model']) == 2
    assert 'no model' in capsys.readouterr().err


def test_a_landmark_model_with_a_reference(tmp_path, capsys):
    """The points of the test model are the centres of what has their colour, so they are known."""
    folder = point_model.write_point_model(tmp_path / 'dots')
    box = (10, 5, 100, 90)
    image, points = point_model.face_image(120, 100, [box])
    cv2.imwrite(folder + '/reference.png', image)
    expected = {name: [float(x), float(y), 1.0] for name, (x, y) in zip(point_model.NAMES, points[0])}
    bbox = [box[0], box[1], box[2] - box[0], box[3] - box[1]]

    def check_with(**moved):
        reference = {'image': 'reference.png', 'faces': [{'bbox': bbox, 'points': dict(expected, **moved)}],
                     'tolerance': {'distance': 0.02, 'score': 0.1}}
        change(folder, proof={'reference': reference})
        return check(folder, capsys)
    status, words = check_with()
    assert (status, '5 points of 1 faces on reference.png as they were' in words) == (0, True), words
    status, words = check_with(nose=[float(points[0][2][0]) + 5, float(points[0][2][1]), 1.0])
    assert status == 1 and 'nose of face 1 at ' in words
    change(folder, proof={})
    status, words = check(folder, capsys)
    assert status == 0 and 'reference  none' in words
