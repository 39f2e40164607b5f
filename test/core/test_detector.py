# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The detector: which rows of a network become faces, and where."""
import blob_model
import numpy as np
import pytest

from face_perception.api import make_detector, override
from face_perception.backends.fake import FakeBackend
from face_perception.core import boxes as box_math
from face_perception.core.detector import Detector, Thresholds, Timings
from face_perception.core.preprocess import InputSpec, preprocess
from face_perception.models.spec import SpecError, parse_spec

SPEC = parse_spec(blob_model.spec_data())
IMAGE = np.zeros((480, 640, 3), np.uint8)


def detector(boxes=(), scores=(), **thresholds):
    return make_detector(SPEC, FakeBackend(SPEC, boxes, scores), override(SPEC.defaults, **thresholds))


def test_no_rows_give_no_faces():
    found = detector().detect(IMAGE)
    assert len(found) == 0 and found.boxes.shape == (0, 4)


def test_two_rows_give_two_faces_best_first_in_source_pixels():
    found = detector([[0.1, 0.1, 0.2, 0.3], [0.5, 0.5, 0.75, 1]], [[0.6, 0.1], [0.05, 0.8]]).detect(IMAGE)
    assert found.labels.tolist() == ['cartoon', 'human']
    np.testing.assert_allclose(found.scores, [0.8, 0.6], rtol=1e-6)
    np.testing.assert_allclose(found.boxes, [[320, 240, 480, 480], [64, 48, 128, 144]], rtol=1e-5)
    assert found.ids is None


def test_a_score_of_just_the_threshold_counts():
    assert len(detector([[0, 0, 1, 1]], [[0.5, 0]]).detect(IMAGE)) == 1
    assert len(detector([[0, 0, 1, 1]], [[0.4999, 0]]).detect(IMAGE)) == 0


def test_suppression_is_per_label():
    same = [[0.1, 0.1, 0.5, 0.5]] * 3
    found = detector(same, [[0.9, 0], [0.8, 0], [0, 0.7]]).detect(IMAGE)
    assert list(zip(found.labels, found.scores.round(2))) == [('human', np.float32(0.9)),
                                                             ('cartoon', np.float32(0.7))]


def test_one_row_may_be_two_faces_when_both_labels_pass():
    found = detector([[0.1, 0.1, 0.5, 0.5]], [[0.55, 0.45]], score_threshold=0.4).detect(IMAGE)
    assert found.labels.tolist() == ['human', 'cartoon']


def test_thresholds_are_those_of_the_image_or_else_the_model_s():
    looking = detector([[0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.5, 0.45], [0.6, 0.6, 0.9, 0.9]],
                       [[0.9, 0], [0.8, 0], [0.3, 0]])
    assert looking.detect(IMAGE).scores.round(1).tolist() == np.float32([0.9]).tolist()
    assert len(looking.detect(IMAGE, Thresholds(0.3, 0.4, 100))) == 2
    assert len(looking.detect(IMAGE, Thresholds(0.3, 0.95, 100))) == 3
    best_two = looking.detect(IMAGE, Thresholds(0.3, 0.95, 2))
    assert best_two.scores.round(1).tolist() == np.float32([0.9, 0.8]).tolist()
    assert len(looking.detect(IMAGE)) == 1


def test_thresholds_default_to_the_model_s_and_zero_is_one():
    plain = detector()
    assert plain.thresholds == (0.5, 0.4, 100)
    assert plain.labels == ('human', 'cartoon') and plain.input_spec == SPEC.input
    assert detector(score_threshold=0, nms_threshold=0.0, max_faces=1).thresholds == (0, 0, 1)


