# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Small data that the tests make themselves, and the way to the data that lies beside the project."""
import json
import os
import pathlib

import cv2
import numpy as np
import pytest
import torch

os.environ['ORT_DISABLE_TELEMETRY'] = '1'      # tests import it on their own, too

# Threads that wait for one another make small networks ten times slower on a busy machine.
torch.set_num_threads(1)

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get('FACE_PERCEPTION_SHARED', ROOT.parent / 'shared'))


@pytest.fixture(scope='session')
def shared():
    """The folder of research data beside the project; tests that need it skip without it."""
    if not (SHARED / 'data' / 'faces' / 'val.json').exists():
        pytest.skip('needs ../shared, the research data that is not part of the repository')
    return SHARED


def draw_picture(rng, kind):
    """Return (picture 160x120 BGR, box or None): a disc for a cartoon, a square for a human, or neither."""
    picture = np.full((120, 160, 3), rng.integers(0, 90, 3), np.uint8)
    side = int(rng.integers(30, 60))
    left, top = int(rng.integers(0, 160 - side)), int(rng.integers(0, 120 - side))
    if kind == 'cartoon':
        centre = (left + side // 2, top + side // 2)
        cv2.circle(picture, centre, side // 2, (40, 220, 240), -1)
        cv2.circle(picture, centre, side // 5, (0, 0, 0), -1)
    elif kind == 'human':
        cv2.rectangle(picture, (left, top), (left + side, top + side), (170, 190, 235), -1)
        cv2.rectangle(picture, (left + side // 4, top + side // 4), (left + side // 2, top + side // 3), (60, 40, 30), -1)
    return picture, None if kind == 'nothing' else [left, top, side, side]


def write_data(folder, count, seed=0):
    """Write `count` drawn pictures and their COCO json; return the path of the json."""
    rng = np.random.default_rng(seed)
    images, annotations = [], []
    for number in range(1, count + 1):
        kind = ('human', 'cartoon', 'nothing')[number % 3]
        picture, box = draw_picture(rng, kind)
        cv2.imwrite(str(folder / f'{number:03}.png'), picture)
        images.append({'id': number, 'file_name': f'{number:03}.png', 'width': 160, 'height': 120, 'source': 'drawn'})
        if box:
            annotations.append({'id': len(annotations) + 1, 'image_id': number, 'bbox': box, 'iscrowd': 0,
                                'category_id': 1 if kind == 'human' else 2})
    path = folder / 'data.json'
    path.write_text(json.dumps({'images': images, 'annotations': annotations,
                                'categories': [{'id': 1, 'name': 'human'}, {'id': 2, 'name': 'cartoon'}]}))
    return path


@pytest.fixture(scope='session')
def drawn(tmp_path_factory):
    """The COCO json of 24 drawn pictures: humans, cartoons and face-free ones."""
    return write_data(tmp_path_factory.mktemp('drawn'), 24)
