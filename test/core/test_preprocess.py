# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Image to tensor and boxes back: both ways against plain arithmetic."""
import numpy as np
import pytest

from face_perception.core import preprocess as preprocess_module
from face_perception.core.preprocess import Geometry, InputSpec, check_image, preprocess, resize


def spec(width=8, height=6, colour='rgb', resize='stretch', pad=0):
    return InputSpec(width=width, height=height, colour=colour, mean=(10.0, 20.0, 30.0),
                     scale=(0.5, 0.25, 2.0), resize=resize, pad=pad)


def nearest(image, width, height):
    """Resize by picking pixels; every result is a value of the source, so that tests can say which."""
    rows = np.arange(height) * image.shape[0] // height
    columns = np.arange(width) * image.shape[1] // width
    return image[rows][:, columns]


@pytest.fixture(autouse=True)
def picking(monkeypatch):
    """Every value of a tensor is then a value of the source; resize itself has its own tests below."""
    monkeypatch.setattr(preprocess_module, 'resize', nearest)


def noise(width, height, seed=0):
    return np.random.RandomState(seed).randint(0, 256, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize('image, words', [
    (None, 'got NoneType'),
    ([[[1, 2, 3]]], 'got list'),
    (np.zeros((0, 5, 3), np.uint8), r'got an array \(0, 5, 3\) uint8'),
    (np.zeros((5, 0, 3), np.uint8), 'one pixel at least'),
    (np.zeros((5, 5), np.uint8), r'got an array \(5, 5\) uint8'),
    (np.zeros((5, 5, 4), np.uint8), r'\(5, 5, 4\)'),
    (np.zeros((1, 5, 5, 3), np.uint8), r'\(1, 5, 5, 3\)'),
    (np.zeros((5, 5, 3), np.float32), 'float32'),
])
def test_what_is_no_image_is_refused_with_what_came(image, words):
    with pytest.raises(ValueError, match=words):
        check_image(image)
    with pytest.raises(ValueError, match='BGR'):
        preprocess(image, spec())


@pytest.mark.parametrize('colour, order', [('rgb', (2, 1, 0)), ('bgr', (0, 1, 2))])
@pytest.mark.parametrize('width, height', [(8, 6), (16, 12), (3, 40), (1, 1)])
def test_stretch_is_the_formula_of_the_contract(colour, order, width, height):
    image = noise(width, height)
    before = image.copy()
    tensor, _ = preprocess(image, spec(colour=colour))
    small = nearest(image, 8, 6).astype(np.float64)
    assert tensor.shape == (1, 3, 6, 8) and tensor.dtype == np.float32 and tensor.flags.c_contiguous
    for channel, source in enumerate(order):
        expected = (small[:, :, source] - (10, 20, 30)[channel]) * (0.5, 0.25, 2)[channel]
        np.testing.assert_allclose(tensor[0, channel], expected, rtol=1e-6)
    assert (image == before).all()


@pytest.mark.parametrize('view', [
    lambda image: image[::-1], lambda image: image[:, ::-1], lambda image: image[:, :, ::-1],
    lambda image: image[::2, 1:], lambda image: np.asfortranarray(image)])
@pytest.mark.parametrize('width, height', [(8, 6), (33, 21)])
def test_any_strides_give_what_a_copy_gives(view, width, height):
    image = view(noise(width, height))
    image.flags.writeable = False
    np.testing.assert_array_equal(preprocess(image, spec())[0],
                                  preprocess(np.ascontiguousarray(image), spec())[0])


def test_an_earlier_tensor_stays_as_it_was():
    first, _ = preprocess(noise(8, 6), spec())
    before = first.copy()
    preprocess(noise(8, 6, seed=1), spec())
    assert (first == before).all()


def test_resize_is_asked_once_for_width_and_height_and_not_without_need(monkeypatch):
    asked = []

    def note(image, width, height):
        asked.append((width, height))
        return nearest(image, width, height)

    monkeypatch.setattr(preprocess_module, 'resize', note)
    preprocess(noise(8, 6), spec())
    assert asked == []
    preprocess(noise(80, 6), spec())
    preprocess(noise(80, 10), spec(resize='letterbox'))
    assert asked == [(8, 6), (8, 1)]


def test_letterbox_centres_the_picture_and_fills_with_the_pad():
    white = np.full((10, 40, 3), 255, np.uint8)
    tensor, _ = preprocess(white, spec(resize='letterbox', pad=114))
    pixels = tensor[0] / np.array([0.5, 0.25, 2]).reshape(3, 1, 1) + np.array([10, 20, 30]).reshape(3, 1, 1)
    assert (pixels[:, 2:4] == 255).all()
    assert (pixels[:, :2] == 114).all() and (pixels[:, 4:] == 114).all()


@pytest.mark.parametrize('resize', ['stretch', 'letterbox'])
@pytest.mark.parametrize('width, height', [
    (1, 1), (7, 5), (320, 240), (640, 480), (2000, 100), (100, 2000), (4000, 3000), (1, 5000), (5000, 1)])
def test_a_box_comes_back_where_it_was(resize, width, height):
    """A box in source pixels, taken forward by hand, is what to_source gives back."""
    _, geometry = preprocess(np.zeros((height, width, 3), np.uint8), spec(320, 240, resize=resize))
    source = np.array([[0, 0, width, height], [0.25 * width, 0.5 * height, 0.75 * width, 0.625 * height]])
    forward = source / [width, height, width, height]
    if resize == 'letterbox':
        ratio = min(320 / width, 240 / height)
        covered = [max(1, round(width * ratio)), max(1, round(height * ratio))]
        margins = [(320 - covered[0]) // 2, (240 - covered[1]) // 2]
        forward = (forward * (covered * 2) + margins * 2) / [320, 240, 320, 240]
    np.testing.assert_allclose(geometry.to_source(forward.astype(np.float32)), source,
                               atol=2e-6 * 240 * max(width, height))


def test_no_boxes_come_back_as_none():
    assert Geometry(640, 480, 640, 480, 0, 0).to_source(np.zeros((0, 4), np.float32)).shape == (0, 4)


def test_boxes_outside_are_cut_to_the_source():
    geometry = Geometry(width=640, height=480, scale_x=640, scale_y=640, offset_x=0, offset_y=-80)
    found = geometry.to_source(np.array([[-1, -1, 2, 2], [0, 0, 1, 0.1]], np.float32))
    assert found.tolist() == [[0, 0, 640, 480], [0, 0, 640, 0]]  # the second lies in the upper margin
    assert found.dtype == np.float32


@pytest.mark.parametrize('width, height, new_width, new_height', [
    (1, 1, 320, 240), (640, 480, 320, 240), (319, 1000, 320, 240), (5000, 1, 320, 1), (320, 240, 640, 480)])
def test_resize_gives_the_size_asked_for(width, height, new_width, new_height):
    image = np.full((height, width, 3), 77, np.uint8)
    small = resize(image, new_width, new_height)
    assert small.shape == (new_height, new_width, 3) and small.dtype == np.uint8
    assert (small == 77).all()


@pytest.mark.parametrize('width, height', [(64, 48), (64, 240), (320, 48)])
def test_resize_averages_when_it_shrinks_an_axis_a_lot(width, height):
    """A chequerboard of single pixels becomes grey; picking pixels would keep black or white."""
    board = (np.indices((240, 320)).sum(axis=0) % 2 * 255).astype(np.uint8)
    small = resize(np.repeat(board[:, :, None], 3, axis=2), width, height)
    assert small.min() >= 100 and small.max() <= 155  # of five pixels, two or three are white