def test_a_low_threshold_gives_the_full_ranked_list():
    """200 faces that do not touch, as a network with K = 200 gives them, all come back, ranked."""
    left, top = np.meshgrid(np.arange(20) / 20, np.arange(10) / 10)
    corners = np.stack([left, top, left + 0.04, top + 0.08], axis=-1).reshape(-1, 4)
    scores = np.random.RandomState(0).uniform(0.01, 1, (200, 2))
    found = detector(corners, scores, score_threshold=0.01, max_faces=1000).detect(IMAGE)
    assert len(found) == 400
    assert (np.diff(found.scores) <= 0).all()
    assert len(detector(corners, scores, score_threshold=0.01).detect(IMAGE)) == 100


def test_boxes_are_cut_to_the_image_and_those_without_area_are_dropped():
    corners = [[-0.5, -0.5, 0.5, 1.5], [1.1, 0.2, 1.4, 0.6], [0.5, 0.5, 0.5, 0.9], [0.9, 0.9, 0.8, 0.8]]
    found = detector(corners, [[0.9, 0], [0.8, 0], [0.7, 0], [0.6, 0]]).detect(IMAGE)
    assert found.boxes.tolist() == [[0, 0, 320, 480]]


@pytest.mark.parametrize('boxes, scores', [
    ([[np.nan, 0, 1, 1], [0, 0, 0.5, 0.5]], [[0.9, 0], [0.8, 0]]),
    ([[0, 0, 1, 1], [0, 0, 0.5, 0.5]], [[np.nan, np.nan], [0.8, 0]]),
])
def test_what_is_no_number_is_never_reported(boxes, scores):
    assert detector(boxes, scores).detect(IMAGE).boxes.tolist() == [[0, 0, 320, 240]]


def test_infinite_corners_are_cut():
    assert detector([[-np.inf, 0, np.inf, 1]], [[0.9, 0]]).detect(IMAGE).boxes.tolist() == [[0, 0, 640, 480]]


def test_a_box_is_the_mean_of_those_that_say_the_same_and_does_not_move_with_the_threshold():
    rows, scores = [[0.2, 0.2, 0.4, 0.4], [0.22, 0.2, 0.42, 0.4], [0.7, 0.7, 0.9, 0.9]], [[0.9, 0], [0.3, 0], [0.8, 0]]
    strict = detector(rows, scores, score_threshold=0.5).detect(IMAGE)
    loose = detector(rows, scores, score_threshold=0.1).detect(IMAGE)
    assert np.allclose(strict.boxes[0], [(0.2 + 0.02 / 4) * 640, 96, (0.4 + 0.02 / 4) * 640, 192], atol=1e-3)
    assert strict.boxes.tolist() == loose.boxes.tolist()


@pytest.mark.parametrize('seed', range(5))
def test_any_rows_keep_the_promises(seed):
    """Whatever comes out of a network: inside, ranked, one of a pile, at or above the threshold."""
    random = np.random.RandomState(seed)
    found = detector(random.uniform(-0.3, 1.3, (200, 4)), random.uniform(0, 1, (200, 2)),
                     score_threshold=0.3).detect(np.zeros((37, 911, 3), np.uint8))
    assert len(found) > 10
    assert (found.boxes >= 0).all() and (found.boxes <= [911, 37, 911, 37]).all()
    assert (box_math.area(found.boxes) > 0).all()
    assert (found.scores >= 0.3).all() and (np.diff(found.scores) <= 0).all()
    for label in ('human', 'cartoon'):
        same = found[found.labels == label]
        overlaps = box_math.iou(same.boxes, same.boxes)
        np.fill_diagonal(overlaps, 0)
        # Kept boxes overlap by 0.4 at most; the vote of others may then bring them a little nearer.
        assert overlaps.max() <= 0.6


@pytest.mark.parametrize('name', ['score_threshold', 'nms_threshold'])
@pytest.mark.parametrize('value', [-0.1, 1.1, float('nan'), '0.5', True, [0.5]])
def test_a_threshold_outside_is_refused_and_the_detector_stays_usable(name, value):
    looking = detector([[0, 0, 1, 1]], [[0.9, 0]])
    with pytest.raises(ValueError, match='{} must be a number from 0 to 1'.format(name)):
        looking.detect(IMAGE, looking.thresholds._replace(**{name: value}))
    assert len(looking.detect(IMAGE)) == 1
    with pytest.raises(ValueError, match=name):
        detector(**{name: value})


