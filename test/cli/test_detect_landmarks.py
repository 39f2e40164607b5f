# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception detect --landmarks: the points of each face beside it, in source pixels."""
import blob_model
import cv2
import numpy as np
import point_model
import pytest
from detect_runs import GREEN, RED, detect, make_video

from face_perception.cli.main import main

EYE = (150, 90)     # of the human, who is red all over but for a yellow spot, the right corner of the mouth


@pytest.fixture(scope='module')
def points(tmp_path_factory):
    """A landmark model without a margin: a red or green face has its eye, of that colour, in the middle."""
    return point_model.write_point_model(tmp_path_factory.mktemp('dots'), margin=0)


@pytest.fixture
def picture(tmp_path):
    image = blob_model.blob_image(640, 480, RED, GREEN)
    cv2.circle(image, EYE, 6, point_model.COLOURS['mouth_right'], cv2.FILLED)
    cv2.imwrite(str(tmp_path / 'a.png'), image)
    return tmp_path / 'a.png'


def test_an_image_without_faces(model, points, tmp_path):
    cv2.imwrite(str(tmp_path / 'none.png'), blob_model.blob_image(64, 48))
    status, found = detect(model, tmp_path, tmp_path / 'none.png', '--landmarks', '--landmark-model', points)
    assert status == 0 and found[0]['detections'] == []


def test_without_the_option_nothing_is_said_of_points(model, picture, tmp_path):
    _, found = detect(model, tmp_path, picture)
    assert all('landmarks' not in face for face in found[0]['detections'])


def test_two_faces_one_of_which_gets_points(model, points, picture, tmp_path):
    status, found = detect(model, tmp_path, picture, '--landmarks', '--landmark-model', points)
    human, cartoon = found[0]['detections']
    assert status == 0 and (human['label'], cartoon['label']) == ('human', 'cartoon')
    assert list(human['landmarks']) == list(point_model.NAMES)
    x, y, score = human['landmarks']['mouth_right']
    assert (x, y) == (pytest.approx(EYE[0] + 0.5, abs=2), pytest.approx(EYE[1] + 0.5, abs=2)) and score == 1
    assert human['landmarks']['nose'][2] == 0
    assert cartoon['landmarks'] is None      # drawn faces are not asked for by default


def test_other_labels(model, points, picture, tmp_path):
    for labels, who in [('cartoon', [False, True]), ('human,cartoon', [True, True]), ('*', [True, True])]:
        _, found = detect(model, tmp_path, picture, '--landmarks', '--landmark-model', points, '--landmark-labels', labels)
        assert [face['landmarks'] is not None for face in found[0]['detections']] == who


def test_words_and_copies_show_the_points(model, points, picture, tmp_path, capsys):
    arguments = ['detect', '--model', model, str(picture), '--landmarks', '--landmark-model', points,
                 '--save-dir', str(tmp_path / 'out')]
    assert main(arguments) == 0
    assert ' at 100 50 100 130 (right_eye ' in capsys.readouterr().out
    with_points = cv2.imread(str(tmp_path / 'out' / 'a.png'))
    assert main([word for word in arguments if word != '--landmarks']) == 0
    changed = np.argwhere((with_points != cv2.imread(str(tmp_path / 'out' / 'a.png'))).any(axis=2))
    assert len(changed) and (abs(changed - [EYE[1], EYE[0]]) <= 12).all(axis=1).any()


def test_videos_too(model, points, tmp_path):
    make_video(tmp_path / 'film.mp4', frames=4)
    status, found = detect(model, tmp_path, tmp_path / 'film.mp4', '--landmarks', '--landmark-model', points,
                           '--save-dir', tmp_path / 'out')
    assert status == 0 and len(found) == 4
    assert all(face['landmarks'] for image in found for face in image['detections'] if face['label'] == 'human')


def test_a_detector_in_its_place_is_refused(model, picture, capsys):
    assert main(['detect', '--model', model, str(picture), '--landmarks', '--landmark-model', model]) == 2
    assert "expected a model of the task 'landmarks'" in capsys.readouterr().err
