# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Every format on small files made here."""
import json

import cv2
import numpy as np
import pytest

from face_training.data.structure import DataError
from face_training.landmarks.faces import LEFT_EYE, MOUTH, MOUTH_LEFT, NOSE, RIGHT_EYE
from face_training.landmarks.readers import read_faces

FIVE = [[10, 20], [30, 22], [20, 30], [12, 40], [28, 42]]


def test_an_empty_folder_and_a_missing_file_are_one_sentence(tmp_path):
    with pytest.raises(DataError, match='holds no .pts file'):
        read_faces(tmp_path)
    with pytest.raises(DataError, match='no such file'):
        read_faces(tmp_path / 'none.json')
    (tmp_path / 'faces.xml').write_text('')
    with pytest.raises(DataError, match='unknown format'):
        read_faces(tmp_path / 'faces.xml')


def test_mtfl_text(tmp_path):
    path = tmp_path / 'training.txt'
    path.write_text(' lfw_5590\\one.jpg 10 30 20 12 28 20 22 30 40 42 1 2 2 4\n\nnet/two.jpg 1 3 2 1 3 2 2 3 4 4\n')
    first, second = read_faces(path)
    assert first.path == tmp_path / 'lfw_5590' / 'one.jpg'
    np.testing.assert_allclose(first.points[:5], FIVE)
    np.testing.assert_allclose(first.points[MOUTH], [20, 41])
    assert (first.pose, second.pose) == (4, 0)
    assert first.labelled.all()
    np.testing.assert_allclose(second.points[LEFT_EYE], [3, 2])


@pytest.mark.parametrize('line', ['one.jpg 1 2 3', 'one.jpg 1 2 3 4 5 6 7 8 9 x', 'one.jpg 1 2 3 4 5 6 7 8 9 nan'])
def test_a_broken_line_of_mtfl_is_named(tmp_path, line):
    (tmp_path / 'training.txt').write_text('ok.jpg 1 3 2 1 3 2 2 3 4 4\n' + line)
    with pytest.raises(DataError, match='line 2'):
        read_faces(tmp_path / 'training.txt')


def coco(names, keypoints, **more):
    return {'images': [{'id': 1, 'file_name': 'a.jpg', 'width': 90, 'height': 80, 'group': 'someone'}],
            'annotations': [{'id': 1, 'image_id': 1, 'category_id': 1, 'keypoints': keypoints, **more}],
            'categories': [{'id': 1, 'name': 'face', 'keypoints': names}]}


def test_coco_keypoints_are_found_by_their_names(tmp_path):
    """Another order, and a point without a label."""
    names = ['nose', 'left_eye', 'right_eye', 'mouth_left', 'mouth_right']
    values = [20, 30, 2, 30, 22, 2, 10, 20, 1, 0, 0, 0, 12, 40, 2]
    (tmp_path / 'a.json').write_text(json.dumps(coco(names, values, bbox=[5, 6, 30, 40], attributes={'pose': 2})))
    face, = read_faces(tmp_path / 'a.json')
    np.testing.assert_allclose(face.points[[RIGHT_EYE, LEFT_EYE, NOSE]], [[10, 20], [30, 22], [20, 30]])
    assert face.labelled.tolist() == [True, True, True, True, False, False]
    assert (face.points[MOUTH_LEFT] == 0).all()
    np.testing.assert_allclose(face.box, [5, 6, 35, 46])
    assert (face.group, face.pose) == ('someone', 2)


def test_coco_with_four_points_and_no_box(tmp_path):
    names = ['right_eye', 'left_eye', 'nose', 'mouth']
    (tmp_path / 'a.json').write_text(json.dumps(coco(names, [20, 30, 2, 40, 30, 2, 30, 40, 2, 30, 50, 2])))
    face, = read_faces(tmp_path / 'a.json')
    assert face.labelled.tolist() == [True, True, True, False, False, True]
    # s is 20: the eyes are as far apart as from the mouth.
    np.testing.assert_allclose(face.box, [30 - 0.8 - 20.3, 40 - 4.4 - 26, 30 - 0.8 + 20.3, 40 - 4.4 + 26], atol=1e-4)


