# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What is written: the JSON entries, a list that is whole or not there, copies that overwrite nothing."""
import io
import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from face_perception.cli import outputs
from face_perception.cli.outputs import JsonList, Saver, entry, words_of
from face_perception.core.detections import Detections
from face_perception.media.find import Source
from face_perception.media.video import VideoReader

FACES = Detections([[1.004, 2.006, 30.5, 40], [599.996, 0, 640, 480]], [0.987654321, 0.5],
                   ['human', 'cartoon'])


def image(width=640, height=480):
    return np.zeros((height, width, 3), np.uint8)


def test_an_entry_without_faces():
    assert entry('a.jpg', image(7, 5), Detections.empty()) == {
        'file': 'a.jpg', 'width': 7, 'height': 5, 'detections': []}


def test_an_entry_with_two_faces():
    found = entry('a/b.mp4', image(), FACES, frame=3)
    assert found == {'file': 'a/b.mp4', 'frame': 3, 'width': 640, 'height': 480, 'detections': [
        {'label': 'human', 'score': 0.987654, 'bbox': [1.0, 2.01, 29.5, 37.99]},
        {'label': 'cartoon', 'score': 0.5, 'bbox': [600.0, 0.0, 40.0, 480.0]}]}
    assert json.loads(json.dumps(found)) == found


def test_rounded_boxes_stay_inside():
    random = np.random.RandomState(0)
    corners = np.sort(random.uniform(0, 1, (500, 2, 2)), axis=1).reshape(-1, 4) * [97, 53, 97, 53]
    corners[::2, 2:] = [97, 53]
    faces = Detections(corners, np.ones(500), ['human'] * 500)
    for face in entry('a.jpg', image(97, 53), faces)['detections']:
        x, y, width, height = face['bbox']
        assert x + width <= 97 + 1e-9 and y + height <= 53 + 1e-9


@pytest.mark.parametrize('items', [[], [{'a': 1}], [{'a': 1}, {'b': 'ö\n'}]])
def test_a_json_list(tmp_path, items):
    path = tmp_path / 'new' / 'out.json'
    writing = JsonList(str(path))
    for item in items:
        writing.add(item)
    assert not path.exists()
    writing.close()
    assert json.loads(path.read_text(encoding='utf-8')) == items
    assert os.listdir(str(path.parent)) == ['out.json']


def test_an_older_list_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / 'out.json'
    path.write_text('"old"')
    writing = JsonList(str(path))
    writing.add({})
    assert path.read_text() == '"old"'
    writing.close()
    assert json.loads(path.read_text()) == [{}]


def test_a_link_is_followed(tmp_path):
    (tmp_path / 'link.json').symlink_to(tmp_path / 'out.json')
    JsonList(str(tmp_path / 'link.json')).close()
    assert (tmp_path / 'link.json').is_symlink() and (tmp_path / 'out.json').read_text() == '[]\n'


