# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch

from face_training.config import Augment
from face_training.data.dataset import EpochSampler, FaceDataset, Item, collate, make_loader
from face_training.data.load import read_samples


def make(drawn, **settings):
    samples = read_samples(drawn, ('human', 'cartoon'))
    return FaceDataset(samples, Augment(**settings), width=64, height=48, smallest_face=3, seed=5)


def test_a_batch_of_face_free_pictures_has_no_faces():
    item = Item(torch.zeros(48, 64, 3, dtype=torch.uint8), torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), ('a.png',))
    images, boxes, classes, _ = collate([item, item])
    assert images.shape == (2, 48, 64, 3) and boxes.shape == (2, 0, 4) and classes.shape == (2, 0)


def test_two_pictures_are_padded_to_the_one_with_more_faces():
    image = torch.zeros(48, 64, 3, dtype=torch.uint8)
    one = Item(image, torch.tensor([[0.1, 0.1, 0.2, 0.2]]), torch.tensor([1]), ('one.png',))
    boxes = torch.tensor([[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]])
    two = Item(image, boxes, torch.tensor([0, -1]), ('two.png', 'one.png'))
    _, boxes, classes, files = collate([one, two])
    assert files == (('one.png',), ('two.png', 'one.png'))
    assert classes.tolist() == [[2, 0], [1, -1]]
    assert boxes[0, 1].tolist() == [0, 0, 0, 0]


def test_what_is_drawn_depends_on_seed_epoch_and_index_alone(drawn):
    first, second = make(drawn, mosaic=0.5), make(drawn, mosaic=0.5)
    for key in (0, 7, 7 + len(first), 7 + 2 * len(first)):
        assert torch.equal(first[key][0], second[key][0])
    assert not torch.equal(first[7][0], first[7 + len(first)][0])


def test_boxes_are_shares_of_the_input(drawn):
    for key in range(60):
        image, boxes, labels, files = make(drawn, mosaic=1)[key]
        assert len(files) == 4 and files[0].endswith(f'{key % 24 + 1:03}.png')
        assert image.shape == (48, 64, 3) and image.dtype == torch.uint8
        assert len(boxes) == len(labels) and (boxes >= 0).all() and (boxes <= 1).all()


def test_every_epoch_sees_every_picture_in_another_order(drawn):
    sampler = EpochSampler(24, seed=1)
    orders = []
    for epoch in (0, 1):
        sampler.set_epoch(epoch)
        orders.append(list(sampler))
    assert sorted(orders[0]) == list(range(24)) and sorted(orders[1]) == list(range(24, 48))
    assert [k - 24 for k in orders[1]] != orders[0]


def test_a_resumed_epoch_goes_on_where_it_was_left():
    sampler = EpochSampler(24, seed=1)
    sampler.set_epoch(1)
    whole = list(sampler)
    sampler.seen = (1, 8)
    assert list(sampler) == whole[8:] and len(sampler) == 24
    sampler.set_epoch(2)
    assert len(list(sampler)) == 24


def test_the_loader_gives_rgb(drawn):
    dataset = make(drawn, mosaic=0, crop=0, zoom_out=0, colour=0, grey=0, blur=0, noise=0, jpeg=0, flip=0, rotate=0,
                   aspect=0)
    images, *_ = next(iter(make_loader(dataset, 24, workers=0, seed=0)))
    # The drawn cartoon is yellow: much red, little blue.
    yellow = (images[..., 0] > 200) & (images[..., 2] < 90)
    assert yellow.any()
    assert isinstance(images.numpy(), np.ndarray)
