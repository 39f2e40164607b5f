# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reading and writing videos."""
import os

import cv2
import numpy as np
import pytest
from media_files import make_video

from face_perception.media.formats import MediaError
from face_perception.media.video import VideoReader, VideoWriter


def test_the_frames_of_a_video(tmp_path):
    video = VideoReader(make_video(tmp_path / 'a.mp4'))
    assert (video.fps, video.expected_frames) == (12.5, 10)
    frames = [image.copy() for image in video]
    assert len(frames) == video.frames == 10 and not video.cut_off
    assert all(image.shape == (48, 64, 3) and image.dtype == np.uint8 for image in frames)
    assert all(abs(int(image[24, 32, 1]) - 20 * number) < 8 for number, image in enumerate(frames))
    video.close()


def test_a_cut_off_video_gives_what_it_has(tmp_path):
    """An AVI says in front how many frames there are, so it opens although its end is lost."""
    path = str(tmp_path / 'a.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 10, (64, 48))
    for number in range(40):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    os.truncate(path, os.path.getsize(path) // 2)
    video = VideoReader(path)
    frames = list(video)
    assert 5 < len(frames) < 30 and video.cut_off
    assert all(abs(int(image[24, 32, 1]) - 5 * number) < 8 for number, image in enumerate(frames))


@pytest.mark.parametrize('content', [b'', b'no film', b'\0' * 5000])
def test_what_is_no_video_is_refused(tmp_path, content):
    path = tmp_path / 'a.mp4'
    path.write_bytes(content)
    with pytest.raises(MediaError, match='not a video'):
        VideoReader(str(path))


def test_two_frames_are_written_and_one_of_another_size_is_fitted(tmp_path):
    target = str(tmp_path / 'new' / 'a.mp4')
    writer = VideoWriter(target, 10)
    writer.add(np.full((48, 64, 3), 200, np.uint8))
    writer.add(np.full((24, 32, 3), 200, np.uint8))
    assert not os.path.exists(target)           # never half of one
    writer.close()
    with VideoReader(target) as video:
        assert [frame.shape for frame in video] == [(48, 64, 3)] * 2
    assert os.listdir(str(tmp_path / 'new')) == ['a.mp4']


def test_a_video_without_frames_is_none(tmp_path):
    VideoWriter(str(tmp_path / 'a.mp4'), 10).close()
    assert os.listdir(str(tmp_path)) == []


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    writer = VideoWriter(str(tmp_path / 'a.nonsense'), 10)
    with pytest.raises(OSError, match='OpenCV cannot write'):
        writer.add(np.zeros((48, 64, 3), np.uint8))
    assert os.listdir(str(tmp_path)) == []
