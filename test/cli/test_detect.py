# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception detect as a user runs it: what it finds and writes, and its exit status."""
import json
import os

import blob_model
import cv2
import numpy as np
from detect_runs import GREEN, RED, detect, make_video

import face_perception.cli.detect
from face_perception.cli.main import main


def test_an_empty_folder_is_said_and_gives_an_empty_list(model, tmp_path, capsys):
    (tmp_path / 'none').mkdir()
    assert detect(model, tmp_path, tmp_path / 'none') == (1, [])
    assert 'no image or video in this folder' in capsys.readouterr().err


def test_two_images(model, folder, tmp_path, capsys):
    status, found = detect(model, tmp_path, folder)
    assert status == 0
    assert found == [
        {'file': str(folder / 'a.png'), 'width': 640, 'height': 480, 'detections': [
            {'label': 'human', 'score': 0.9, 'bbox': [100, 50, 100, 130]},
            {'label': 'cartoon', 'score': 0.8, 'bbox': [300, 300, 120, 100]}]},
        {'file': str(folder / 'sub' / 'b.png'), 'width': 2000, 'height': 100, 'detections': []}]
    assert capsys.readouterr() == ('', '')


def test_without_json_there_is_a_line_an_image(model, folder, capsys):
    assert main(['detect', '--model', model, str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        '{}: 640 x 480, human 0.90 at 100 50 100 130; cartoon 0.80 at 300 300 120 100'.format(
            folder / 'a.png'),
        '{}: 2000 x 100, no face'.format(folder / 'sub' / 'b.png')]


def test_the_score_threshold(model, folder, tmp_path):
    for threshold, faces in (('.95', 0), ('.85', 1), ('.01', 2)):
        _, found = detect(model, tmp_path, folder / 'a.png', '--score-threshold', threshold)
        assert len(found[0]['detections']) == faces


def test_max_faces(model, folder, tmp_path):
    _, found = detect(model, tmp_path, folder / 'a.png', '--max-faces', '1')
    assert [face['label'] for face in found[0]['detections']] == ['human']


def test_a_low_threshold_is_not_cut_by_the_models_own_max_faces(tmp_path):
    own = blob_model.write_blob_model(tmp_path / 'one')
    data = json.loads((tmp_path / 'one' / 'model.json').read_text(encoding='utf-8'))
    data['defaults']['max_faces'] = 1
    blob_model.write_spec(own, data)
    cv2.imwrite(str(tmp_path / 'a.png'), blob_model.blob_image(640, 480, RED, GREEN))
    _, found = detect(own, tmp_path, tmp_path / 'a.png', '--score-threshold', '0.01')
    assert len(found[0]['detections']) == 2


def test_annotated_copies(model, folder, tmp_path):
    make_video(folder / 'c.mp4')
    before = (folder / 'a.png').read_bytes()
    out = folder / 'seen'
    assert main(['detect', '--model', model, str(folder), '--save-dir', str(out)]) == 0
    copies = [path.relative_to(out).as_posix() for path in out.rglob('*.*')]
    assert sorted(copies) == ['a.png', 'c.mp4', 'sub/b.png']
    assert (folder / 'a.png').read_bytes() == before
    drawn = cv2.imread(str(out / 'a.png')).astype(int)
    assert drawn.shape == (480, 640, 3)
    assert abs(drawn - cv2.imread(str(folder / 'a.png'))).max() > 50
    # A second run does not take the copies for inputs.
    status, found = detect(model, tmp_path, folder, '--save-dir', out)
    assert status == 0 and len(found) == 22


def test_a_copy_that_cannot_be_written_is_said_and_the_faces_kept(model, folder, tmp_path, capsys):
    (tmp_path / 'out' / 'a.png').mkdir(parents=True)        # in the way
    status, found = detect(model, tmp_path, folder / 'a.png', '--save-dir', tmp_path / 'out')
    assert status == 1 and len(found[0]['detections']) == 2
    assert 'no annotated copy' in capsys.readouterr().err


def test_a_list_that_cannot_be_written_is_said_before_the_work(model, folder, tmp_path, capsys):
    assert main(['detect', '--model', model, str(folder), '--json', str(tmp_path)]) == 2
    assert 'is a folder' in capsys.readouterr().err


def test_a_copy_whose_name_opencv_cannot_take_is_said(model, tmp_path, capsys):
    make_video(tmp_path / 'a.mp4')
    status, found = detect(model, tmp_path, tmp_path / 'a.mp4', '--save-dir', tmp_path / os.fsdecode(b'\xff'))
    assert status == 1 and len(found) == 20
    assert 'no annotated copy' in capsys.readouterr().err


def test_two_engine_threads_and_the_fake_engine(model, folder, tmp_path):
    assert detect(model, tmp_path, folder, '--threads', '2') == detect(model, tmp_path, folder)
    status, found = detect(model, tmp_path, folder, '--backend', 'fake')
    assert status == 0 and [each['detections'] for each in found] == [[], []]


def test_tiles_and_letterbox(model, tmp_path):
    cv2.imwrite(str(tmp_path / 'wide.png'), blob_model.blob_image(1600, 400, (300, 100, 330, 140), (1200, 200, 1280, 320)))
    for options in ((), ('--resize', 'letterbox'), ('--tiles', '4'), ('--tiles', '2', '--resize', 'letterbox')):
        status, found = detect(model, tmp_path, tmp_path / 'wide.png', *options)
        boxes = sorted(each['bbox'] for each in found[0]['detections'])
        assert status == 0 and len(boxes) == 2
        assert np.abs(np.array(boxes) - [[300, 100, 30, 40], [1200, 200, 80, 120]]).max() <= 6, options


def test_a_crowd_beyond_the_rows_of_the_model_is_said(folder, tmp_path, capfd, monkeypatch):
    class Full(face_perception.cli.detect.FacePipeline):
        def process(self, frame):
            return super().process(frame)._replace(limited=True)

    monkeypatch.setattr(face_perception.cli.detect, 'FacePipeline', Full)
    status, found = detect(blob_model.write_blob_model(tmp_path / 'm'), tmp_path, folder / 'a.png')
    assert status == 0 and found[0]['limited'] is True
    assert 'faces may be missing; try --tiles' in capfd.readouterr().err
