# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Streams over a real HTTP connection and real FFmpeg; GStreamer where this OpenCV has it."""
import http.server
import socketserver
import threading
import time

import cv2
import numpy as np
import pytest

from face_perception.cameras import CameraError, open_camera
from face_perception.cameras.fake import frame_number, write_number
from face_perception.cameras.stream import has_gstreamer

BOUNDARY = b'frame'


def picture(number):
    image = np.full((144, 192, 3), 80, np.uint8)
    write_number(image, number)
    return image


@pytest.fixture
def video(tmp_path):
    path = str(tmp_path / 'clip.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 50, (192, 144))
    for number in range(6):
        writer.write(picture(number))
    writer.release()
    return path


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def handler(video):
    """Return a request handler: a file, and at /live.mjpg a camera's JPEGs until the cable is pulled."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            if self.path == '/live.mjpg':
                self.send_header('Content-Type', 'multipart/x-mixed-replace; boundary=' + BOUNDARY.decode())
                body = b''
                for number in range(3):
                    jpeg = cv2.imencode('.jpg', picture(number))[1].tobytes()
                    body += (b'--' + BOUNDARY + b'\r\nContent-Type: image/jpeg\r\nContent-Length: '
                             + str(len(jpeg)).encode() + b'\r\n\r\n' + jpeg + b'\r\n')
            else:
                with open(video, 'rb') as file:
                    body = file.read()
                self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    return Handler


@pytest.fixture
def server(video):
    server = Server(('127.0.0.1', 0), handler(video))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield 'http://127.0.0.1:{}/'.format(server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def test_nobody_at_the_address():
    with pytest.raises(CameraError) as caught:
        open_camera('http://127.0.0.1:9/nothing')
    assert 'http://127.0.0.1:9/nothing' in str(caught.value)


def test_a_file_behind_http_is_played_at_its_rate_and_ends(server):
    waits = []
    with open_camera(server + 'clip.avi', wait=waits.append) as camera:
        assert [frame_number(camera.read().image) for _ in range(6)] == list(range(6))
        assert camera.read() is None
        assert '192x144' in camera.describe()
    assert waits


def test_a_live_stream_is_not_held_back_and_its_end_is_a_loss(server):
    waits, numbers = [], []
    with open_camera(server + 'live.mjpg', wait=waits.append) as camera:
        with pytest.raises(CameraError) as caught:
            for _ in range(10):
                numbers.append(frame_number(camera.read().image))
    assert numbers == sorted(numbers) and len(numbers) >= 2
    assert 'no frames any more' in str(caught.value)
    assert waits == []


def test_a_pipeline_may_be_what_ffmpeg_opens(video):
    with open_camera('pipeline:' + video, fps=1000) as camera:
        assert [frame_number(camera.read().image) for _ in range(6)] == list(range(6))


@pytest.mark.parametrize('text, answer', [
    ('', False), ('  GStreamer:                   NO\n', False),
    ('    GStreamer:                   YES (1.20.3)\n', True),
    ('FFMPEG: YES\n  GStreamer: NO', False)])
def test_gstreamer_is_read_from_the_build_information(text, answer):
    assert has_gstreamer(text) is answer


@pytest.mark.skipif(has_gstreamer(), reason='this OpenCV has GStreamer')
def test_an_opencv_without_gstreamer_says_what_to_install():
    with pytest.raises(CameraError) as caught:
        open_camera('pipeline:videotestsrc ! videoconvert ! appsink')
    assert 'python3-opencv' in str(caught.value)


@pytest.mark.skipif(not has_gstreamer(), reason='this OpenCV has no GStreamer')
def test_a_gstreamer_pipeline_gives_frames():
    with open_camera('pipeline:videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48 ! videoconvert ! '
                     'video/x-raw,format=BGR ! appsink drop=true max-buffers=1') as camera:
        assert [camera.read().image.shape for _ in range(3)] == [(48, 64, 3)] * 3
        with pytest.raises(CameraError):
            camera.read()


@pytest.mark.skipif(not has_gstreamer(), reason='this OpenCV has no GStreamer')
def test_a_slow_reader_of_a_gstreamer_camera_gets_the_newest_frame():
    with open_camera('pipeline:videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=20/1 ! '
                     'videoconvert ! video/x-raw,format=BGR ! appsink drop=true max-buffers=1') as camera:
        camera.read()
        time.sleep(0.5)
        start = time.monotonic()
        for _ in range(4):
            camera.read()
        # One frame was waiting, the other three had to come: none of a queue.
        assert time.monotonic() - start > 0.09


@pytest.mark.skipif(not has_gstreamer(), reason='this OpenCV has no GStreamer')
def test_a_gstreamer_pipeline_needs_a_sink():
    with pytest.raises(CameraError):
        open_camera('pipeline:videotestsrc ! fakesink')
