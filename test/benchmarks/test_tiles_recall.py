# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of the recall table hold their face where they say, and the table of the docs is the one it prints."""
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest
from shared_data import shared

from benchmarks import pasted_faces, tiles_recall
from face_perception.api import open_detector

ROOT = pathlib.Path(__file__).resolve().parents[2]
# May differ from the docs by this much on another machine or with weights that hardly differ.
TOLERANCE = 0.1


def run(*words):
    return subprocess.run([sys.executable, '-m', 'benchmarks.tiles_recall', *map(str, words)], cwd=str(ROOT), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


@pytest.mark.parametrize('content, said', [
    (None, 'no .*val.json: expected the folder of the face data'),
    ({'images': [], 'annotations': [], 'categories': [{'id': 1, 'name': 'human'}]}, 'has no faces of 60 pixels'),
    ({'images': [{'id': 1, 'file_name': 'gone.jpg'}], 'annotations': [], 'categories': []}, 'gone.jpg: '),
])
def test_missing_data_is_one_sentence(tmp_path, content, said):
    if content is not None:
        (tmp_path / 'val.json').write_text(json.dumps(content))
    done = run('--data', tmp_path)
    assert done.returncode == 1 and re.search(said, done.stderr) and 'Traceback' not in done.stderr, done.stderr


@pytest.mark.parametrize('words', [('--faces', '0'), ('--shapes', 'wide'), ('--shapes', '640x100')])
def test_wrong_options_are_refused(words):
    assert run(*words).returncode == 2


WHITE = pasted_faces.Face('human', np.full((80, 80, 3), 255, np.uint8), np.array([20.0, 16.0, 60.0, 66.0]))


@pytest.mark.parametrize('shape', tiles_recall.SHAPES)
@pytest.mark.parametrize('size', tiles_recall.SIZES)
@pytest.mark.parametrize('place', [(0.0, 0.0), (0.4, 0.9), (0.999, 0.999)])
def test_the_face_is_where_the_picture_says(shape, size, place):
    picture, truth = pasted_faces.compose(WHITE, np.zeros((150, 200, 3), np.uint8), shape, size, place)
    assert picture.shape == (shape[1], shape[0], 3) and picture.dtype == np.uint8
    assert pasted_faces.size_of(truth[0]) == pytest.approx(size, rel=.04)
    left, top, right, bottom = np.rint(truth[0]).astype(int)
    assert 0 <= left and 0 <= top and right <= shape[0] and bottom <= shape[1]
    assert (picture[top:bottom, left:right] > 100).all()                # the face, as it was
    assert (picture > 0).any(axis=2).sum() < 6 * size * size            # and around it the background


@pytest.mark.parametrize('boxes, alone', [
    ([[0, 0, 59, 59]], False),                          # too small
    ([[0, 0, 100, 100]], True),
    ([[0, 0, 100, 100], [130, 0, 150, 20]], False),     # in its surroundings
    ([[0, 0, 100, 100], [140, 0, 150, 20]], True),
])
def test_faces_stand_alone(boxes, alone):
    assert pasted_faces.stands_alone(np.array(boxes, float), 0) is alone


def documented():
    """Return {(picture, resize, tiles): cells} of the table in docs/tiles.md."""
    lines = [[cell.strip() for cell in line.strip('|').split('|')]
             for line in (ROOT / 'docs' / 'tiles.md').read_text(encoding='utf-8').splitlines() if re.match(r'\| \d+x', line)]
    return {tuple(cells[:3]): cells for cells in lines}


def test_the_table_of_the_docs_has_every_shape_and_way():
    assert list(documented()) == [('{}x{}'.format(*shape), resize, str(tiles))
                                  for shape in tiles_recall.SHAPES for tiles, resize in tiles_recall.WAYS]


def test_figures_of_the_docs_are_those_of_the_model():
    # The smallest pictures, all ways: a tenth of the table.
    faces, empty = pasted_faces.load(shared('data', 'faces'), 50)
    detectors = [open_detector(tiles=tiles, resize=resize) for tiles, resize in tiles_recall.WAYS]
    rows = tiles_recall.measure(detectors, faces, empty, [(640, 480)], [24, 200])
    for row in rows:
        cells = documented()['{}x{}'.format(*row.shape), row.resize, str(row.tiles)]
        stand = [float(cells[4]), float(cells[4 + len(tiles_recall.SIZES) - 1])]
        assert list(row.recall.values()) == pytest.approx(stand, abs=TOLERANCE), \
            'run python -m benchmarks.tiles_recall and put its table into docs/tiles.md'
    # What tiles are for, and what a letterbox cannot change in a picture of the shape of the input.
    assert rows[2].recall[24] > rows[0].recall[24] + .3
    assert rows[0].recall == rows[3].recall
