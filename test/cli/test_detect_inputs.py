# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What face-perception detect takes, and what it says of what it does not take."""
import json
import os
import shutil
import subprocess
import sys

import blob_model
import cv2
import numpy as np
import pytest
from detect_runs import GREEN, RED, detect, make_video
from shared_data import shared

from face_perception.cli.main import main


def test_broken_files_are_each_said_once_and_the_others_kept(model, folder, tmp_path, capfd):
    (folder / 'broken.jpg').write_bytes(b'no image')
    (folder / 'empty.png').write_bytes(b'')
    (folder / 'film.mp4').write_bytes(b'no film')
    status, found = detect(model, tmp_path, folder, tmp_path / 'missing.jpg')
    assert status == 1
    assert [os.path.basename(each['file']) for each in found] == ['a.png', 'b.png']
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith('face-perception: ')]
    assert len(lines) == 4
    for name in ('broken.jpg', 'empty.png', 'film.mp4', 'missing.jpg'):
        assert sum(name in line for line in lines) == 1


def test_a_video_gives_an_entry_a_frame(model, tmp_path):
    make_video(tmp_path / 'a.mp4')
    status, found = detect(model, tmp_path, tmp_path / 'a.mp4')
    assert status == 0
    assert [(each['file'], each['frame']) for each in found] == [
        (str(tmp_path / 'a.mp4'), number) for number in range(20)]
    for number, each in enumerate(found):
        assert (each['width'], each['height']) == (64, 48)
        assert np.allclose(each['detections'][0]['bbox'], [number, 10, 16, 20], atol=2)


def test_a_cut_off_video_gives_the_frames_it_has(model, tmp_path, capfd):
    whole = shared('data', 'video', 'human_webcam_carphone.mp4')
    path = tmp_path / 'cut.mp4'
    shutil.copy(str(whole), str(path))
    _, everything = detect(model, tmp_path, path)
    # Its index lies in front; without it no player can begin.
    os.truncate(str(path), int(0.6 * os.path.getsize(str(path))))
    status, found = detect(model, tmp_path, path)
    if not found:
        pytest.skip('the index of this film lies at its end')
    assert status == 1 and 0 < len(found) < len(everything)
    words = 'the video ends after {} of {} frames'.format(len(found), len(everything))
    assert words in capfd.readouterr().err


def test_originals_are_safe(model, folder, capsys):
    before = (folder / 'a.png').read_bytes()
    assert main(['detect', '--model', model, str(folder / 'a.png'), '--save-dir', str(folder)]) == 2
    assert 'would be overwritten' in capsys.readouterr().err
    assert (folder / 'a.png').read_bytes() == before


@pytest.mark.parametrize('name', ['ö ü.png', os.fsdecode(b'\xff.png'), 'new\nline.png'])
def test_names_of_any_bytes(model, folder, tmp_path, name, capsys):
    path = str(tmp_path / name)
    shutil.copy(str(folder / 'a.png'), path)
    status, found = detect(model, tmp_path, path, '--save-dir', tmp_path / 'seen')
    assert status == 0 and [each['file'] for each in found] == [path]
    assert os.listdir(str(tmp_path / 'seen')) == [name]
    assert main(['detect', '--model', model, path]) == 0
    assert 'human 0.90' in capsys.readouterr().out


@pytest.mark.parametrize('ending', [b'.mp4', b''])
def test_a_film_whose_name_opencv_cannot_take_is_said(model, tmp_path, ending, capsys):
    path = str(tmp_path / os.fsdecode(b'\xff' + ending))
    make_video(tmp_path / 'a.mp4')
    os.rename(str(tmp_path / 'a.mp4'), path)
    assert detect(model, tmp_path, path) == (1, [])
    assert capsys.readouterr().err.count('\n') == 1


def test_a_pipe_and_a_file_of_the_system_are_refused_and_the_others_looked_at(model, folder, tmp_path, capfd):
    os.mkfifo(str(tmp_path / 'pipe.jpg'))
    status, found = detect(model, tmp_path, tmp_path / 'pipe.jpg', '/proc/self/mem', folder / 'a.png')
    assert status == 1 and len(found) == 1
    words = capfd.readouterr().err
    assert 'pipe.jpg: it is a named pipe, not a file' in words and '/proc/self/mem: it belongs to the system' in words


def test_a_picture_on_stdin(model, folder, tmp_path):
    out = tmp_path / 'out.json'
    with open(str(folder / 'a.png'), 'rb') as picture:
        status = subprocess.call([sys.executable, '-m', 'face_perception.cli.main', 'detect', '--model', model,
                                  '/dev/stdin', '--json', str(out)], stdin=picture)
    assert status == 0 and len(json.loads(out.read_text())[0]['detections']) == 2


def test_all_pages_of_a_tiff_are_looked_at(model, tmp_path):
    pages = [blob_model.blob_image(640, 480, *blobs) for blobs in ((RED,), (), (RED, GREEN))]
    assert cv2.imwritemulti(str(tmp_path / 'a.tif'), pages)
    status, found = detect(model, tmp_path, tmp_path / 'a.tif')
    assert status == 0
    assert [(each['page'], len(each['detections'])) for each in found] == [(0, 1), (1, 0), (2, 2)]


def test_a_picture_above_the_limit_is_refused(model, folder, tmp_path, capfd):
    status, found = detect(model, tmp_path, folder, '--max-megapixels', '0.25')
    assert status == 1 and [os.path.basename(each['file']) for each in found] == ['b.png']
    assert '640 x 480 pixels, more than the limit of 0.25 megapixels' in capfd.readouterr().err


def test_a_video_with_a_colon_in_its_name(model, tmp_path, monkeypatch):
    make_video(tmp_path / 'cam1:front.mp4')
    monkeypatch.chdir(tmp_path)
    assert len(detect(model, tmp_path, 'cam1:front.mp4')[1]) == 20
