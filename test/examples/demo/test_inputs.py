# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Input of every kind, and clear words where there is none."""
import cv2
import numpy as np
import pytest

from examples.demo.inputs import NoInput, read_input


def write_video(path, count, fps, width=64, height=48):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), fps, (width, height))
    for k in range(count):
        writer.write(np.full((height, width, 3), 2 * k, np.uint8))
    writer.release()
    return path


def test_an_empty_folder_and_what_does_not_exist_are_said(tmp_path):
    with pytest.raises(NoInput, match='no image or video in this folder'):
        list(read_input(str(tmp_path), 10))
    with pytest.raises(NoInput, match='no such file or folder'):
        list(read_input(str(tmp_path / 'nowhere.mp4'), 10))
    with pytest.raises(NoInput, match='There is no /dev/video99'):
        list(read_input('/dev/video99', 1))


def test_two_different_pictures_of_a_folder_come_in_order_and_a_broken_one_is_left_out(tmp_path, capsys):
    cv2.imwrite(str(tmp_path / 'b.png'), np.full((20, 30, 3), 7, np.uint8))
    (tmp_path / 'deeper').mkdir()
    cv2.imwrite(str(tmp_path / 'deeper' / 'c.JPG'), np.full((50, 10, 3), 200, np.uint8))
    (tmp_path / 'a.png').write_bytes(b'no picture')
    (tmp_path / 'notes.txt').write_text('no picture either')
    frames = list(read_input(str(tmp_path), 10))
    assert [at for at, _ in frames] == [0, 0.2]
    assert [image.shape for _, image in frames] == [(20, 30, 3), (50, 10, 3)]
    assert 'a.png' in capsys.readouterr().out


def test_only_broken_pictures_are_no_input(tmp_path):
    (tmp_path / 'a.png').write_bytes(b'no picture')
    with pytest.raises(NoInput, match='no picture or video there can be read'):
        list(read_input(str(tmp_path), 10))


def test_a_video_keeps_its_pace_and_ends_in_time(tmp_path):
    video = write_video(tmp_path / 'v.avi', 40, 20)
    assert np.allclose([at for at, _ in read_input(str(video), 10)], np.arange(40) / 20)
    assert len(list(read_input(str(video), 1.0))) == 20


def test_a_fast_video_is_thinned(tmp_path):
    video = write_video(tmp_path / 'v.avi', 60, 60)
    frames = list(read_input(str(video), 10))
    assert len(frames) == 30 and np.allclose(np.diff([at for at, _ in frames]), 1 / 30)
    assert abs(frames[20][1].mean() - 80) < 5, 'every second frame: number 40'


def test_a_file_that_is_no_video_is_said(tmp_path):
    (tmp_path / 'v.mp4').write_bytes(b'nothing of the kind')
    with pytest.raises(NoInput, match='no picture or video'):
        list(read_input(str(tmp_path / 'v.mp4'), 10))


def test_a_large_picture_is_shrunk_and_a_small_one_stays(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), np.zeros((3000, 4000, 3), np.uint8))
    cv2.imwrite(str(tmp_path / 'b.png'), np.zeros((1280, 7, 3), np.uint8))
    assert [image.shape for _, image in read_input(str(tmp_path), 10)] == [(960, 1280, 3), (1280, 7, 3)]
