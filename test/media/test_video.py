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
    with pytest.raises(MediaError, match='neither a picture nor a video'):
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


def mjpg_avi(path, frames=50, fps=25, size=(64, 48)):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), fps, size)
    for number in range(frames):
        writer.write(np.full((size[1], size[0], 3), 4 * number, np.uint8))
    writer.release()
    return str(path)


@pytest.mark.parametrize('bad', [(10,), (0,), (10, 11, 12, 30)])
def test_frames_that_cannot_be_decoded_do_not_end_a_video(tmp_path, bad):
    path = mjpg_avi(tmp_path / 'a.avi')
    with open(path, 'rb') as file:
        data = bytearray(file.read())
    starts = [place for place in range(len(data)) if data[place:place + 3] == b'\xff\xd8\xff']
    assert len(starts) == 50
    for number in bad:
        data[starts[number]:starts[number] + 200] = bytes(200)
    with open(path, 'wb') as file:
        file.write(data)
    with VideoReader(path) as video:
        frames = list(video)
    assert len(frames) == video.frames == 50 - len(bad)
    assert video.skipped == len(bad) and not video.cut_off


def test_a_raw_film_of_jpegs_is_a_film(tmp_path):
    pictures = [cv2.imencode('.jpg', np.full((48, 64, 3), 9 * number, np.uint8))[1].tobytes() for number in range(25)]
    (tmp_path / 'a.mjpeg').write_bytes(b''.join(pictures))
    with VideoReader(str(tmp_path / 'a.mjpeg')) as video:
        assert len(list(video)) == 25 and not video.cut_off


def test_a_count_that_is_an_estimate_is_no_promise(tmp_path):
    """A GIF whose frames are shown for different times: duration times rate is not the number of frames."""
    if not hasattr(cv2, 'Animation'):
        pytest.skip('this OpenCV writes no animations')
    animation = cv2.Animation()
    animation.frames = [np.full((48, 64, 3), 40 * number, np.uint8) for number in range(6)]
    animation.durations = [40, 40, 40, 1000, 40, 40]
    assert cv2.imwriteanimation(str(tmp_path / 'a.gif'), animation)
    with VideoReader(str(tmp_path / 'a.gif')) as video:
        assert len(list(video)) == 6 and not video.cut_off


@pytest.mark.parametrize('fps', [29.97002997, 30.357142857, 90.0009, 12.3456789, float('nan'), 90000.0, 0.0])
def test_a_rate_that_a_writer_cannot_take_is_rounded(tmp_path, fps):
    writer = VideoWriter(str(tmp_path / 'a.mp4'), fps)
    for number in range(5):
        writer.add(np.full((48, 64, 3), 40 * number, np.uint8))
    writer.close()
    with VideoReader(str(tmp_path / 'a.mp4')) as video:
        assert len(list(video)) == 5
        assert video.fps == pytest.approx(fps if 0.01 <= fps <= 1000 else 25, abs=0.01)


def test_a_disk_that_is_full_leaves_nothing(tmp_path):
    import resource
    import signal
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer = VideoWriter(str(tmp_path / 'a.mp4'), 25.0)
    noise = np.random.RandomState(0)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60000, limit[1]))
        for _ in range(40):
            writer.add(noise.randint(0, 256, (240, 320, 3)).astype(np.uint8))
        with pytest.raises(OSError, match='written whole'):
            writer.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, old)
    assert os.listdir(str(tmp_path)) == []


def test_a_pipe_is_no_place_for_a_video_and_stays(tmp_path):
    os.mkfifo(str(tmp_path / 'a.mp4'))
    with pytest.raises(OSError, match='no regular file'):
        VideoWriter(str(tmp_path / 'a.mp4'), 25.0).add(np.zeros((48, 64, 3), np.uint8))
    assert os.listdir(str(tmp_path)) == ['a.mp4']
