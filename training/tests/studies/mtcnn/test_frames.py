# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames to train on: out of the film and its lists, none that is judged."""
import shutil

import pytest
from studies.mtcnn.frames import chosen_frames, film_frames, judged_samples, read_lines, training_frames

from face_training.faults import TrainingError


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