def test_a_minus_is_stdout(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(outputs.sys, 'stdout', stream)
    writing = JsonList('-')
    writing.add({'a': 1})
    writing.close()
    assert json.loads(stream.getvalue()) == [{'a': 1}]


def test_a_folder_is_no_place_for_a_list(tmp_path):
    with pytest.raises(OSError, match='is a folder'):
        JsonList(str(tmp_path))


def test_a_disk_that_is_full(tmp_path):
    if not os.path.exists('/dev/full'):
        pytest.skip('needs /dev/full')
    writing = JsonList(str(tmp_path / 'out.json'))
    writing._file.close()
    writing._file = open('/dev/full', 'w')
    writing.add({})
    with pytest.raises(OSError):
        writing.close()
    assert os.listdir(str(tmp_path)) == []


def saver(tmp_path, *names):
    sources = [Source(str(tmp_path / 'in' / folder / name), name, name.endswith(('mp4', 'avi')))
               for folder, name in names]
    return Saver(str(tmp_path / 'out'), sources), sources


def test_copies_keep_their_names_and_equal_names_get_numbers(tmp_path):
    saving, sources = saver(tmp_path, ('a', 'x.png'), ('b', 'x.png'), ('b', 'sub/x.png'), ('b', 'x.pgm'),
                            ('b', 'x_2.png'))
    for number, source in enumerate(sources):
        saving.image(source, np.full((32, 48, 3), 40 * number, np.uint8), Detections.empty())
    found = {name: int(cv2.imread(str(tmp_path / 'out' / name))[0, 0, 0])
             for name in ('x.png', 'x_2.png', 'sub/x.png', 'x_3.png', 'x_2_2.png')}
    assert found == {'x.png': 0, 'x_2.png': 40, 'sub/x.png': 80, 'x_3.png': 120, 'x_2_2.png': 160}
    assert sum(len(files) for _, _, files in os.walk(str(tmp_path / 'out'))) == 5


def test_a_copy_has_the_faces_drawn_in(tmp_path):
    saving, sources = saver(tmp_path, ('a', 'x.png'))
    saving.image(sources[0], image(), FACES)
    assert cv2.imread(str(tmp_path / 'out' / 'x.png')).any()


def test_an_original_is_never_overwritten(tmp_path):
    with pytest.raises(ValueError, match='x.png would be overwritten'):
        Saver(str(tmp_path), [Source(str(tmp_path / 'x.png'), 'x.png', False)])


def test_a_video_is_copied_frame_by_frame(tmp_path):
    saving, sources = saver(tmp_path, ('a', 'x.avi'))
    copy = saving.video(sources[0], 12.5)
    for number in range(6):
        copy.add(np.full((48, 64, 3), 30 * number, np.uint8))
    copy.add(np.full((96, 128, 3), 200, np.uint8))  # a stream that changes its size
    copy.close()
    assert os.listdir(str(tmp_path / 'out')) == ['x.mp4']
    video = VideoReader(str(tmp_path / 'out' / 'x.mp4'))
    assert video.fps == 12.5
    frames = list(video)
    assert [frame.shape for frame in frames] == [(48, 64, 3)] * 7
    assert abs(int(frames[3][20, 20, 0]) - 90) < 8


def test_a_video_without_frames_leaves_no_copy(tmp_path):
    saving, sources = saver(tmp_path, ('a', 'x.mp4'))
    saving.video(sources[0], None).close()
    assert not os.path.exists(str(tmp_path / 'out'))


def test_what_is_no_regular_file_is_written_into(tmp_path):
    log = tmp_path / 'log.txt'
    program = ('import sys; from face_perception.cli.outputs import JsonList; '
               'out = JsonList(sys.argv[1]); out.add({"a": 1}); out.close()')
    with open(str(log), 'w') as file:
        for _ in range(2):
            subprocess.run([sys.executable, '-c', program, '/dev/stdout'], stdout=file, check=True)
    assert log.read_text() == '[\n{"a": 1}\n]\n' * 2
    os.mkfifo(str(tmp_path / 'pipe'))
    reader = subprocess.Popen(['cat', str(tmp_path / 'pipe')], stdout=subprocess.PIPE)
    subprocess.run([sys.executable, '-c', program, str(tmp_path / 'pipe')], check=True)
    assert reader.communicate(timeout=20)[0] == b'[\n{"a": 1}\n]\n'
    device = str(tmp_path / 'null')
    os.symlink('/dev/null', device)
    subprocess.run([sys.executable, '-c', program, device], check=True)
    assert os.path.islink(device) and sorted(os.listdir(str(tmp_path))) == ['log.txt', 'null', 'pipe']


def test_the_pages_of_a_file_get_numbers(tmp_path):
    saving, sources = saver(tmp_path, ('a', 'x.tif'))
    for page in range(2):
        saving.image(sources[0], image(), FACES, page)
    assert sorted(os.listdir(str(tmp_path / 'out'))) == ['x_page0.tif', 'x_page1.tif']
    assert entry('x.tif', image(), FACES, page=1)['page'] == 1
    assert 'page' not in entry('x.tif', image(), FACES) and 'limited' not in entry('x.tif', image(), FACES)
    assert entry('x.tif', image(), FACES, limited=True)['limited'] is True


def test_a_file_in_the_place_of_the_folder_is_said_before_the_work(tmp_path):
    (tmp_path / 'copies').write_text('')
    with pytest.raises(ValueError, match='copies is a file; --save-dir takes a folder'):
        Saver(str(tmp_path / 'copies'), [])


@pytest.mark.parametrize('error, said', [
    (OSError(2, 'No such file', 'a.json'), 'a.json: No such file'), (OSError(28, 'No space'), 'No space'),
    (OSError('odd'), 'odd'), (ValueError('a text'), 'a text')])
def test_errors_are_said_without_their_number(error, said):
    assert words_of(error) == said
