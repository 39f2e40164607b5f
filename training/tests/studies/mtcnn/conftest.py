# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Drawn frames, and the published weights where they are at hand."""
import json

import cv2
import numpy as np
import pytest
from studies.mtcnn.frames import Frame
from studies.mtcnn.nets import published_stages

from face_training.faults import TrainingError


@pytest.fixture(scope='session')
def published():
    """The published stages; tests that need them skip without."""
    try:
        return published_stages()
    except TrainingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope='session')
def drawn_frames():
    """Six frames of 160x120 with a bright square of 40 to 64 pixels each, the face, on a dark ground with noise."""
    random, frames = np.random.default_rng(0), []
    for number in range(6):
        image = random.integers(0, 60, (120, 160, 3), np.uint8)
        side = int(random.integers(40, 65))
        left, top = int(random.integers(0, 160 - side)), int(random.integers(0, 120 - side))
        image[top:top + side, left:left + side] = 200
        image[top + side // 4:top + side // 2, left + side // 4:left + side // 2] = 20
        frames.append(Frame(f'{number}.png', image, np.array([[left, top, left + side, top + side]], np.float32)))
    return frames


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


@pytest.fixture(scope='session')
def show(tmp_path_factory):
    """The folder of a made show, laid out as ../shared/data."""
    return write_show(tmp_path_factory.mktemp('show'), np.random.default_rng(3))
