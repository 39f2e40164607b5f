# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import os

import pytest

from face_perception.cameras import CameraError, open_camera
from face_perception.cameras.uri import Source, number_options, parse_uri


@pytest.mark.parametrize('text', ['', '   ', 'pipeline:', 'pipeline:  '])
def test_nothing_is_refused(text):
    with pytest.raises(CameraError):
        parse_uri(text)


@pytest.mark.parametrize('text, kind, target', [
    ('auto', 'auto', ''),
    ('0', 'v4l2', '/dev/video0'),
    (2, 'v4l2', '/dev/video2'),
    ('/dev/video1', 'v4l2', '/dev/video1'),
    ('/dev/v4l/by-id/usb-cam-index0', 'v4l2', '/dev/v4l/by-id/usb-cam-index0'),
    ('v4l2://3', 'v4l2', '/dev/video3'),
    ('v4l2:///dev/video4', 'v4l2', '/dev/video4'),
    ('csi://', 'csi', ''),
    ('CSI://1', 'csi', '1'),
    ('file:///data/a%20b.mp4', 'video', '/data/a b.mp4'),
    ('file://clip.avi', 'video', 'clip.avi'),
    ('a b/clip.MP4', 'video', 'a b/clip.MP4'),
    ('~/clip.mp4', 'video', os.path.expanduser('~/clip.mp4')),
    ('one.PNG', 'folder', 'one.PNG'),
    ('rtsp://user:word@10.0.0.1:554/ch?x=1', 'stream', 'rtsp://user:word@10.0.0.1:554/ch?x=1'),
    ('http://host/video.mjpg', 'stream', 'http://host/video.mjpg'),
    ('pipeline:videotestsrc ! appsink', 'pipeline', 'videotestsrc ! appsink'),
    ('pipeline: rtsp://host/a', 'pipeline', 'rtsp://host/a'),
    ('fake://', 'fake', ''),
])
def test_a_text_names_a_kind(text, kind, target):
    assert parse_uri(text) == Source(kind, target, {})


def test_options_are_read():
    assert parse_uri('csi://0?flip=2&capture_width=1920') == Source(
        'csi', '0', {'flip': '2', 'capture_width': '1920'})


def test_a_folder_is_told_from_a_file(tmp_path):
    (tmp_path / 'pictures.mp4').mkdir()
    assert parse_uri(str(tmp_path)).kind == 'folder'
    assert parse_uri(str(tmp_path / 'pictures.mp4')).kind == 'folder'
    assert parse_uri('file://' + str(tmp_path)).kind == 'folder'
    assert parse_uri(str(tmp_path / 'other.mp4')).kind == 'video'


@pytest.mark.parametrize('text, word', [('gopher://x', 'rtsp://'), ('v4l2://video0', 'v4l2:///dev/video0')])
def test_an_unknown_kind_names_the_known_ones(text, word):
    with pytest.raises(CameraError) as caught:
        parse_uri(text)
    assert word in str(caught.value)


@pytest.mark.parametrize('text, word', [
    ('fake://?fames=3', 'frames'), ('fake://?frames=many', 'many'), ('fake://?frames=-1', '-1'),
    ('fake://?frames=', '')])
def test_wrong_options_are_refused(text, word):
    with pytest.raises(CameraError) as caught:
        number_options(parse_uri(text), {'frames': 0})
    assert word in str(caught.value)


def test_options_go_over_the_defaults():
    assert number_options(parse_uri('fake://?frames=3'), {'frames': 0, 'flip': 1}) == {'frames': 3, 'flip': 1}


def test_every_kind_of_source_can_be_opened_or_says_why_not():
    for text in ('', 'nonsense://', '/dev/video9999', 'csi://0', 'absent.mp4', 'absent/', 'absent.png',
                 'pipeline:nonsense ! appsink', 'http://127.0.0.1:9/nothing'):
        with pytest.raises(CameraError):
            open_camera(text)
    with open_camera('fake://', width=32, height=24, fps=1000) as camera:
        assert camera.read().image.shape == (24, 32, 3)


def test_an_unknown_setting_is_a_programming_error():
    with pytest.raises(TypeError):
        open_camera('fake://', hight=3)
