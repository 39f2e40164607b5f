# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The demo as a user starts it: real processes, real DDS, the shipped model; and how it ends."""
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

for needed in ('rclpy', 'vision_msgs', 'rosbags', 'skvideo', 'jinja2'):
    if importlib.util.find_spec(needed) is None:
        pytest.skip(f'{needed} is not installed (scripts/test does that)', allow_module_level=True)

from examples import bags  # noqa: E402
from examples.demo.outputs import clear  # noqa: E402
from examples.demo.page import Row  # noqa: E402
from examples.demo.run import choose_frames  # noqa: E402
from face_perception.core.detections import Detections  # noqa: E402

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.integration


def start(*options, **kwargs):
    """Start the demo in a process group of its own, as a terminal does."""
    return subprocess.Popen([sys.executable, '-m', 'examples.demo', *map(str, options)], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, start_new_session=True, **kwargs)


def finish(demo, timeout=240):
    """Return (exit status, output) of a demo that ends by itself."""
    try:
        output = demo.communicate(timeout=timeout)[0]
    except subprocess.TimeoutExpired:
        demo.send_signal(signal.SIGINT)
        raise AssertionError('the demo does not end; it said:\n' + demo.communicate(timeout=30)[0])
    return demo.returncode, output


def parents():
    """Return {process id: parent} of all running processes."""
    found = {}
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = stat.read_text(encoding='utf-8').rsplit(')', 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != 'Z':
            found[int(stat.parent.name)] = int(fields[1])
    return found


def descendants(pid):
    """Return the process ids of all descendants of a process."""
    tree = parents()
    found = set()
    new = {pid}
    while new:
        new = {child for child, parent in tree.items() if parent in new} - found
        found |= new
    return found


def pictures(folder, count=40):
    """Fill a folder with pictures of 120x160 pixels: 5 a second are played."""
    folder.mkdir()
    for k in range(count):
        cv2.imwrite(str(folder / f'{k:03d}.png'), np.full((120, 160, 3), 5 * k, np.uint8))
    return folder


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    """Return (exit status, output, folder, seconds) of the whole demo with the shipped model."""
    if not (ROOT / 'models' / 'slim_320' / 'model.json').is_file():
        pytest.skip('models/slim_320 is not there')
    folder = tmp_path_factory.mktemp('demo') / 'demo_output'
    begin = time.monotonic()
    status, output = finish(start('--output', folder, '--picture', folder / 'pictures' / 'demo.png'))
    return status, output, folder, time.monotonic() - begin


def test_the_demo_finds_the_human_and_the_cartoons(run):
    status, output, _, seconds = run
    assert status == 0, output
    assert 'NOT GOOD' not in output
    assert seconds < 120, 'about 35 s on an idle machine'


def test_its_table_shows_both_labels_with_fps_and_latency(run):
    rows = re.findall(r'^ *(\d+\.\d{3}) +(\d+\.\d) +(\d+\.\d) ms  (.*)$', run[1], re.M)
    assert len(rows) > 10
    assert any('human' in row[3] and 'cartoon' in row[3] for row in rows)
    assert any(row[3] == '-' for row in rows), 'some frames have nobody in them'
    assert 5 < float(rows[-1][1]) < 25
    assert re.search(r'frames answered: \d+ of 256 frames, \d+\.\d a second', run[1])


def test_it_leaves_what_it_promises(run):
    folder = run[2]
    assert {p.name for p in folder.iterdir()} >= {'index.html', 'faces.json', 'bag', 'logs'}
    film = folder / 'annotated.webm'
    capture = cv2.VideoCapture(str(film))
    good, first = capture.read()
    assert good and first.shape == (480, 640, 3)
    assert cv2.imread(str(folder / 'pictures' / 'demo.png')).shape[1] > 1000
    assert 'were found where they are' in (folder / 'index.html').read_text(encoding='utf-8')


def test_the_bag_holds_images_and_the_faces_that_answer_them(run):
    images, faces, points = {}, {}, {}
    for topic, message, _ in bags.read_bag(run[2] / 'bag'):
        stamp = message.header.stamp
        {'/image_raw': images, '/faces': faces, '/faces/landmarks': points}[topic][stamp.sec, stamp.nanosec] = message
    assert set(points) <= set(faces)
    assert len(images) == 256 and len(faces) > 128
    assert set(faces) <= set(images)
    assert all(message.header == images[stamp].header for stamp, message in faces.items())


def test_faces_json_says_the_same_as_the_bag(run):
    entries = json.loads((run[2] / 'faces.json').read_text(encoding='utf-8'))
    told = {(e['stamp']['sec'], e['stamp']['nanosec']): e for e in entries}
    count = 0
    for _, message, _ in bags.read_bag(run[2] / 'bag', ['/faces']):
        entry = told[message.header.stamp.sec, message.header.stamp.nanosec]
        assert (entry['width'], entry['height']) == (640, 480)
        assert [d['label'] for d in entry['detections']] == [
            d.results[0].hypothesis.class_id for d in message.detections]
        for d, sent in zip(entry['detections'], message.detections):
            assert abs(d['bbox'][2] - sent.bbox.size_x) < 0.02
        count += 1
    assert count == len(entries)


def test_the_person_has_points_and_drawn_faces_have_none(run):
    if not (ROOT / 'models' / 'landmarks_5').is_dir():
        pytest.skip('models/landmarks_5 is not there')
    entries = json.loads((run[2] / 'faces.json').read_text(encoding='utf-8'))
    faces = [face for entry in entries for face in entry['detections'] if 'landmarks' in face]
    assert sum(face['landmarks'] is not None for face in faces) > 50
    for face in faces:
        assert (face['landmarks'] is not None) == (face['label'] == 'human')
        if face['landmarks']:
            x, y, width, height = face['bbox']
            assert {'right_eye', 'left_eye', 'nose', 'mouth_right', 'mouth_left'} == set(face['landmarks'])
            for px, py, _ in face['landmarks'].values():
                assert abs(px - x - width / 2) < width and abs(py - y - height / 2) < height


@pytest.mark.timeout(120)
def test_own_pictures_without_any_face_are_processed(tmp_path, blind_model):
    folder = pictures(tmp_path / 'mine', 6)
    status, output = finish(start('--input', folder, '--output', tmp_path / 'out', '--model', blind_model,
                                  '--backend', 'fake'))
    assert status == 0, output
    assert 'frames answered: 6 of 6 frames' in output
    assert len(json.loads((tmp_path / 'out' / 'faces.json').read_text(encoding='utf-8'))) == 6
    assert 'nobody knows the truth' in (tmp_path / 'out' / 'index.html').read_text(encoding='utf-8')


@pytest.mark.timeout(60)
@pytest.mark.parametrize('options, words', [
    (['--model', 'no_such_model'], 'no_such_model'), (['--input', '/nowhere/film.mp4'], '/nowhere/film.mp4'),
    (['--output', '/dev/null'], '/dev/null'), (['--seconds', '0'], 'above 0'),
    (['--input', 'x', '--picture', 'y'], 'leave out --input'), (['--picture', 'y.nothing'], 'y.nothing cannot be written')])
def test_what_cannot_be_run_is_said_with_status_2(tmp_path, blind_model, options, words):
    status, output = finish(start('--output', tmp_path / 'out', '--model', blind_model, '--backend', 'fake',
                                  *options))
    assert status == 2 and words in output and 'Traceback' not in output


@pytest.mark.timeout(60)
def test_a_detector_that_cannot_start_is_reported_with_its_own_words(tmp_path, blind_model):
    """A model without its network: the node ends, the demo says why and ends too."""
    status, output = finish(start('--output', tmp_path / 'out', '--model', blind_model,
                                  '--input', pictures(tmp_path / 'mine', 2)))
    assert status == 2 and 'model.onnx' in output and 'Traceback' not in output


@pytest.mark.timeout(120)
@pytest.mark.parametrize('line, signum', [
    ('recording', signal.SIGINT), ('playing them to', signal.SIGINT), ('  latency  ', signal.SIGTERM),
    (' ms  ', signal.SIGINT), (' ms  ', signal.SIGTERM), (' ms  ', signal.SIGHUP)])
def test_stopped_at_any_time_it_leaves_no_process(tmp_path, blind_model, line, signum):
    demo = start('--input', pictures(tmp_path / 'mine'), '--output', tmp_path / 'out', '--model', blind_model,
                 '--backend', 'fake')
    said = ''
    for text in demo.stdout:
        said += text
        if line in text:
            break
    assert line in said
    time.sleep(0.3)                    # into the middle of what was announced
    family = descendants(demo.pid)
    if line == ' ms  ':
        assert len(family) >= 1, 'the detector runs'
    begin = time.monotonic()
    os.killpg(demo.pid, signum)        # what a terminal does: the whole foreground group
    rest = demo.communicate(timeout=30)[0]
    assert time.monotonic() - begin < 10
    assert demo.returncode == 128 + signum, said + rest
    assert 'no process is left behind' in rest and 'Traceback' not in rest
    assert not family & set(parents()), said + rest


@pytest.mark.timeout(60)
def test_a_wrong_input_leaves_an_earlier_output_alone(tmp_path, blind_model):
    clear(tmp_path / 'out')
    (tmp_path / 'out' / 'index.html').write_text('earlier')
    status, output = finish(start('--output', tmp_path / 'out', '--model', blind_model, '--backend', 'fake',
                                  '--input', '/nowhere/film.mp4'))
    assert status == 2 and (tmp_path / 'out' / 'index.html').read_text(encoding='utf-8') == 'earlier'


def rows(*parts):
    return [Row(k, part, Detections.empty(), None, []) for k, part in enumerate(parts)]


def test_frames_for_the_sheet_come_from_every_part():
    assert choose_frames(rows('a', 'a', 'a', 'b')) == [1, 3]
    assert choose_frames(rows('')) == [0]
    assert choose_frames(rows('', '', '')) == [0, 1, 2]
    assert len(choose_frames(rows(*[''] * 100))) == 12
