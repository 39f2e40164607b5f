# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Crops of a step: where points go, what a mirror exchanges, that the batch is what OpenCV makes picture by picture."""
import cv2
import numpy as np
import pytest
import torch

from face_perception.core.landmarks import crop_squares, cut_out, to_source
from face_training.landmarks.augment import (
    augmented_crops,
    change_looks,
    crop_matrices,
    draw_matrices,
    make_crops,
    plain_crops,
    sample,
    to_crop,
)
from face_training.landmarks.config import Augment, Data, LandmarkConfig, Model
from face_training.landmarks.crops import Faces, load_faces
from face_training.landmarks.readers import read_faces
from face_training.landmarks.spec import make_spec

MODEL = Model(name='m', network='tiny', width=64, height=64)
STILL = Augment(flip=0, rotate=0, shift=0, scale=0, aspect=0, light=0, tint=0, grey=0, soft=0, noise=0, cover=0)


@pytest.fixture(scope='module')
def faces(drawn_faces):
    return load_faces(read_faces(drawn_faces), 144, 2.2, 127)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_no_face_makes_no_crop(faces):
    none = Faces(*(tensor[:0] for tensor in faces))
    assert plain_crops(none, MODEL).images.shape == (0, 3, 64, 64)


def test_a_crop_follows_the_rule_of_the_robot():
    boxes = torch.tensor([[10.0, 20, 30, 60], [0, 0, 50, 10]])
    matrices = crop_matrices(boxes, 0.25)
    for matrix, square in zip(matrices, crop_squares(boxes.numpy(), 0.25)):
        corners = np.array([[0, 0], [1, 1]]) @ matrix[:, :2].numpy().T + matrix[:, 2].numpy()
        np.testing.assert_allclose(corners, [square[:2], square[:2] + square[2]], atol=0.5)      # it takes whole pixels


def test_crops_are_those_of_the_robot(drawn_faces):
    """The robot cuts out of the picture, the batch out of the square around the face: the same to a few levels."""
    read = read_faces(drawn_faces)[:4]
    config = LandmarkConfig(data=Data(train=(), val=''), model=MODEL)
    ours = plain_crops(load_faces(read, 144, 2.2, 127), MODEL)
    for row, face in enumerate(read):
        squares = crop_squares(face.box[None], MODEL.crop_margin)
        picture = cv2.imread(str(face.path))
        theirs = cut_out(picture, squares, make_spec(config).input)[0]
        assert np.abs(ours.images[row].numpy() - theirs).mean() < 0.06
        back = to_source(ours.points[row, :5].numpy()[None], squares)[0]
        np.testing.assert_allclose(back, face.points[:5], atol=0.75)


def test_a_mirror_exchanges_right_and_left(faces):
    same, mirrored = (augmented_crops(faces, MODEL, Augment(**{**STILL.__dict__, 'flip': flip}), generator())
                      for flip in (0.0, 1.0))
    np.testing.assert_allclose(mirrored.images.flip(3), same.images, atol=1e-4)
    order = [1, 0, 2, 4, 3, 5]
    np.testing.assert_allclose(mirrored.points[:, order, 0], 1 - same.points[..., 0], atol=1e-5)
    np.testing.assert_allclose(mirrored.points[:, order, 1], same.points[..., 1], atol=1e-5)
    # The subject's right eye stays on the left of the crop, whatever the mirror did.
    assert (mirrored.points[:, 0, 0] < mirrored.points[:, 1, 0]).all()


def test_points_stay_on_what_they_mark(drawn_faces):
    """Eyes are drawn dark: so they are at the points after every change of geometry."""
    faces = load_faces(read_faces(drawn_faces), 144, 2.2, 127)
    wild = Augment(**{**STILL.__dict__, 'flip': 0.5, 'rotate': 25.0, 'shift': 0.1, 'scale': 0.2, 'aspect': 0.1})
    crops = augmented_crops(faces, MODEL, wild, generator(3))
    for image, points in zip(crops.images, crops.points):
        for x, y in points[:2].tolist():
            assert image[:, int(y * 64), int(x * 64)].mean() < 0        # skin is above


def test_a_box_is_moved_as_asked():
    boxes = torch.tensor([[40.0, 40, 100, 120]]).repeat(4000, 1)
    settings = Augment(**{**STILL.__dict__, 'scale': 0.1, 'grow': 0.2, 'shift_down': -0.1, 'shift': 0.05})
    matrices, _ = draw_matrices(boxes, 0.0, settings, generator())
    sides = torch.log(matrices[:, 0, 0] / 80)
    assert sides.mean() == pytest.approx(0.2, abs=0.01) and sides.std() == pytest.approx(0.1, abs=0.01)
    middle = matrices[:, :, 2] + matrices[:, :, :2].sum(2) / 2
    np.testing.assert_allclose(middle.mean(0), [70, 80 - 0.1 * 80], atol=0.3)
    np.testing.assert_allclose(middle.std(0), [3, 4], atol=0.3)


def test_the_batch_is_what_opencv_makes_picture_by_picture(faces):
    wild = Augment(**{**STILL.__dict__, 'flip': 0.5, 'rotate': 20.0, 'shift': 0.1, 'scale': 0.2})
    matrices, _ = draw_matrices(faces.boxes, 0.15, wild, generator(1))
    ours = sample(faces.images, matrices, 64, 64, 127)
    for row in range(8):
        linear = matrices[row, :, :2].numpy().astype(np.float64) / 64
        shift = matrices[row, :, 2].numpy() + linear.sum(1) / 2 - 0.5         # OpenCV counts from pixel centres
        theirs = cv2.warpAffine(faces.images[row].permute(1, 2, 0).numpy(), np.hstack([linear, shift[:, None]]), (64, 64),
                                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(127,) * 3)
        assert np.abs(ours[row].permute(1, 2, 0).numpy() - theirs).max() < 12     # it interpolates in steps of 1/32


def test_looks_stay_in_range_and_change_something(faces):
    images = sample(faces.images, crop_matrices(faces.boxes, 0.15), 64, 64, 127)
    changed = change_looks(images.clone(), Augment(), generator(5))
    assert changed.min() >= 0 and changed.max() <= 255
    assert ((changed - images).abs().mean((1, 2, 3)) > 1).float().mean() > 0.9
    np.testing.assert_allclose(change_looks(images.clone(), STILL, generator(5)), images, atol=1e-3)


def test_all_follows_from_the_generator(faces):
    first, same, other = (augmented_crops(faces, MODEL, Augment(), generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first.images, same.images) and not torch.equal(first.images, other.images)


def test_boxes_and_points_share_the_map(faces):
    matrices = crop_matrices(faces.boxes, 0.0)
    crops = make_crops(faces, matrices, MODEL)
    sides = faces.boxes[:, 2:] - faces.boxes[:, :2]
    np.testing.assert_allclose((crops.boxes[:, 2:] - crops.boxes[:, :2]).amax(1), np.ones(len(faces)), atol=1e-5)
    np.testing.assert_allclose(to_crop(faces.boxes.view(-1, 2, 2), matrices).reshape(-1, 4), crops.boxes, atol=1e-5)
    assert (sides[:, 1] > sides[:, 0]).all()