@pytest.mark.parametrize(('change', 'said'), [
    (lambda c: c['annotations'][0].update(image_id=9), 'image 9'),
    (lambda c: c['annotations'][0].update(keypoints=[1, 2]), 'expected x, y, v'),
    (lambda c: c['annotations'][0].update(bbox=[1, 2, 0, 4]), 'no area'),
    (lambda c: c['categories'][0].update(keypoints=['tail']), 'expected right_eye')])
def test_what_is_wrong_in_coco_is_named(tmp_path, change, said):
    content = coco(['right_eye', 'left_eye', 'nose', 'mouth'], [20, 30, 2, 40, 30, 2, 30, 40, 2, 30, 50, 2])
    change(content)
    (tmp_path / 'a.json').write_text(json.dumps(content))
    with pytest.raises(DataError, match=said):
        read_faces(tmp_path / 'a.json')


def test_four_points_of_caltech(tmp_path):
    order = ['left_eye_in_image', 'right_eye_in_image', 'nose', 'mouth_center']
    rows = [[10, 20, 30, 22, 20, 30, 20, 41], [50, 20, 60, 20, 55, 25, 55, 30]]
    (tmp_path / 'points.json').write_text(json.dumps({'order': order, 'images': {'b.jpg': rows}}))
    first, second = read_faces(tmp_path / 'points.json')
    np.testing.assert_allclose(first.points[[RIGHT_EYE, LEFT_EYE, NOSE, MOUTH]], [[10, 20], [30, 22], [20, 30], [20, 41]])
    assert first.labelled.tolist() == second.labelled.tolist() == [True, True, True, False, False, True]
    assert first.path == second.path
    (tmp_path / 'points.json').write_text(json.dumps({'order': order[::-1], 'images': {}}))
    with pytest.raises(DataError, match='expected "order"'):
        read_faces(tmp_path / 'points.json')


def points68():
    """68 points of which those that count stand at places of their own: the eyes around (10, 20) and (30, 22)."""
    points = np.full((68, 2), 15.0)
    around = np.array([[-3, 0], [-1, -1], [1, -1], [3, 0], [1, 1], [-1, 1]])
    points[36:42], points[42:48] = around + [10, 20], around + [30, 22]
    points[30], points[48], points[54] = FIVE[2:]
    return points


def test_pts_files_count_from_one_and_lie_beside_their_pictures(tmp_path):
    text = '\n'.join(f'{x + 1} {y + 1}' for x, y in points68())
    (tmp_path / 'b.pts').write_text(f'version: 1\nn_points: 68\n{{\n{text}\n}}\n')
    with pytest.raises(DataError, match='no picture'):
        read_faces(tmp_path)
    cv2.imwrite(str(tmp_path / 'b.png'), np.zeros((60, 50, 3), np.uint8))
    face, = read_faces(tmp_path)
    assert face.path == tmp_path / 'b.png'
    np.testing.assert_allclose(face.points[:5], FIVE)
    np.testing.assert_allclose(face.box, [7, 15, 33, 42])
    (tmp_path / 'b.pts').write_text('{ 1 2 }')
    with pytest.raises(DataError, match='68 lines'):
        read_faces(tmp_path)


def test_csv(tmp_path):
    row = ','.join(str(v) for v in points68().reshape(-1))
    (tmp_path / 'faces.csv').write_text(f'file,x0,y0\nc.jpg,{row}\n')
    face, = read_faces(tmp_path / 'faces.csv')
    np.testing.assert_allclose(face.points[:5], FIVE)
    (tmp_path / 'faces.csv').write_text('file\nc.jpg,1,2\n')
    with pytest.raises(DataError, match='line 2'):
        read_faces(tmp_path / 'faces.csv')
