# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Drawn faces with known points."""
import json

import cv2
import numpy as np
import pytest


def draw_face(rng, size=96):
    """Return (picture BGR, points (5, 2) of both eyes, nose and corners of the mouth, box left top width height)."""
    picture = np.full((size, size, 3), rng.integers(0, 60, 3), np.uint8)
    width, height = rng.uniform(36, 46), rng.uniform(46, 56)
    centre = np.array([size / 2, size / 2]) + rng.uniform(-6, 6, 2)
    share = np.array([[-0.22, -0.15], [0.22, -0.15], [rng.uniform(-0.05, 0.05), 0.08], [-0.16, 0.27], [0.16, 0.27]])
    points = centre + share * [width, height]
    cv2.ellipse(picture, tuple(int(v) for v in centre), (int(width / 2), int(height / 2)), 0, 0, 360, (150, 180, 230), -1)
    for eye in points[:2]:
        cv2.circle(picture, tuple(int(round(v)) for v in eye), 4, (250, 250, 250), -1)
        cv2.circle(picture, tuple(int(round(v)) for v in eye), 2, (30, 30, 30), -1)
    cv2.circle(picture, tuple(int(round(v)) for v in points[2]), 3, (90, 110, 190), -1)
    cv2.line(picture, *(tuple(int(round(v)) for v in point) for point in points[3:]), (60, 60, 200), 3)
    return picture, points, [*(centre - np.array([width, height]) / 2), width, height]


def write_faces(folder, count, seed=0):
    """Write drawn faces and their COCO keypoints json; return the path of the json."""
    rng = np.random.default_rng(seed)
    images, annotations = [], []
    for number in range(1, count + 1):
        picture, points, box = draw_face(rng)
        cv2.imwrite(str(folder / f'{number:03}.png'), picture)
        images.append({'id': number, 'file_name': f'{number:03}.png', 'width': 96, 'height': 96, 'group': str(number)})
        annotations.append({'id': number, 'image_id': number, 'category_id': 1, 'bbox': [float(v) for v in box],
                            'keypoints': [float(v) for x, y in points for v in (x, y, 2)],
                            'attributes': {'pose': 3 if number % 2 else 2}})
    names = ['right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left']
    path = folder / 'faces.json'
    path.write_text(json.dumps({'images': images, 'annotations': annotations,
                                'categories': [{'id': 1, 'name': 'human_face', 'keypoints': names}]}))
    return path


@pytest.fixture(scope='session')
def drawn_faces(tmp_path_factory):
    """The COCO keypoints json of 24 drawn faces."""
    return write_faces(tmp_path_factory.mktemp('faces'), 24)
