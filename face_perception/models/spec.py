# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and checks model.json: all that the runtime knows about a network, beside the network itself.

A model is a folder with `model.onnx` and `model.json`. Nothing is guessed: every key below must be there
(`proof` may be left out), and no other key may.
"""

import hashlib
import json
import math
import os
from typing import Any, Dict, NamedTuple, Optional, Tuple

SCHEMA = 1
SPEC_FILE = 'model.json'
ONNX_FILE = 'model.onnx'

# The roles of the output tensors of each task. The names within a task are 'labels' or 'points'.
ROLES = {'detect': ('boxes', 'scores'), 'landmarks': ('points',)}


class SpecError(ValueError):
    """A model folder whose contract is missing, broken or does not fit its network."""


class InputSpec(NamedTuple):
    """What the network takes: (1, 3, height, width) float32, each value (pixel - mean) * scale."""

    name: str                            # of the input tensor
    width: int                           # pixels
    height: int                          # pixels
    colour: str                          # order of the channels, 'rgb' or 'bgr'
    mean: Tuple[float, float, float]     # in that order, unit of a pixel (0..255)
    scale: Tuple[float, float, float]    # in that order
    resize: str                          # 'stretch' to the size, or 'letterbox': keep the aspect, centred
    pad: float                           # pixel value around a letterboxed image, 0..255


class Defaults(NamedTuple):
    """What a detector uses unless told otherwise."""

    score_threshold: float   # 0..1
    nms_threshold: float     # IoU, 0..1
    max_faces: int           # of one image


class ModelSpec(NamedTuple):
    """The checked content of a model.json."""

    name: str
    task: str                      # 'detect' or 'landmarks'
    input: InputSpec
    outputs: Dict[str, str]        # role -> name of the output tensor
    labels: Tuple[str, ...]        # task detect: in the order of the scores' columns, no background
    points: Tuple[str, ...]        # task landmarks: in the order of the points
    defaults: Optional[Defaults]   # task detect
    smallest_face: float           # side in input pixels that the model was made for
    largest_face: float
    sha256: str                    # of model.onnx, lower-case hex
    proof: Dict[str, Any]          # figures and golden boxes; free in form


def read_spec(folder):
    """Read the model.json of a model folder and return its ModelSpec.

    :raises SpecError: there is none, it is not JSON, or it breaks a rule; the message says which.
    """
    path = os.path.join(folder, SPEC_FILE)
    try:
        with open(path, encoding='utf-8') as file:
            data = json.load(file)
    except OSError as error:
        raise SpecError('cannot read {}: {}'.format(path, error.strerror)) from error
    except ValueError as error:
        raise SpecError('{} is not JSON: {}'.format(path, error)) from error
    try:
        return parse_spec(data)
    except SpecError as error:
        raise SpecError('{}: {}'.format(path, error)) from error


def parse_spec(data):
    """Check the parsed JSON of a model.json and return its ModelSpec; raises SpecError."""
    _demand(isinstance(data, dict), 'the file', 'an object', data)
    # The schema first: with another one, complaints about single keys would mislead.
    schema = data.get('schema')
    _demand(schema == SCHEMA and not isinstance(schema, bool), 'schema', SCHEMA, schema)
    task = data.get('task')
    _demand(isinstance(task, str) and task in ROLES, 'task', ' or '.join(sorted(ROLES)), task)

    detects = task == 'detect'
    names = 'labels' if detects else 'points'
    needed = ['schema', 'name', 'task', 'input', 'outputs', names, 'smallest_face', 'largest_face', 'sha256']
    _check_keys('', data, needed + (['defaults'] if detects else []), optional=['proof'])
    smallest = _number('smallest_face', data['smallest_face'], above=0)
    sha256 = data['sha256']
    _demand(isinstance(sha256, str) and len(sha256) == 64 and set(sha256) <= set('0123456789abcdef'),
            'sha256', '64 lower-case hexadecimal digits', sha256)
    proof = data.get('proof', {})
    _demand(isinstance(proof, dict), 'proof', 'an object', proof)
    return ModelSpec(
        name=_text('name', data['name']), task=task, input=_parse_input(data['input']),
        outputs=_parse_outputs(data['outputs'], ROLES[task]),
        labels=_unique_texts('labels', data['labels']) if detects else (),
        points=() if detects else _unique_texts('points', data['points']),
        defaults=_parse_defaults(data['defaults']) if detects else None,
        smallest_face=smallest, largest_face=_number('largest_face', data['largest_face'], at_least=smallest),
        sha256=sha256, proof=proof)


def check_onnx(folder, contract):
    """Return the path of the folder's model.onnx after comparing its sha256 with the contract's.

    :raises SpecError: the file cannot be read, or it is another file than the contract speaks of.
    """
    path = os.path.join(folder, ONNX_FILE)
    digest = hashlib.sha256()
    try:
        with open(path, 'rb') as file:
            for block in iter(lambda: file.read(1 << 20), b''):
                digest.update(block)
    except OSError as error:
        raise SpecError('cannot read {}: {}'.format(path, error.strerror)) from error
    if digest.hexdigest() != contract.sha256:
        raise SpecError(
            '{} is not the network its {} was written for: expected sha256 {}, got {}; take both files from '
            'one export'.format(path, SPEC_FILE, contract.sha256, digest.hexdigest()))
    return path


def _parse_input(data):
    _check_keys('input', data, InputSpec._fields)
    _demand(data['colour'] in ('rgb', 'bgr'), 'input.colour', 'rgb or bgr', data['colour'])
    _demand(data['resize'] in ('stretch', 'letterbox'), 'input.resize', 'stretch or letterbox',
            data['resize'])
    scale = _three('input.scale', data['scale'])
    _demand(0 not in scale, 'input.scale', 'no zero', data['scale'])
    return InputSpec(
        name=_text('input.name', data['name']), width=_whole('input.width', data['width']),
        height=_whole('input.height', data['height']), colour=data['colour'],
        mean=_three('input.mean', data['mean']), scale=scale, resize=data['resize'],
        pad=_number('input.pad', data['pad'], at_least=0, at_most=255))


def _parse_outputs(data, roles):
    _check_keys('outputs', data, roles)
    _unique_texts('outputs', list(data.values()))
    return dict(data)


def _parse_defaults(data):
    _check_keys('defaults', data, Defaults._fields)
    return Defaults(score_threshold=_number('defaults.score_threshold', data['score_threshold'], 0, 1),
                    nms_threshold=_number('defaults.nms_threshold', data['nms_threshold'], 0, 1),
                    max_faces=_whole('defaults.max_faces', data['max_faces']))


def _demand(holds, where, expected, got):
    if not holds:
        raise SpecError('{}: expected {}, got {!r}'.format(where, expected, got))


def _check_keys(where, data, needed, optional=()):
    _demand(isinstance(data, dict), where, 'an object', data)
    place = where or 'the file'
    missing = [key for key in needed if key not in data]
    if missing:
        raise SpecError('{}: missing {}'.format(place, ', '.join(missing)))
    unknown = sorted(set(data) - set(needed) - set(optional))
    if unknown:
        raise SpecError('{}: unknown {}; known are {}'.format(
            place, ', '.join(unknown), ', '.join(list(needed) + list(optional))))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _number(where, value, at_least=None, at_most=None, above=None):
    bounds = [(at_least, 'of {} or more'), (at_most, 'of {} or less'), (above, 'above {}')]
    limits = [words.format(bound) for bound, words in bounds if bound is not None]
    holds = (_is_number(value) and (at_least is None or value >= at_least)
             and (at_most is None or value <= at_most) and (above is None or value > above))
    _demand(holds, where, 'a number ' + ' and '.join(limits), value)
    return float(value)


def _whole(where, value):
    _demand(isinstance(value, int) and not isinstance(value, bool) and value >= 1, where,
            'a whole number of 1 or more', value)
    return value


def _three(where, value):
    _demand(isinstance(value, list) and len(value) == 3 and all(_is_number(item) for item in value), where,
            'three numbers', value)
    return tuple(float(item) for item in value)


def _text(where, value):
    _demand(isinstance(value, str) and value.strip() == value != '', where, 'a text', value)
    return value


def _unique_texts(where, value):
    _demand(isinstance(value, list) and len(value) > 0 and len(set(map(str, value))) == len(value), where,
            'a list of different texts', value)
    return tuple(_text(where, item) for item in value)
