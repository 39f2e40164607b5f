# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception detect as a user runs it: real files, a real backend, exit statuses and streams."""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import blob_model
import cv2
import numpy as np
import pytest
from shared_data import shared

import face_perception.cli.detect
from face_perception.cli.main import main

RED, GREEN = (100, 50, 200, 180), (300, 300, 420, 400)


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return blob_model.write_blob_model(tmp_path_factory.mktemp('blobs'))


@pytest.fixture
def folder(tmp_path):
    """Two images, one of them without a face, in two folders."""
    (tmp_path / 'in' / 'sub').mkdir(parents=True)
    cv2.imwrite(str(tmp_path / 'in' / 'a.png'), blob_model.blob_image(640, 480, RED, GREEN))
    cv2.imwrite(str(tmp_path / 'in' / 'sub' / 'b.png'), blob_model.blob_image(2000, 100))
    return tmp_path / 'in'


def make_video(path, frames=20, width=64, height=48):
    """A red square that moves a pixel to the right with each frame."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'mp4v'), 10, (width, height))
    for number in range(frames):
        writer.write(blob_model.blob_image(width, height, red=(number % 40, 10, number % 40 + 16, 30)))
    writer.release()


def detect(model, tmp_path, *arguments):
    """Run with --json and return (exit status, the list written)."""
    out = tmp_path / 'out.json'
    status = main(['detect', '--model', model, '--json', str(out)] + [str(each) for each in arguments])
    return status, json.loads(out.read_text(encoding='utf-8'))


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


def test_originals_are_safe(model, folder, capsys):
    before = (folder / 'a.png').read_bytes()
    assert main(['detect', '--model', model, str(folder / 'a.png'), '--save-dir', str(folder)]) == 2
    assert 'would be overwritten' in capsys.readouterr().err
    assert (folder / 'a.png').read_bytes() == before


def test_a_copy_that_cannot_be_written_is_said_and_the_faces_kept(model, folder, tmp_path, capsys):
    (tmp_path / 'file').write_text('in the way')
    status, found = detect(model, tmp_path, folder / 'a.png', '--save-dir', tmp_path / 'file')
    assert status == 1 and len(found[0]['detections']) == 2
    assert 'no annotated copy' in capsys.readouterr().err


def test_a_list_that_cannot_be_written_is_said_before_the_work(model, folder, tmp_path, capsys):
    assert main(['detect', '--model', model, str(folder), '--json', str(tmp_path)]) == 2
    assert 'is a folder' in capsys.readouterr().err


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


def test_a_copy_whose_name_opencv_cannot_take_is_said(model, tmp_path, capsys):
    make_video(tmp_path / 'a.mp4')
    status, found = detect(model, tmp_path, tmp_path / 'a.mp4', '--save-dir', tmp_path / os.fsdecode(b'\xff'))
    assert status == 1 and len(found) == 20
    assert 'no annotated copy' in capsys.readouterr().err


def test_two_engine_threads_and_the_fake_engine(model, folder, tmp_path):
    assert detect(model, tmp_path, folder, '--threads', '2') == detect(model, tmp_path, folder)
    status, found = detect(model, tmp_path, folder, '--backend', 'fake')
    assert status == 0 and [each['detections'] for each in found] == [[], []]


def start(*arguments):
    return subprocess.Popen([sys.executable, '-m', 'face_perception.cli.main', 'detect'] + [
        str(each) for each in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize('signum, status', [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_work_keeps_a_valid_list(model, tmp_path, signum, status):
    make_video(tmp_path / 'long.mp4', frames=3000)
    out = tmp_path / 'out.json'
    process = start('--model', model, tmp_path / 'long.mp4', '--json', out, '--save-dir', tmp_path / 'seen')
    # The copy appears with the first frame.
    deadline = time.monotonic() + 60
    while not (tmp_path / 'seen').is_dir() or not os.listdir(str(tmp_path / 'seen')):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signum)
    _, words = process.communicate(timeout=60)
    assert process.returncode == status
    assert b'Traceback' not in words
    found = json.loads(out.read_text(encoding='utf-8'))
    assert 0 < len(found) < 3000
    assert [each['frame'] for each in found] == list(range(len(found)))
    capture = cv2.VideoCapture(str(tmp_path / 'seen' / 'long.mp4'))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == len(found)
    assert sorted(os.listdir(str(tmp_path))) == ['long.mp4', 'out.json', 'seen']


@pytest.mark.parametrize('step', ['count_images', 'say'])
def test_an_interrupt_before_the_first_image_leaves_no_half_list(model, folder, tmp_path, monkeypatch, step):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    # Two moments that no signal hits for sure: while films are counted, and while a missing input is said.
    monkeypatch.setattr(face_perception.cli.detect, step, interrupted)
    out = tmp_path / 'out' / 'list.json'
    inputs = [str(folder), str(tmp_path / 'missing')]
    assert main(['detect', '--model', model, '--json', str(out)] + inputs) == 130
    left = [path.name for path in out.parent.glob('*')]
    assert left == {'count_images': [], 'say': ['list.json']}[step]


def test_a_reader_that_goes_away_ends_it_quietly(model, tmp_path):
    make_video(tmp_path / 'long.mp4', frames=3000)
    process = start('--model', model, tmp_path / 'long.mp4')
    assert process.stdout.readline().startswith(str(tmp_path).encode())
    process.stdout.close()
    words = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert words == b''


def test_json_on_stdout_is_only_json(model, folder):
    process = start('--model', model, folder, '--json', '-')
    out, words = process.communicate(timeout=60)
    assert process.returncode == 0 and words == b''
    assert len(json.loads(out.decode())) == 2


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
