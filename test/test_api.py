# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""open_detector and open_landmarks on real networks: boxes and points where the things are, at any size of image."""
import blob_model
import numpy as np
import point_model
import pytest

from face_perception.api import open_detector, open_landmarks
from face_perception.backends import BackendOptions
from face_perception.core.detections import Detections
from face_perception.models.spec import SpecError
from face_perception.models.store import ModelNotFound

# width, height, red blob, green blob
IMAGES = [
    (320, 240, (32, 24, 96, 120), (200, 100, 280, 200)),
    (640, 480, (100, 50, 200, 180), (300, 300, 420, 400)),
    (1280, 720, (0, 0, 160, 180), (1000, 540, 1280, 720)),
    (2000, 100, (1500, 20, 1700, 80), (10, 10, 100, 90)),
    (100, 2000, (20, 1500, 80, 1700), (5, 100, 95, 300)),
    (4000, 3000, (100, 200, 3000, 1500), (3100, 2000, 3900, 2900)),
    (7, 5, (0, 0, 3, 3), (4, 1, 7, 5)),
    (641, 479, (11, 13, 301, 207), (333, 251, 641, 479)),
]


@pytest.fixture(scope='module', params=[
    {}, {'colour': 'bgr'}, {'resize': 'letterbox'},
    {'width': 256, 'height': 256, 'resize': 'letterbox', 'pad': 114},
], ids=['stretch', 'bgr', 'letterbox', 'square'])
def detector(request, tmp_path_factory):
    folder = blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'), **request.param)
    with open_detector(folder) as opened:
        yield opened


def input_pixel(detector, width, height):
    """Return the size of one pixel of the network's input in source pixels: (across, down)."""
    spec = detector.input_spec
    if spec.resize == 'stretch':
        return width / spec.width, height / spec.height
    ratio = max(width / spec.width, height / spec.height)
    return ratio, ratio


def test_an_image_without_anything(detector):
    assert len(detector.detect(blob_model.blob_image(640, 480))) == 0


@pytest.mark.parametrize('width, height, red, green', IMAGES, ids=lambda value: str(value))
def test_boxes_lie_on_what_they_found(detector, width, height, red, green):
    """To one pixel of the network's input, the best it can know."""
    found = detector.detect(blob_model.blob_image(width, height, red, green))
    assert found.labels.tolist() == ['human', 'cartoon']
    np.testing.assert_allclose(found.scores, [0.9, 0.8], rtol=1e-5)
    across, down = input_pixel(detector, width, height)
    slack = np.array([across, down] * 2) * 1.01 + 1e-3
    assert (abs(found.boxes - [red, green]) <= slack).all(), found.boxes
    assert (found.boxes >= 0).all() and (found.boxes <= [width, height, width, height]).all()


@pytest.mark.parametrize('width, height', [(1, 1), (1, 3000), (3000, 1), (2, 1)])
def test_an_image_that_is_all_face(detector, width, height):
    found = detector.detect(blob_model.blob_image(width, height, red=(0, 0, width, height)))
    assert found.labels.tolist() == ['human']
    across, down = input_pixel(detector, width, height)
    assert (abs(found.boxes - [0, 0, width, height]) <= np.array([across, down] * 2) * 1.01).all()


def test_a_view_of_a_larger_image(detector):
    large = blob_model.blob_image(900, 700, red=(150, 170, 350, 420))
    found = detector.detect(large[100:580, 50:690])
    across, down = input_pixel(detector, 640, 480)
    assert (abs(found.boxes - [100, 70, 300, 320]) <= np.array([across, down] * 2) * 1.01 + 1e-3).all()


def test_options_reach_the_detector(tmp_path):
    folder = blob_model.write_blob_model(tmp_path)
    with open_detector(folder, options=BackendOptions(threads=2), score_threshold=0.85, nms_threshold=0.1,
                       max_faces=3) as opened:
        assert opened.thresholds == (0.85, 0.1, 3)
        found = opened.detect(blob_model.blob_image(640, 480, *IMAGES[1][2:]))
        assert found.labels.tolist() == ['human']


def test_a_model_is_found_by_name(tmp_path, monkeypatch):
    blob_model.write_blob_model(tmp_path / 'blobs')
    monkeypatch.setenv('FACE_PERCEPTION_MODELS', str(tmp_path))
    with open_detector('blobs', backend='fake') as opened:
        assert opened.labels == ('human', 'cartoon')
        assert len(opened.detect(blob_model.blob_image(64, 48, red=(0, 0, 64, 48)))) == 0


@pytest.mark.parametrize('arguments, error', [
    (dict(model='no_such_model'), ModelNotFound), (dict(backend='abacus'), ValueError),
    (dict(options=BackendOptions(threads=0)), ValueError), (dict(score_threshold=2), ValueError),
    (dict(max_faces=0), ValueError)])
def test_what_cannot_be_opened_says_so(tmp_path, arguments, error):
    with pytest.raises(error):
        open_detector(**dict({'model': blob_model.write_blob_model(tmp_path)}, **arguments))


def test_a_broken_specification_says_where(tmp_path):
    (tmp_path / 'model.json').write_text('{"schema": 3}')
    with pytest.raises(SpecError, match='model.json: schema: expected 1 or 2, got 3'):
        open_detector(tmp_path)


FACES = Detections([[40, 30, 140, 150], [250, -20, 420, 180], [500, 60, 560, 130]], [0.9, 0.8, 0.7],
                   ['human', 'cartoon', 'human'])


@pytest.fixture(scope='module', params=[dict(batches=(1,)), dict(batches=(1, 2)), dict(batches=(8,), margin=0)], ids=str)
def finder(request, tmp_path_factory):
    with open_landmarks(point_model.write_point_model(tmp_path_factory.mktemp('dots'), **request.param)) as opened:
        yield opened


def test_an_image_without_faces_has_no_points(finder):
    assert len(finder.find(blob_model.blob_image(640, 480), Detections.empty())) == 0


def test_points_of_different_faces_are_where_they_are_drawn(finder):
    image, drawn = point_model.face_image(600, 300, FACES.boxes)
    found = finder.find(image, FACES)
    assert found.names == point_model.NAMES and found.found.all()
    inside = (drawn[..., 1] > 12)[..., None]        # a point that the border of the picture cuts has another centre
    assert (abs(found.points - drawn) <= 2)[np.broadcast_to(inside, drawn.shape)].all()
    assert (found.scores > 0.99).all()


def test_points_need_a_landmark_model_and_faces_a_detector(tmp_path):
    detector, dots = blob_model.write_blob_model(tmp_path / 'a'), point_model.write_point_model(tmp_path / 'b')
    with pytest.raises(SpecError, match="expected a model of the task 'landmarks', got blobs of the task 'detect'"):
        open_landmarks(detector)
    with pytest.raises(SpecError, match="expected a model of the task 'detect', got dots of the task 'landmarks'"):
        open_detector(dots)
    with pytest.raises(ModelNotFound):
        open_landmarks('no_such_model')


def test_landmarks_without_a_network(tmp_path):
    with open_landmarks(point_model.write_point_model(tmp_path), backend='fake') as finder:
        assert (finder.find(blob_model.blob_image(64, 48), Detections([[0, 0, 9, 9]], [1], ['human'])).scores == 0).all()
