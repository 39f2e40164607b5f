# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Turned pictures: boxes follow their faces, and recall counts what is seen."""
import cv2
import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_training.data.sample import Sample
from face_training.tilt import tilt_recall, turn


class Finder:
    """Finds the bounds of all white pixels, exactly."""

    def detect(self, image):
        ys, xs = np.nonzero(image[:, :, 0] > 200)
        if not len(xs):
            return Detections.empty()
        return Detections([[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]], [0.9], ['human'])


class Blind:
    def detect(self, image):
        return Detections.empty()


def disc(width=160, height=120, centre=(50, 40), radius=20):
    image = np.zeros((height, width, 3), np.uint8)
    cv2.circle(image, centre, radius, (255, 255, 255), -1)
    box = [[centre[0] - radius, centre[1] - radius, centre[0] + radius + 1, centre[1] + radius + 1]]
    return image, np.array(box, np.float32)


def test_a_picture_without_faces_turns_too():
    turned, boxes = turn(np.zeros((20, 30, 3), np.uint8), np.zeros((0, 4), np.float32), 90)
    assert turned.shape == (30, 20, 3) and boxes.shape == (0, 4)


@pytest.mark.parametrize('degrees', [0, 15, -30, 45, 90, 180])
def test_a_box_follows_its_face(degrees):
    turned, boxes = turn(*disc(), degrees)
    found = Finder().detect(turned).boxes
    assert np.abs(found - boxes).max() <= 1.5


def test_recall_is_the_share_of_faces_seen(tmp_path):
    image, boxes = disc()
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    sample = Sample(tmp_path / 'a.png', 160, 120, 'drawn', boxes, np.array([0]))
    tiny = Sample(tmp_path / 'a.png', 160, 120, 'tiny', boxes * 0.05, np.array([0]))
    nobody = Sample(tmp_path / 'a.png', 160, 120, 'drawn', np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
    assert tilt_recall(Blind(), [], [0]) == {}
    assert tilt_recall(Finder(), [sample, tiny, nobody], [0, 30]) == {
        'tilt_recall/0': 1.0, 'tilt_recall/0/drawn': 1.0, 'tilt_recall/30': 1.0, 'tilt_recall/30/drawn': 1.0}
    assert tilt_recall(Blind(), [sample], [15]) == {'tilt_recall/15': 0.0, 'tilt_recall/15/drawn': 0.0}
