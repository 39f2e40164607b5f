# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The overlay: every box in its own place, readable at any size."""
import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_perception.core.drawing import colour_of, draw_detections, draw_faces, draw_points
from face_perception.core.landmarks import Landmarks


def grey(width, height):
    return np.full((height, width, 3), 60, np.uint8)


def test_no_faces_leave_the_image_as_it_was():
    image = grey(64, 48)
    assert draw_detections(image, Detections.empty()) is image
    assert (image == 60).all()


def test_two_faces_are_each_drawn_with_their_own_box_and_colour():
    image = grey(640, 480)
    draw_detections(image, Detections([[50, 100, 150, 250], [400, 200, 600, 300]], [0.9, 0.6],
                                      ['human', 'cartoon']))
    for x, y, label in ((50, 200, 'human'), (149, 200, 'human'), (100, 249, 'human'),
                        (400, 250, 'cartoon'), (599, 250, 'cartoon'), (500, 299, 'cartoon')):
        assert tuple(image[y, x]) == colour_of(label), (x, y)
    for x, y in ((100, 200), (500, 250), (300, 400)):  # inside the boxes and outside
        assert tuple(image[y, x]) == (60, 60, 60)


def test_the_better_face_is_drawn_on_top():
    image = grey(640, 480)
    draw_detections(image, Detections([[100, 100, 300, 300], [100, 100, 300, 300]], [0.9, 0.6],
                                      ['human', 'cartoon']))
    assert tuple(image[200, 100]) == colour_of('human')


@pytest.mark.parametrize('width, height', [(1, 1), (7, 5), (2000, 100), (100, 2000), (4000, 3000)])
@pytest.mark.parametrize('part', [(0, 0, 1, 1), (0.5, 0.5, 1, 1)])
def test_any_size_can_be_drawn_on(width, height, part):
    image = grey(width, height)
    box = np.array(part) * [width, height, width, height]
    draw_detections(image, Detections([box], [0.5], ['human'], [7]))
    assert (image != 60).any()


def test_the_name_stays_inside_a_large_image_at_every_corner():
    """The filled bar of the name is as large at the edges as in the middle."""
    def painted(x, y):
        image = grey(640, 480)
        draw_detections(image, Detections([[x, y, x + 2, y + 2]], [0.5], ['human']))
        return int((image != 60).any(axis=2).sum())

    middle = painted(300, 240)
    for x, y in ((0, 0), (638, 0), (0, 478), (638, 478)):
        assert abs(painted(x, y) - middle) <= 16, (x, y)  # of more than 1000; the box may lie under it


def test_a_colour_belongs_to_a_label_for_good():
    assert colour_of('human') != colour_of('cartoon')
    assert colour_of('cat') == (115, 158, 0)  # from the name alone, so that two processes agree


def test_a_read_only_image_is_refused():
    image = grey(64, 48)
    image.flags.writeable = False
    with pytest.raises(ValueError, match='read-only'):
        draw_detections(image, Detections([[0, 0, 10, 10]], [0.5], ['human']))


def test_no_points_change_nothing():
    np.testing.assert_array_equal(draw_points(grey(64, 48), np.zeros((0, 2), np.float32)), grey(64, 48))
    nowhere = Landmarks.empty(('nose',), 2).points.reshape(-1, 2)
    np.testing.assert_array_equal(draw_points(grey(64, 48), nowhere), grey(64, 48))


def test_points_are_drawn_where_they_are_and_nowhere_else():
    image = draw_points(grey(640, 480), np.array([[100.4, 50.7], [600, 470]], np.float32))
    painted = np.argwhere((image != 60).any(axis=2))
    assert (image[50, 100] != 60).any() and (image[470, 600] != 60).any()
    distances = np.abs(painted[:, None] - [[50, 100], [470, 600]]).max(axis=2).min(axis=1)
    assert distances.max() <= 6 and 0.1 < (distances == 0).sum() <= 2


@pytest.mark.parametrize('x, y', [(-1, 5), (64, 5), (5, 48), (1e30, 5), (np.nan, 5), (5, np.inf)])
def test_points_outside_are_left_out(x, y):
    np.testing.assert_array_equal(draw_points(grey(64, 48), np.array([[x, y]])), grey(64, 48))


def test_faces_are_drawn_with_their_points():
    faces = Detections([[10, 10, 50, 40]], [0.5], ['human'])
    landmarks = Landmarks(('nose',), [[[30, 25]]], [[1]])
    boxes = draw_faces(grey(64, 48), faces)
    np.testing.assert_array_equal(boxes, draw_detections(grey(64, 48), faces))
    assert (draw_faces(grey(64, 48), faces, landmarks)[25, 30] != boxes[25, 30]).any()
    unsure = Landmarks(('nose',), [[[30, 25]]], [[0.4]])
    np.testing.assert_array_equal(draw_faces(grey(64, 48), faces, unsure), boxes)


def test_a_read_only_image_takes_no_points():
    image = grey(64, 48)
    image.flags.writeable = False
    with pytest.raises(ValueError, match='read-only'):
        draw_points(image, np.array([[3, 3]]))
