# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The contract: what a good model.json gives, and that every broken one is refused with words that help."""
import copy
import hashlib
import json

import pytest

from face_perception.models.spec import SpecError, check_onnx, parse_spec, read_spec

GOOD = {
    'schema': 1, 'name': 'slim_320', 'task': 'detect',
    'input': {'name': 'image', 'width': 320, 'height': 240, 'colour': 'rgb', 'mean': [127, 127.5, 128],
              'scale': [0.0078125, 1, 2], 'resize': 'stretch', 'pad': 0},
    'outputs': {'boxes': 'the_boxes', 'scores': 'the_scores'}, 'labels': ['human', 'cartoon'],
    'defaults': {'score_threshold': 0.5, 'nms_threshold': 0.4, 'max_faces': 100},
    'smallest_face': 10, 'largest_face': 240, 'sha256': 'ab' * 32, 'proof': {'anything': [1]}}


def changed(path, value):
    """Return GOOD with the key at a dotted path replaced; `del` removes it."""
    data = copy.deepcopy(GOOD)
    *parents, last = path.split('.')
    place = data
    for key in parents:
        place = place[key]
    if value is del_key:
        del place[last]
    else:
        place[last] = value
    return data


del_key = object()


def test_an_empty_object():
    with pytest.raises(SpecError, match='schema: expected 1, got None'):
        parse_spec({})


def test_a_good_detector():
    contract = parse_spec(GOOD)
    assert (contract.name, contract.task, contract.labels, contract.points) == (
        'slim_320', 'detect', ('human', 'cartoon'), ())
    assert (contract.input.width, contract.input.height) == (320, 240)
    assert contract.input.mean == (127.0, 127.5, 128.0) and contract.input.scale == (0.0078125, 1.0, 2.0)
    assert contract.outputs == {'boxes': 'the_boxes', 'scores': 'the_scores'}
    assert contract.defaults == (0.5, 0.4, 100)
    assert (contract.smallest_face, contract.largest_face) == (10, 240)
    assert contract.proof == {'anything': [1]}


def test_proof_may_be_left_out():
    assert parse_spec(changed('proof', del_key)).proof == {}


def test_landmarks_have_points_and_no_thresholds():
    data = changed('task', 'landmarks')
    del data['labels'], data['defaults']
    data.update(points=['left_eye', 'nose'], outputs={'points': 'points'})
    contract = parse_spec(data)
    assert contract.points == ('left_eye', 'nose') and contract.labels == () and contract.defaults is None


@pytest.mark.parametrize('path, value, words', [
    ('schema', 2, 'schema: expected 1, got 2'),
    ('schema', True, 'schema: expected 1, got True'),
    ('task', 'segment', "task: expected detect or landmarks, got 'segment'"),
    ('task', ['detect'], 'task: expected'),
    ('colour', 'rgb', 'the file: unknown colour; known are schema, name'),
    ('input.color', 'rgb', 'input: unknown color; known are name, width'),
    ('outputs.landmarks', 'x', 'outputs: unknown landmarks; known are boxes, scores'),
    ('defaults.iou', 0.4, 'defaults: unknown iou'),
    ('points', ['nose'], 'the file: unknown points'),
    ('labels', del_key, 'the file: missing labels'),
    ('input.mean', del_key, 'input: missing mean'),
    ('outputs.scores', del_key, 'outputs: missing scores'),
    ('input', [], r'input: expected an object, got \[\]'),
    ('defaults', None, 'defaults: expected an object, got None'),
    ('name', '', "name: expected a text, got ''"),
    ('name', 7, 'name: expected a text, got 7'),
    ('input.width', 320.0, 'input.width: expected a whole number of 1 or more, got 320.0'),
    ('input.height', 0, 'input.height: expected a whole number of 1 or more, got 0'),
    ('input.height', True, 'input.height'),
    ('input.colour', 'grey', "input.colour: expected rgb or bgr, got 'grey'"),
    ('input.resize', 'crop', 'input.resize: expected stretch or letterbox'),
    ('input.mean', [127, 127], 'input.mean: expected three numbers'),
    ('input.mean', 127, 'input.mean: expected three numbers'),
    ('input.mean', [1, 2, float('nan')], 'input.mean: expected three numbers'),
    ('input.scale', [1, 0, 1], 'input.scale: expected no zero'),
    ('input.pad', 256, 'input.pad: expected a number of 0 or more and of 255 or less, got 256'),
    ('outputs.scores', 'the_boxes', 'outputs: expected a list of different texts'),
    ('labels', [], 'labels: expected a list of different texts'),
    ('labels', ['human', 'human'], 'labels: expected a list of different texts'),
    ('labels', 'human', 'labels: expected a list'),
    ('labels', ['human', 3], 'labels: expected a text, got 3'),
    ('labels', ['human', 'cartoon '], "labels: expected a text, got 'cartoon '"),
    ('defaults.score_threshold', 1.5,
     'defaults.score_threshold: expected a number of 0 or more and of 1 or less, got 1.5'),
    ('defaults.nms_threshold', '0.4', 'defaults.nms_threshold'),
    ('defaults.max_faces', 0, 'defaults.max_faces'),
    ('smallest_face', 0, 'smallest_face: expected a number above 0, got 0'),
    ('largest_face', 9, 'largest_face: expected a number of 10.0 or more, got 9'),
    ('sha256', 'AB' * 32, 'sha256: expected 64 lower-case hexadecimal digits'),
    ('sha256', 'ab', 'sha256'),
    ('proof', [], 'proof: expected an object'),
])
def test_a_broken_rule_is_named(path, value, words):
    with pytest.raises(SpecError, match=words):
        parse_spec(changed(path, value))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecError, match='cannot read .*model.json: No such file'):
        read_spec(str(tmp_path))


@pytest.mark.parametrize('content, words', [
    (b'', 'is not JSON'), (b'{"schema": 1,', 'is not JSON'), (b'\xff\xfe', 'is not JSON'),
    (b'[]', r'expected an object, got \[\]'),
    (json.dumps(changed('schema', 2)).encode(), 'model.json: schema: expected 1, got 2')])
def test_a_broken_file_is_named(tmp_path, content, words):
    (tmp_path / 'model.json').write_bytes(content)
    with pytest.raises(SpecError, match=words) as caught:
        read_spec(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_a_good_file_reads_as_it_parses(tmp_path):
    (tmp_path / 'model.json').write_text(json.dumps(GOOD), encoding='utf-8')
    assert read_spec(str(tmp_path)) == parse_spec(GOOD)


def test_check_onnx_takes_the_network_of_the_contract_and_no_other(tmp_path):
    contract = parse_spec(changed('sha256', hashlib.sha256(b'network').hexdigest()))
    with pytest.raises(SpecError, match='cannot read .*model.onnx'):
        check_onnx(str(tmp_path), contract)
    (tmp_path / 'model.onnx').write_bytes(b'network')
    assert check_onnx(str(tmp_path), contract) == str(tmp_path / 'model.onnx')
    (tmp_path / 'model.onnx').write_bytes(b'another')
    with pytest.raises(SpecError, match='expected sha256 {}, got {}'.format(
            contract.sha256, hashlib.sha256(b'another').hexdigest())):
        check_onnx(str(tmp_path), contract)
