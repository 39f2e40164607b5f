# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception detect as a process: signals and streams."""
import json
import os
import signal
import subprocess
import sys
import time

import cv2
import pytest
from detect_runs import make_video

import face_perception.cli.detect
from face_perception.cli.main import main


def start(*arguments):
    return subprocess.Popen([sys.executable, '-m', 'face_perception.cli.main', 'detect', '--backend', 'onnxruntime'] + [
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
