# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What is cut out of pictures as a mistake of a model, and what is not."""
import json
import pathlib

import cv2
import numpy as np
import pytest

from face_perception.core.detections import Detections
from face_perception.media.images import read_image
from face_training.__main__ import main
from face_training.annotation.mine import mine, views_of
from face_training.data.check import check
from face_training.data.load import read_samples
from face_training.data.sample import Sample

MODELS = pathlib.Path(__file__).parents[3] / 'models'
SLIM = str(MODELS / 'slim_320')
CARTOON, HUMAN = [33, 161, 63, 75], [276, 103, 87, 124]      # left top width height in the picture below


@pytest.fixture(scope='module')
def picture():
    """480x360: the two faces of the reference picture, further apart."""
    reference = cv2.imread(str(MODELS / 'slim_320' / 'reference.png'))
    image = np.full((360, 480, 3), 127, np.uint8)
    image[60:300, :110], image[60:300, 270:] = reference[:, :110], reference[:, 110:]
    return image


@pytest.fixture
def data(picture, tmp_path):
    """Write a data set with that picture for each list of labels, which are those of its faces; return its path."""
    def write(*labels):
        content = {'images': [], 'annotations': [], 'categories': [{'id': 1, 'name': 'human'}, {'id': 2, 'name': 'cartoon'}]}
        for number, kept in enumerate(labels, start=1):
            cv2.imwrite(str(tmp_path / f'{number}.png'), picture)
            content['images'].append({'id': number, 'file_name': f'{number}.png', 'width': 480, 'height': 360})
            for category, (label, box) in enumerate([('human', HUMAN), ('cartoon', CARTOON)], start=1):
                if label in kept:
                    content['annotations'].append({'id': len(content['annotations']) + 1, 'image_id': number, 'bbox': box,
                                                   'iscrowd': 0, 'area': box[2] * box[3], 'category_id': category})
        path = tmp_path / 'data.json'
        path.write_text(json.dumps(content))
        return str(path)
    return write


def test_a_model_without_mistakes_leaves_nothing(data, tmp_path, capsys):
    assert mine(SLIM, [data(['human', 'cartoon'])], [], tmp_path / 'out', '', 0.5) == (1, 0, 0, 0, 0)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert main(['mine', SLIM, data(['human', 'cartoon']), '--out', str(tmp_path / 'out'), '--score', '0.5']) == 0
    assert 'out was not made' in capsys.readouterr().err


def test_what_nobody_labelled_is_cut_out_without_the_face_that_is(picture, data, tmp_path):
    # Both are labelled, one is, none is: then each counts as a mistake.
    found = mine(SLIM, [data(['human', 'cartoon'], ['human'], [])], [], tmp_path / 'out', '', 0.5)
    assert found == (3, 3, 0, 0, 3)
    path = tmp_path / 'out' / 'mined.json'
    assert {finding.severity for finding in check(path)} == {'warning'}      # the cartoon of the last two is the same piece
    near, again, around = read_samples(path, ['human', 'cartoon'])
    assert not any(len(sample.boxes) for sample in (near, again, around)) and near.source == 'mined'
    assert near.width == again.width <= HUMAN[0] < 460 < around.width
    piece = read_image(str(near.path))
    assert any((picture[top:top + near.height, left:left + near.width] == piece).all()
               for top in range(360 - near.height + 1) for left in range(HUMAN[0] - near.width + 1))


def test_what_a_second_model_sees_too_is_left_out(data, tmp_path):
    found = mine(SLIM, [data(['human'], [])], [], tmp_path / 'out', str(MODELS / 'rfb_320'), 0.5)
    assert found == (2, 3, 3, 0, 0)


def test_a_folder_without_faces_needs_no_labels(picture, tmp_path, capsys):
    (tmp_path / 'room' / 'today').mkdir(parents=True)
    words = ['mine', SLIM, '--no-faces', str(tmp_path / 'room'), '--out', str(tmp_path / 'out'), '--score', '0.5']
    assert main(words) == 2
    assert f'expected data sets, or folders with pictures, got {tmp_path}/room' in capsys.readouterr().err
    cv2.imwrite(str(tmp_path / 'room' / 'today' / 'a.png'), picture)
    assert main(words) == 0
    assert capsys.readouterr().out.startswith('1 pictures, 2 mistakes; ')
    assert len(read_samples(tmp_path / 'out' / 'mined.json', ['human', 'cartoon'])) == 2


def test_the_score_decides_what_counts(data, tmp_path):
    assert mine(SLIM, [data([])], [], tmp_path / 'out', '', 0.999).mistakes == 0


def test_the_command_says_what_it_did_and_keeps_what_is_there(data, tmp_path, capsys):
    words = ['mine', SLIM, data(['human']), '--out', str(tmp_path / 'out'), '--score', '0.5']
    assert main(words) == 0
    assert capsys.readouterr().out == ('1 pictures, 1 mistakes; left out: 0 that nobody sees as well, 0 too near to a face; '
                                       '1 written\n')
    assert main(words) == 2
    assert 'is there already' in capsys.readouterr().err


@pytest.mark.parametrize('faces, expected', [
    ([], [(20, 20, 70, 70)]),                       # five times its side, which is 10
    ([[0, 0, 22, 100]], [(25, 25, 65, 65)]),        # a face in five sides, none in four
    ([[36, 36, 54, 54]], []),                       # a face around it
], ids=['free', 'near a face', 'in a face'])
def test_as_much_as_is_free_of_faces(faces, expected):
    boxes = np.array(faces, np.float32).reshape(-1, 4)
    sample = Sample(pathlib.Path('a.png'), 100, 100, '', boxes, np.zeros(len(boxes), int))
    found = Detections(np.float32([[40, 40, 50, 50]]), np.float32([0.9]), np.array(['human']))
    assert list(views_of(found, sample)) == expected


def test_pieces_end_with_the_picture():
    sample = Sample(pathlib.Path('a.png'), 60, 40, '', np.zeros((0, 4), np.float32), np.zeros(0, int))
    found = Detections(np.float32([[40, 0, 60, 20]]), np.float32([0.9]), np.array(['human']))
    assert list(views_of(found, sample)) == [(0, 0, 60, 40)]
