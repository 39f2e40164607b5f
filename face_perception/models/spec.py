# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reads and checks model.json: all that the runtime knows about a network, beside the network itself.

A model is a folder with a model.json and the ONNX files that it names. Nothing is guessed: every key must
be there (`proof` and `extras` may be left out), and no other key may. What a later version wants to add
without breaking this one goes into `extras`, which is not read (docs/adr/0010-schema-2.md).
"""

import hashlib
import json
import os
from typing import Any, Dict, NamedTuple, Tuple, Union

from face_perception.core.defaults import PRECISIONS
from face_perception.core.detector import Thresholds
from face_perception.core.files import open_regular
from face_perception.core.preprocess import RESIZES, InputSpec
from face_perception.models import checks, schema1
from face_perception.models.checks import SpecError, demand

__all__ = ['DETECT', 'LANDMARKS', 'DetectionSpec', 'FileSpec', 'LandmarkSpec', 'ModelSpec', 'SPEC_FILE',
           'SpecError', 'check_file', 'parse_spec', 'read_spec']

SCHEMA = 2
SPEC_FILE = 'model.json'
DETECT, LANDMARKS = 'detect', 'landmarks'


class FileSpec(NamedTuple):
    """One network file of a model."""

    path: str       # name of a file in the model folder
    sha256: str     # of its content, lower-case hex
    batch: int      # images of one run


class DetectionSpec(NamedTuple):
    """The checked model.json of a face detector: boxes (N, K, 4) and scores (N, K, labels)."""

    name: str
    input: InputSpec
    labels: Tuple[str, ...]         # in the order of the columns of the scores, no background
    files: Dict[str, FileSpec]      # key as in model.json: fp32, int8, fp32_batch4, ...
    defaults: Thresholds
    smallest_face: float            # side in input pixels that the model was made for
    largest_face: float
    proof: Dict[str, Any]           # figures, commands and the reference picture
    outputs: Dict[str, str]         # role -> name of the output tensor

    @property
    def task(self) -> str:
        """What the model does."""
        return DETECT


class LandmarkSpec(NamedTuple):
    """The checked model.json of a landmark network: points (N, points, 3), x and y in 0..1 of the crop, score.

    A crop is cut from a face box (x1, y1, x2, y2) in source pixels: the box is grown by crop_margin of its width to the
    left and right and by crop_margin of its height above and below, then made a square around its centre, with the longer
    side: side = max(width, height) * (1 + 2 * crop_margin). The square is stretched over the input, edge to edge, so that
    x = left + x' * side for a point x' of the network; what lies outside of the image is input.pad.

    Rows run as `points`, from the subject's own view: right_eye is on the left of an unmirrored image. A score is 0..1.
    """

    name: str
    input: InputSpec
    points: Tuple[str, ...]         # in the order of the rows
    files: Dict[str, FileSpec]      # as above
    crop_margin: float              # added to each side of a face box before it is cut out, as a share of its size
    smallest_face: float            # side in source pixels that the model was made for
    largest_face: float
    proof: Dict[str, Any]
    outputs: Dict[str, str]

    @property
    def task(self) -> str:
        """What the model does."""
        return LANDMARKS


ModelSpec = Union[DetectionSpec, LandmarkSpec]


def read_spec(folder: str) -> ModelSpec:
    """Read the model.json of a model folder.

    Raises:
        SpecError: there is none, it is not JSON, or it breaks a rule; the message says which.
    """
    path = os.path.join(folder, SPEC_FILE)
    try:
        with open_regular(path) as opened:
            data = json.loads(opened.read().decode('utf-8-sig'))    # some editors write a byte order mark
    except OSError as error:
        raise SpecError('cannot read {}: {}'.format(path, error.strerror)) from error
    except RecursionError as error:
        raise SpecError('{} is nested too deeply'.format(path)) from error
    except ValueError as error:
        raise SpecError('{} is not JSON: {}'.format(path, error)) from error
    try:
        return parse_spec(data)
    except SpecError as error:
        raise SpecError('{}: {}'.format(path, error)) from error


def parse_spec(data: Any) -> ModelSpec:
    """Check the parsed JSON of a model.json, of schema 2 or 1; raises SpecError."""
    demand(isinstance(data, dict), 'the file', 'an object', data)
    # The schema first: with another one, messages about single keys would mislead.
    schema = data.get('schema')
    demand(schema in (1, SCHEMA) and not isinstance(schema, bool), 'schema', '1 or 2', schema)
    outputs = None      # in schema 2 the names of tensors are the roles themselves
    if schema == 1:
        data, outputs = schema1.upgrade(data)
    task = checks.choice('task', data.get('task'), (DETECT, LANDMARKS))
    common = ['schema', 'name', 'task', 'input', 'files', 'smallest_face', 'largest_face']
    own = ['labels', 'defaults'] if task == DETECT else ['points', 'crop_margin']
    checks.check_keys('the file', data, common + own, optional=['proof', 'extras'])
    name, input_spec = checks.text('name', data['name']), _parse_input(data['input'])
    files = _parse_files(data['files'])
    smallest = checks.number('smallest_face', data['smallest_face'], above=0)
    largest = checks.number('largest_face', data['largest_face'], at_least=smallest)
    proof = data.get('proof', {})
    demand(isinstance(proof, dict), 'proof', 'an object', proof)
    if task == LANDMARKS:
        return LandmarkSpec(
            name=name, input=input_spec, points=checks.point_names('points', data['points']), files=files,
            crop_margin=checks.number('crop_margin', data['crop_margin'], at_least=0, at_most=4),
            smallest_face=smallest, largest_face=largest, proof=proof, outputs=outputs or {'points': 'points'})
    return DetectionSpec(
        name=name, input=input_spec, labels=checks.unique_texts('labels', data['labels']), files=files,
        defaults=_parse_defaults(data['defaults']), smallest_face=smallest, largest_face=largest, proof=proof,
        outputs=outputs or {'boxes': 'boxes', 'scores': 'scores'})


def choose_file(spec: ModelSpec, precision: str = 'fp32', batch: int = 1) -> FileSpec:
    """Return the network file of a precision and batch; raises SpecError where there is none."""
    for key, entry in spec.files.items():
        if key.split('_')[0] == precision and entry.batch == batch:
            return entry
    raise SpecError('{}: no network file of precision {} for batches of {}; there are {}'.format(
        spec.name, precision, batch, ', '.join('{} (batch {})'.format(key, entry.batch)
                                               for key, entry in sorted(spec.files.items()))))


def check_file(folder: str, expected: FileSpec) -> str:
    """Return the path of a network file after comparing its sha256 with the specification's.

    Raises:
        SpecError: the file cannot be read, or it is another file than the specification speaks of.
    """
    path = os.path.join(folder, expected.path)
    digest = hashlib.sha256()
    first = b''
    try:
        with open_regular(path) as opened:
            for block in iter(lambda: opened.read(1 << 20), b''):
                first = first or block[:64]
                digest.update(block)
    except OSError as error:
        raise SpecError('cannot read {}: {}'.format(path, error.strerror)) from error
    if digest.hexdigest() != expected.sha256:
        if first.startswith(b'version https://git-lfs'):
            raise SpecError('{} is a Git LFS pointer, not the network itself; fetch it with: git lfs pull'.format(
                path))
        raise SpecError(
            '{} is not the network its {} was written for: expected sha256 {}, got {}; take both files from '
            'one export'.format(path, SPEC_FILE, expected.sha256, digest.hexdigest()))
    return path


def _parse_input(data: Any) -> InputSpec:
    checks.check_keys('input', data, [field for field in InputSpec._fields if field != 'name'],
                      optional=['name'])
    scale = checks.three('input.scale', data['scale'])
    demand(0 not in scale, 'input.scale', 'no zero', data['scale'])
    return InputSpec(
        width=checks.whole('input.width', data['width']), height=checks.whole('input.height', data['height']),
        colour=checks.choice('input.colour', data['colour'], ('rgb', 'bgr')),
        mean=checks.three('input.mean', data['mean']), scale=scale,
        resize=checks.choice('input.resize', data['resize'], RESIZES),
        pad=checks.number('input.pad', data['pad'], at_least=0, at_most=255),
        name=checks.text('input.name', data.get('name', 'image')))


def _parse_files(data: Any) -> Dict[str, FileSpec]:
    demand(isinstance(data, dict) and len(data) > 0, 'files', 'an object with one network file or more', data)
    files = {}
    for key, value in data.items():
        where = 'files.{}'.format(key if str(key).isprintable() else repr(key))
        checks.check_keys(where, value, FileSpec._fields)
        entry = FileSpec(checks.file_name(where + '.path', value['path']),
                         checks.sha256_text(where + '.sha256', value['sha256']),
                         checks.whole(where + '.batch', value['batch']))
        known = [precision if entry.batch == 1 else '{}_batch{}'.format(precision, entry.batch)
                 for precision in PRECISIONS]
        demand(key in known, where, 'a key out of {} for batches of {}'.format(', '.join(known), entry.batch),
               key)
        files[key] = entry
    return files


def _parse_defaults(data: Any) -> Thresholds:
    checks.check_keys('defaults', data, Thresholds._fields)
    return Thresholds(checks.number('defaults.score_threshold', data['score_threshold'], 0, 1),
                      checks.number('defaults.nms_threshold', data['nms_threshold'], 0, 1),
                      checks.whole('defaults.max_faces', data['max_faces']))
