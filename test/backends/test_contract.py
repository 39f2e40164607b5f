# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One contract for all backends: on the same frames the same faces, to a pixel and 0.002 of score.

Held against ONNX Runtime on the CPU, with which a model is exported. Not covered: speed, other precisions than fp32.
"""
import cv2
import numpy as np
import pytest
from shared_data import ROOT, SHARED

from face_perception.api import make_detector
from face_perception.backends import BACKENDS, BackendOptions, BackendUnavailable, open_backend
from face_perception.core.preprocess import preprocess
from face_perception.models.spec import DetectionSpec, read_spec

MODELS = [path.parent for path in sorted((ROOT / 'models').glob('*/model.json'))
          if isinstance(read_spec(str(path.parent)), DetectionSpec)]
BOX, SCORE = 1.0, 2e-3      # pixels of the frame, and of the score
OTHERS = sorted(set(BACKENDS) - {'onnxruntime', 'fake'})


def frames():
    """Return {name: (height, width, 3) uint8 BGR}: our own pictures in several shapes, and shared ones where there are."""
    picture = cv2.imread(str(ROOT / 'models' / 'slim_320' / 'reference.png'))
    found = {'blank': np.full((48, 64, 3), 127, np.uint8), 'reference': picture,
             'larger': cv2.resize(picture, (1280, 720), interpolation=cv2.INTER_CUBIC),
             'demo': cv2.imread(str(ROOT / 'docs' / 'images' / 'demo.png'))}
    for source in ('caltech', 'fddb', 'icartoon', 'masks', 'simpsons', 'objects'):
        for path in sorted(SHARED.glob('data/faces/{}/*.jpg'.format(source)))[:40:20]:
            found[path.name] = cv2.imread(str(path))
    return found


FRAMES = frames()


def open_or_skip(name, folder, spec, batch=1):
    try:
        return open_backend(name, str(folder), spec, BackendOptions(
            device='cpu' if name == 'onnxruntime' else 'auto', batch=batch))
    except BackendUnavailable as error:
        return pytest.skip(str(error))


@pytest.fixture(scope='module', params=MODELS, ids=lambda folder: folder.name)
def expected(request):
    """(model folder, {frame: (outputs, faces)}) by ONNX Runtime."""
    return request.param, look('onnxruntime', request.param)


def look(name, folder):
    spec = read_spec(str(folder))
    backend = open_or_skip(name, folder, spec)
    answers = {}
    with make_detector(spec, backend) as detector:
        for frame, image in FRAMES.items():
            answers[frame] = detector.detect(image)
    return answers


def test_there_are_faces_to_compare(expected):
    _, answers = expected
    assert len(answers['blank']) == 0 and len(answers['reference']) >= 2


@pytest.mark.parametrize('name', OTHERS)
def test_the_same_faces(name, expected, request):
    if name == 'tensorrt':
        request.getfixturevalue('gpu_or_fake')
    folder, answers = expected
    found = look(name, folder)
    for frame, faces in answers.items():
        other = found[frame]
        assert other.labels.tolist() == faces.labels.tolist(), frame
        np.testing.assert_allclose(other.scores, faces.scores, atol=SCORE, rtol=0, err_msg=frame)
        np.testing.assert_allclose(other.boxes, faces.boxes, atol=BOX, rtol=0, err_msg=frame)


LANDMARKS = [path.parent for path in sorted((ROOT / 'models').glob('*/model.json'))
             if not isinstance(read_spec(str(path.parent)), DetectionSpec)]


@pytest.mark.parametrize('folder', LANDMARKS, ids=lambda folder: folder.name)
@pytest.mark.parametrize('batch', [1, 8])
def test_opencv_finds_the_same_points(folder, batch):
    if tuple(map(int, cv2.__version__.split('.')[:2])) < (4, 5):
        pytest.skip('older OpenCVs do not enlarge maps as this network wants')
    spec = read_spec(str(folder))
    size = (spec.input.width, spec.input.height)
    # Parts of a picture with a face each, so that points are where they belong.
    crops = [preprocess(FRAMES['reference'][top:top + 160, left:left + 130], spec.input)[0][0]
             for top in (30, 40) for left in (15, 20, 100, 110)][:batch]
    tensor = np.stack(crops)
    answers = {}
    for name in ('onnxruntime', 'opencv_dnn'):
        backend = open_or_skip(name, folder, spec, batch)
        answers[name] = backend.run(tensor)['points']
        backend.close()
    points, expected = answers['opencv_dnn'], answers['onnxruntime']
    np.testing.assert_allclose(points[..., :2] * size, expected[..., :2] * size, atol=BOX, rtol=0)
    np.testing.assert_allclose(points[..., 2], expected[..., 2], atol=SCORE, rtol=0)
