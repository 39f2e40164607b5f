# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""model.json: what a good model.json gives, and that every broken one is refused with words that help."""
import copy
import hashlib
import json
import pathlib

import pytest

from face_perception.models.spec import (
    DetectionSpec,
    FileSpec,
    LandmarkSpec,
    SpecError,
    check_file,
    choose_file,
    parse_spec,
    read_spec,
)

SHIPPED_0_1_0 = pathlib.Path(__file__).parent / 'model_0_1_0.json'
FILES = {'fp32': {'path': 'model.onnx', 'sha256': 'ab' * 32, 'batch': 1},
         'int8_batch4': {'path': 'model_int8_batch4.onnx', 'sha256': 'cd' * 32, 'batch': 4}}
GOOD = {
    'schema': 2, 'name': 'slim_320', 'task': 'detect',
    'input': {'width': 320, 'height': 240, 'colour': 'rgb', 'mean': [127, 127.5, 128],
              'scale': [0.0078125, 1, 2], 'resize': 'stretch', 'pad': 0},
    'labels': ['human', 'cartoon'], 'files': FILES,
    'defaults': {'score_threshold': 0.5, 'nms_threshold': 0.4, 'max_faces': 100},
    'smallest_face': 10, 'largest_face': 240, 'proof': {'anything': [1]}}


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


def landmarks(**changes):
    """Return the model.json of a landmark network."""
    data = {key: value for key, value in copy.deepcopy(GOOD).items() if key not in ('labels', 'defaults')}
    data.update(task='landmarks', points=['right_eye', 'nose'], crop_margin=0.3)
    return dict(data, **changes)


def test_an_empty_object():
    with pytest.raises(SpecError, match='schema: expected 1 or 2, got None'):
        parse_spec({})


def test_a_good_detector():
    spec = parse_spec(GOOD)
    assert isinstance(spec, DetectionSpec)
    assert (spec.name, spec.task, spec.labels) == ('slim_320', 'detect', ('human', 'cartoon'))
    assert (spec.input.width, spec.input.height, spec.input.name) == (320, 240, 'image')
    assert spec.input.mean == (127.0, 127.5, 128.0) and spec.input.scale == (0.0078125, 1.0, 2.0)
    assert spec.outputs == {'boxes': 'boxes', 'scores': 'scores'}
    assert spec.defaults == (0.5, 0.4, 100)
    assert (spec.smallest_face, spec.largest_face) == (10, 240)
    assert spec.proof == {'anything': [1]}


def test_each_file_has_its_precision_and_batch():
    spec = parse_spec(GOOD)
    assert choose_file(spec) == FileSpec('model.onnx', 'ab' * 32, 1)
    assert choose_file(spec, 'int8', 4).path == 'model_int8_batch4.onnx'
    with pytest.raises(SpecError, match=r'no network file of precision int8 for batches of 1; there are '
                                        r'fp32 \(batch 1\), int8_batch4 \(batch 4\)'):
        choose_file(spec, 'int8')


def test_proof_may_be_left_out():
    assert parse_spec(changed('proof', del_key)).proof == {}


def test_a_later_version_may_add_keys_below_extras_alone():
    assert parse_spec(dict(GOOD, extras={'gaze': {'degrees': 20}})) == parse_spec(GOOD)
    with pytest.raises(SpecError, match="unknown 'gaze'"):
        parse_spec(dict(GOOD, gaze={'degrees': 20}))


def test_landmarks_have_points_and_a_margin_and_no_thresholds():
    spec = parse_spec(landmarks())
    assert isinstance(spec, LandmarkSpec)
    assert (spec.task, spec.points, spec.crop_margin) == ('landmarks', ('right_eye', 'nose'), 0.3)
    assert spec.outputs == {'points': 'points'}


@pytest.mark.parametrize('points, words', [
    ([], 'points: expected a list of different texts'),
    (['nose', 'nose'], 'points: expected a list of different texts'),
    ([(1, 2)], 'points: expected a text'),                  # passed once, as the text of a tuple
    (['(1, 2)'], 'points: expected names of points like right_eye .*, got .\\(1, 2\\).'),
    (['Nose'], 'lower-case'),                               # two names that differ by case alone confuse people
    (['left eye'], 'names of points'),                      # keys of JSON and of message fields
])
def test_point_names_are_checked(points, words):
    with pytest.raises(SpecError, match=words):
        parse_spec(landmarks(points=points))


def test_the_model_shipped_with_0_1_0_still_reads():
    """Schema 1, field by field."""
    data = json.loads(SHIPPED_0_1_0.read_text(encoding='utf-8'))
    spec = parse_spec(data)
    assert isinstance(spec, DetectionSpec)
    assert (spec.name, spec.task, spec.labels) == ('slim_320', 'detect', ('human', 'cartoon'))
    assert spec.input == (320, 240, 'rgb', (127.0,) * 3, (0.0078125,) * 3, 'stretch', 127.0, 'image')
    assert spec.files == {'fp32': FileSpec('model.onnx', data['sha256'], 1)}
    assert spec.outputs == {'boxes': 'boxes', 'scores': 'scores'}
    assert spec.defaults == (data['defaults']['score_threshold'], data['defaults']['nms_threshold'],
                             data['defaults']['max_faces'])
    assert (spec.smallest_face, spec.largest_face) == (data['smallest_face'], data['largest_face'])
    assert spec.proof['reference'] == data['proof']['golden']
    assert spec.proof['figures'] == data['proof']['figures']


