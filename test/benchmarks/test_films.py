# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The table of films, on films whose faces are known."""
import json
import sys

import pytest

if sys.version_info < (3, 10):
    pytest.skip('benchmarks need Python 3.10', allow_module_level=True)
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

import cv2  # noqa: E402
from blob_model import blob_image, write_blob_model  # noqa: E402

from benchmarks import films  # noqa: E402

RED, GREEN = (10, 5, 40, 35), (60, 60, 100, 100)       # the model's human and cartoon


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return write_blob_model(tmp_path_factory.mktemp('blobs') / 'blobs')


def write_film(path, *frames):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), 10, (128, 128))
    for blobs in frames:
        writer.write(blob_image(128, 128, *blobs))
    writer.release()
    return str(path)


def test_no_films_and_no_model_are_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv('FACE_PERCEPTION_SHARED', str(tmp_path))
    assert films.main(['slim_320']) == 1
    assert 'name yours with --films' in capsys.readouterr().err
    film = write_film(tmp_path / 'a.avi', (RED,))
    assert films.main(['no_such_model', '--films', 'human=' + film]) == 1
    assert films.main(['slim_320', '--films', 'human=' + str(tmp_path / 'absent.avi')]) == 1


def test_right_and_wrong_labels_of_two_films(model, tmp_path, capsys):
    person = write_film(tmp_path / 'human_a.avi', (RED,), (RED, GREEN), (), (None, GREEN))
    drawing = write_film(tmp_path / 'cartoon_b.avi', (None, GREEN), (None, GREEN))
    out = tmp_path / 'out.json'
    assert films.main([str(model), '--every', '1', '--json', str(out),
                       '--films', 'human=' + person, 'cartoon=' + drawing]) == 0
    said = capsys.readouterr().out
    assert '| human_a | 0.50 (0.50) |' in said and '| cartoon_b | 1.00 (0.00) |' in said
    assert json.loads(out.read_text())[person] == {str(model): [0.5, 0.5]}
    assert films.main([str(model), '--every', '3', '--films', 'human=' + person]) == 0
    assert '| human_a | 0.50 (0.50) |' in capsys.readouterr().out       # the first and the last frame


def test_films_are_found_by_their_label(tmp_path):
    for name in ('human_a.mp4', 'cartoon_b.mp4', 'facefree_c.mp4'):
        (tmp_path / name).touch()
    assert films.films_of(tmp_path) == [
        ('human', str(tmp_path / 'human_a.mp4')), ('cartoon', str(tmp_path / 'cartoon_b.mp4'))]