@pytest.mark.parametrize('value', [0, -1, 2.0, '3', True])
def test_max_faces_outside_is_refused(value):
    with pytest.raises(ValueError, match='max_faces must be a whole number of 1 or more'):
        detector(max_faces=value)


def test_a_bad_image_is_refused_and_the_next_good_one_answered():
    looking = detector([[0, 0, 1, 1]], [[0.9, 0]])
    for bad in (None, np.zeros((480, 640), np.uint8), np.zeros((0, 640, 3), np.uint8)):
        with pytest.raises(ValueError, match='expected an image'):
            looking.detect(bad)
    assert len(looking.detect(IMAGE)) == 1


def test_a_landmark_model_is_refused():
    data = blob_model.spec_data()
    del data['labels'], data['defaults']
    spec = parse_spec(dict(data, task='landmarks', points=['nose'], crop_margin=0))
    with pytest.raises(SpecError, match="of the task 'detect', got blobs of the task 'landmarks'"):
        make_detector(spec, FakeBackend(SPEC))


def test_timings_are_those_of_the_last_image():
    looking = detector()
    assert looking.timings == Timings(0, 0, 0)
    looking.warm_up()
    assert looking.timings == Timings(0, 0, 0)
    looking.detect(IMAGE)
    assert all(0 < seconds < 10 for seconds in looking.timings)


def test_a_backend_that_preprocesses_itself_gets_the_image_and_says_how_long_that_took():
    given = []

    def run_image(image, spec):
        given.append((image.shape, spec))
        outputs = {'boxes': np.array([[[0, 0.5, 0.5, 1]]], np.float32), 'scores': np.array([[[0.9]]], np.float32)}
        return outputs, preprocess(image, spec)[1], 0.25
    spec = InputSpec(32, 24, 'bgr', (0.0,) * 3, (1.0,) * 3, 'letterbox', 0.0)
    looks = Detector(spec, ['human'], None, Thresholds(0.5, 0.5, 10), run_image=run_image)
    # Letterboxed: a quarter of the input above the picture and one below it is empty.
    assert looks.detect(np.zeros((480, 1280, 3), np.uint8)).boxes.tolist() == [[0, 240, 640, 480]]
    assert given == [((480, 1280, 3), spec)]
    assert looks.timings.preprocess == 0.25 and looks.timings.inference < 0
    looks.tiles = 2
    looks.detect(np.zeros((480, 1280, 3), np.uint8))
    assert [shape for shape, _ in given[1:]] == [(480, 1280, 3), (480, 711, 3), (480, 711, 3)]
    assert looks.timings.preprocess == 0.75


def test_closing_closes_the_backend():
    with detector() as looking:
        looking.detect(IMAGE)
    looking.close()
    with pytest.raises(RuntimeError, match='closed'):
        looking.detect(IMAGE)


@pytest.mark.parametrize('rows, above, limited', [
    (0, 0, False), (30, 29, False), (30, 30, True),
    (5, 5, False),      # a network of so few rows fills them easily
])
def test_a_network_without_a_row_left_is_said(rows, above, limited):
    scores = np.full((1, rows, 1), 0.9, np.float32)
    scores[:, above:] = 0.1
    boxes = np.tile(np.float32([0.1, 0.1, 0.2, 0.2]), (1, rows, 1))
    full = Detector(InputSpec(32, 24, 'bgr', (0.0,) * 3, (1.0,) * 3, 'stretch', 0.0), ['human'],
                    lambda tensor: {'boxes': boxes, 'scores': scores}, Thresholds(0.5, 0.4, 9))
    full.detect(np.zeros((24, 32, 3), np.uint8))
    assert full.limited is limited
