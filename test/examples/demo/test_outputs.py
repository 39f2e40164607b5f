# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo clears its own files and nobody else's, and what it writes can be read back."""
import json

import cv2
import numpy as np
import pytest

for needed in ('rclpy', 'vision_msgs.msg', 'rosbags', 'jinja2'):
    pytest.importorskip(needed, reason='scripts/test installs it')

from examples.bags import read_bag  # noqa: E402
from examples.demo.outputs import MARKER, annotate, clear, keep_bag, record  # noqa: E402
from examples.demo.page import Row  # noqa: E402
from examples.demo.show import Answer  # noqa: E402
from face_perception.core.detections import Detections  # noqa: E402
from face_perception.ros.images import make_header, stamp_of  # noqa: E402
from face_perception.ros.messages import to_message  # noqa: E402

FACE = Detections(np.array([[10, 20, 50, 60]], np.float32), [0.9], ['human'])
FRAMES = [(0.0, np.full((80, 100, 3), 40, np.uint8)), (0.1, np.full((200, 60, 3), 200, np.uint8))]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_is_made_and_marked(tmp_path):
    clear(tmp_path / 'new' / 'out')
    assert names(tmp_path / 'new' / 'out') == [MARKER]


def test_an_earlier_output_goes_and_foreign_files_stay(tmp_path):
    clear(tmp_path)
    for name in ('index.html', 'mine.txt', 'faces.json.77.part.json', 'faces.json.old', 'annotated.webm.7.part.webm'):
        (tmp_path / name).write_text('x')
    (tmp_path / 'bag').mkdir()
    (tmp_path / 'bag' / 'bag_0.mcap').write_text('x')
    (tmp_path / 'elsewhere').mkdir()
    (tmp_path / 'logs').symlink_to(tmp_path / 'elsewhere')
    clear(tmp_path)
    assert names(tmp_path) == [MARKER, 'elsewhere', 'faces.json.old', 'mine.txt']


@pytest.mark.parametrize('name', ['bag', 'logs', 'index.html', 'faces.json'])
def test_what_somebody_else_made_is_not_cleared(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / 'mine.txt').write_text('x')
    with pytest.raises(FileExistsError, match=f'holds {name}, which this demo did not make'):
        clear(tmp_path)
    assert names(tmp_path) == [name] and names(tmp_path / name) == ['mine.txt']


@pytest.fixture
def recorded(tmp_path):
    """Return (folder with a played bag of two frames, rows: the first is answered with a face, the second not)."""
    stamps = record(FRAMES, tmp_path / 'bag_played')
    return tmp_path, [Row(stamps[0], '', FACE, 0.02, None), Row(stamps[1], '', None, None, None)]


def test_two_frames_of_different_sizes_make_a_film_of_the_first_size(recorded, capfd):
    folder, rows = recorded
    kept = annotate('film', rows, folder, [1])
    assert list(kept) == [1] and np.array_equal(kept[1], FRAMES[1][1]), 'nothing found, nothing drawn'
    film = cv2.VideoCapture(str(folder / 'annotated.webm'))
    shapes = [film.read()[1].shape for _ in range(2)]
    assert shapes == [(80, 100, 3)] * 2 and film.get(cv2.CAP_PROP_FPS) == 10 and not film.read()[0]
    assert capfd.readouterr() == ('', ''), 'OpenCV wrote to the terminal'


def test_faces_json_has_the_answered_frames_alone(recorded):
    folder, rows = recorded
    annotate('film', rows, folder, [])
    only, = json.loads((folder / 'faces.json').read_text(encoding='utf-8'))
    assert (only['file'], only['frame'], only['width'], only['height']) == ('film', 0, 100, 80)
    assert only['detections'][0]['label'] == 'human'
    assert only['stamp']['sec'] * 10 ** 9 + only['stamp']['nanosec'] == rows[0].stamp_ns


def test_where_opencv_writes_no_such_video_the_rest_is_there(recorded, monkeypatch, capsys):
    folder, rows = recorded
    monkeypatch.setattr('examples.demo.outputs.VideoWriter', lambda path, fps, codec: NoWriter())
    assert sorted(annotate('film', rows, folder, [0, 1])) == [0, 1]
    assert names(folder) == ['bag_played', 'faces.json']
    assert capsys.readouterr().out.count('no annotated film: no encoder') == 1


class NoWriter:
    """An OpenCV without the codec."""

    def add(self, image):
        raise OSError('no encoder')


def test_the_bag_that_stays_has_images_and_faces_in_the_order_of_their_times(recorded):
    folder, rows = recorded
    answers = {row.stamp_ns: Answer(to_message(FACE, make_header(row.stamp_ns, 'camera')), FACE, latency_s)
               for row, latency_s in zip(rows, (0.25, 0.02))}
    keep_bag(folder, answers)
    assert names(folder) == ['bag']
    kept = [(topic, stamp_of(message.header), ns) for topic, message, ns in read_bag(folder / 'bag')]
    first, second = (row.stamp_ns for row in rows)
    assert kept == [('/image_raw', first, first), ('/image_raw', second, second),
                    ('/faces', second, second + 20_000_000), ('/faces', first, first + 250_000_000)]
