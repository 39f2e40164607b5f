# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames to train on: out of the film and its lists, none that is judged."""
import json
import shutil

import cv2
import numpy as np
import pytest
from studies.mtcnn.frames import chosen_frames, film_frames, judged_samples, read_lines, training_frames

from face_training.faults import TrainingError


def write_show(folder, random):
    """Write a show of two stored frames, a film of three and one judged frame, which is also the film's last."""
    (folder / 'faces' / 'dexter_annotations').mkdir(parents=True)
    (folder / 'faces' / 'dexter').mkdir()
    (folder / 'video').mkdir()
    pictures = [cv2.resize(random.integers(0, 256, (6, 8, 3), np.uint8), (160, 120)) for _ in range(5)]
    for name, place in (('dad_0001.jpg', 0), ('dad_0002.jpg', 1), ('val_001.jpg', 4)):
        cv2.imwrite(str(folder / 'faces' / 'dexter' / name), pictures[place])
    for name, files in (('train', ['dad_0001.jpg', 'dad_0002.jpg']), ('val', ['val_001.jpg'])):
        images = [{'id': n + 1, 'file_name': f'dexter/{file}', 'width': 160, 'height': 120, 'source': 'dexter'}
                  for n, file in enumerate(files)]
        boxes = [{'id': n + 1, 'image_id': n + 1, 'category_id': 2, 'bbox': [10, 10, 40, 40], 'iscrowd': n}
                 for n in range(len(files))]
        labels = [{'id': 1, 'name': 'human'}, {'id': 2, 'name': 'cartoon'}]
        content = {'images': images, 'annotations': boxes, 'categories': labels}
        (folder / 'faces' / f'{name}.json').write_text(json.dumps(content))
    film = cv2.VideoWriter(str(folder / 'video' / 'dexter_train_frames.mp4'), cv2.VideoWriter_fourcc(*'mp4v'), 5, (160, 120))
    for place in (2, 3, 4):
        film.write(pictures[place])
    film.release()
    rows = ['frame,folder,file', '0,dad,0003.jpg', '1,mom,0003.jpg', '2,mom,0004.jpg']
    (folder / 'video' / 'dexter_train_frames.csv').write_text('\n'.join(rows) + '\n')
    lists = folder / 'faces' / 'dexter_annotations'
    (lists / 'dad_annotations.txt').write_text('0003.jpg 1 2 30 40 dad\n0003.jpg 50 2 80 40 unknown\n\n')
    (lists / 'mom_annotations.txt').write_text('0003.jpg 5 6 50 60 mom\n0004.jpg 5 6 50 60 mom\n')
    return folder


@pytest.fixture(scope='module')
def show(tmp_path_factory):
    return write_show(tmp_path_factory.mktemp('show'), np.random.default_rng(3))


def test_an_empty_list_has_no_faces(tmp_path):
    (tmp_path / 'a.txt').write_text('\n')
    assert read_lines(tmp_path / 'a.txt') == {}


def test_the_frames_of_a_film_have_the_faces_of_their_folder(show):
    frames = film_frames(show / 'video' / 'dexter_train_frames.mp4', show / 'faces' / 'dexter_annotations')
    assert [frame.name for frame in frames] == ['dad_0003.jpg', 'mom_0003.jpg', 'mom_0004.jpg']
    assert frames[0].boxes.tolist() == [[1, 2, 30, 40], [50, 2, 80, 40]] and frames[1].boxes.tolist() == [[5, 6, 50, 60]]
    assert frames[0].image.shape == (120, 160, 3)


def test_a_film_that_is_too_short_is_refused(show, tmp_path):
    film = shutil.copy(show / 'video' / 'dexter_train_frames.mp4', tmp_path / 'a.mp4')
    (tmp_path / 'a.csv').write_text((show / 'video' / 'dexter_train_frames.csv').read_text() + '3,mom,0004.jpg\n')
    with pytest.raises(TrainingError, match='has 3 frames, its csv expects 4'):
        film_frames(tmp_path / 'a.mp4', show / 'faces' / 'dexter_annotations')
    assert film.exists()


def test_a_frame_that_is_judged_is_not_trained_on(show):
    names = [frame.name for frame in training_frames(show)]
    assert names == ['dad_0001.jpg', 'dad_0002.jpg', 'dad_0003.jpg', 'mom_0003.jpg']


def test_ignored_faces_are_not_trained_on(show):
    assert [len(frame.boxes) for frame in training_frames(show)][:2] == [1, 0]


def test_judged_frames_know_one_label(show):
    sample, = judged_samples(show, 'dexter')
    assert sample.labels.tolist() == [0] and judged_samples(show, 'louie') == []


def test_a_larger_choice_holds_a_smaller_one():
    frames = list(range(20))
    assert chosen_frames(frames, 3, 1) == chosen_frames(frames, 9, 1)[:3] != chosen_frames(frames, 3, 2)
    assert sorted(chosen_frames(frames, 99, 1)) == frames


def test_the_real_show_has_1063_frames_and_none_is_judged(shared):
    frames = training_frames(shared / 'data')
    assert len(frames) == 1063 and len({frame.name for frame in frames}) == 1063
    assert sum(len(frame.boxes) for frame in frames) > 1063
