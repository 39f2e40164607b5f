# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""face-perception record with a fake camera: a process that is not mocked, its files and its exit status."""
import os
import signal
import subprocess
import sys
import time

import cv2
import pytest

from face_perception.cli.main import main


def record(folder, *arguments):
    return main(['record', str(folder), '--width', '320', '--height', '240'] + list(arguments))


def test_a_camera_without_frames_is_status_1(tmp_path, capsys):
    (tmp_path / 'empty').mkdir()
    assert record(tmp_path / 'out', '--camera', str(tmp_path / 'empty')) == 1
    assert '0 pictures' in capsys.readouterr().out and not (tmp_path / 'out').exists()


def test_two_recordings_lie_side_by_side(tmp_path, capsys):
    assert record(tmp_path, '--camera', 'fake://', '--every', '0.05', '--count', '2', '--scene', 'kitchen') == 0
    assert record(tmp_path, '--camera', 'fake://', '--every', '0.05', '--count', '3', '--scene', 'hall') == 0
    names = sorted(os.listdir(str(tmp_path)))
    assert [name.split('__')[0] for name in names] == ['hall'] * 3 + ['kitchen'] * 2
    assert cv2.imread(str(tmp_path / names[0])).shape == (240, 320, 3)
    assert '3 pictures' in capsys.readouterr().out


def test_pictures_are_seconds_apart(tmp_path):
    """The fake camera has 30 frames a second: 12 of them are 0.4 s."""
    assert record(tmp_path, '--camera', 'fake://?frames=12', '--every', '0.15') == 0
    assert len(os.listdir(str(tmp_path))) == 3


@pytest.mark.parametrize('arguments, status, words', [
    (['--camera', '/dev/none'], 1, '/dev/none'), (['--camera', 'fake://?lost_after=1', '--every', '9'], 1, '1 pictures'),
    (['--scene', '../x'], 2, '--scene is the beginning of file names')])
def test_what_is_wrong_is_said(tmp_path, capsys, arguments, status, words):
    assert record(tmp_path / 'out', *arguments) == status
    said = capsys.readouterr()
    assert words in said.err + said.out


def test_ctrl_c_ends_it_in_peace(tmp_path):
    process = subprocess.Popen([sys.executable, '-m', 'face_perception.cli.main', 'record', str(tmp_path / 'out'),
                                '--camera', 'fake://', '--every', '0.05'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end and not (tmp_path / 'out').exists():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0 and b'Traceback' not in err
    assert '{} pictures'.format(len(os.listdir(str(tmp_path / 'out')))) in out.decode()