@pytest.mark.parametrize('key, value, words', [
    ('outputs', {'boxes': 'b', 'scores': 'b'}, 'outputs: expected a list of different texts'),
    ('outputs', {'boxes': 'b'}, 'outputs: missing scores'),
    ('sha256', 'AB' * 32, 'sha256: expected 64 lower-case hexadecimal digits'),
    ('files', {}, "unknown 'files'"),                       # of schema 2
])
def test_a_broken_schema_1_is_refused(key, value, words):
    data = json.loads(SHIPPED_0_1_0.read_text(encoding='utf-8'))
    with pytest.raises(SpecError, match=words):
        parse_spec(dict(data, **{key: value}))


def test_schema_1_may_name_its_tensors():
    data = json.loads(SHIPPED_0_1_0.read_text(encoding='utf-8'))
    data.update(outputs={'boxes': 'the_boxes', 'scores': 'the_scores'})
    data['input']['name'] = 'pixels'
    spec = parse_spec(data)
    assert spec.outputs == {'boxes': 'the_boxes', 'scores': 'the_scores'} and spec.input.name == 'pixels'


@pytest.mark.parametrize('path, value, words', [
    ('schema', 3, 'schema: expected 1 or 2, got 3'),
    ('schema', True, 'schema: expected 1 or 2, got True'),
    ('task', 'segment', "task: expected detect or landmarks, got 'segment'"),
    ('task', ['detect'], 'task: expected'),
    ('colour', 'rgb', "the file: unknown 'colour'; known are schema, name"),
    ('input.color', 'rgb', "input: unknown 'color'; known are width"),
    ('defaults.iou', 0.4, "defaults: unknown 'iou'"),
    ('points', ['nose'], "the file: unknown 'points'"),
    ('labels', del_key, 'the file: missing labels'),
    ('input.mean', del_key, 'input: missing mean'),
    ('input', [], r'input: expected an object, got \[\]'),
    ('defaults', None, 'defaults: expected an object, got None'),
    ('name', '', "name: expected a text of printable characters, got ''"),
    ('name', 7, 'name: expected a text of printable characters, got 7'),
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
    ('labels', [], 'labels: expected a list of different texts'),
    ('labels', ['human', 'human'], 'labels: expected a list of different texts'),
    ('labels', 'human', 'labels: expected a list'),
    ('labels', ['human', 3], 'labels: expected a text of printable characters, got 3'),
    ('labels', ['human', 'cartoon '], "labels: expected a text of printable characters, got 'cartoon '"),
    ('defaults.score_threshold', 1.5,
     'defaults.score_threshold: expected a number of 0 or more and of 1 or less, got 1.5'),
    ('defaults.nms_threshold', '0.4', 'defaults.nms_threshold'),
    ('defaults.max_faces', 0, 'defaults.max_faces'),
    ('smallest_face', 0, 'smallest_face: expected a number above 0, got 0'),
    ('largest_face', 9, 'largest_face: expected a number of 10.0 or more, got 9'),
    ('labels', ['human', 'a\x1b[2J'], 'labels: expected a text of printable'),     # would clear a terminal
    ('files', {}, 'files: expected an object with one network file or more'),
    ('files.fp32.sha256', 'AB' * 32, 'files.fp32.sha256: expected 64 lower-case hexadecimal digits'),
    ('files.fp32.path', '../model.onnx', 'files.fp32.path: expected the name of a file in the model folder'),
    ('files.fp32.batch', 2, 'files.fp32: expected a key out of fp32_batch2'),
    ('files.fp64', dict(FILES['fp32']), 'files.fp64: expected a key out of fp32, fp16, int8'),
    ('files.fp32.size', 1, "files.fp32: unknown 'size'"),
    ('input.width', 10 ** 400, 'input.width: expected a whole number'),             # JSON knows no largest number
    ('smallest_face', 10 ** 400, 'smallest_face: expected a number'),
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
    (b'[' * 100000, 'nested too deeply'),
    (json.dumps(changed('schema', 3)).encode(), 'model.json: schema: expected 1 or 2, got 3')])
def test_a_broken_file_is_named(tmp_path, content, words):
    (tmp_path / 'model.json').write_bytes(content)
    with pytest.raises(SpecError, match=words) as caught:
        read_spec(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_a_good_file_reads_as_it_parses(tmp_path):
    (tmp_path / 'model.json').write_text(json.dumps(GOOD), encoding='utf-8')
    assert read_spec(str(tmp_path)) == parse_spec(GOOD)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / 'model.json').write_text(json.dumps(GOOD), encoding='utf-8-sig')
    assert read_spec(str(tmp_path)) == parse_spec(GOOD)


def test_check_file_takes_the_network_of_the_specification_and_no_other(tmp_path):
    file = FileSpec('model.onnx', hashlib.sha256(b'network').hexdigest(), 1)
    with pytest.raises(SpecError, match='cannot read .*model.onnx'):
        check_file(str(tmp_path), file)
    (tmp_path / 'model.onnx').write_bytes(b'network')
    assert check_file(str(tmp_path), file) == str(tmp_path / 'model.onnx')
    (tmp_path / 'model.onnx').write_bytes(b'another')
    with pytest.raises(SpecError, match='expected sha256 {}, got {}'.format(
            file.sha256, hashlib.sha256(b'another').hexdigest())):
        check_file(str(tmp_path), file)
    (tmp_path / 'model.onnx').write_bytes(b'version https://git-lfs.github.com/spec/v1\noid sha256:1\n')
    with pytest.raises(SpecError, match='is a Git LFS pointer, not the network itself; .* git lfs pull'):
        check_file(str(tmp_path), file)
