# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The plan of a resize: with plain numpy arithmetic it gives OpenCV's pixels."""
import numpy as np
import pytest
from kernel_reference import reference
from preprocess_cases import LEVELS, SIZES, image_of, input_specs, spec

from face_perception.backends.tensorrt.resampling import AREA, BOX, LINEAR, SPAN, plan
from face_perception.core.preprocess import preprocess

RANDOM = np.random.RandomState(1)
MANY = SIZES + [tuple(int(2 ** power) for power in RANDOM.uniform(0, 11, 2)) for _ in range(60)]


def pixels(tensor, given):
    """Return a tensor before its normalisation, so that a difference is one of levels."""
    return tensor / np.array(given.scale).reshape(3, 1, 1) + np.array(given.mean).reshape(3, 1, 1)


@pytest.mark.parametrize('width, height, method', [
    (320, 240, LINEAR), (1, 1, LINEAR), (639, 479, LINEAR), (640, 480, BOX), (1280, 240, BOX), (641, 480, AREA),
    (1920, 1080, AREA), (1000, 200, LINEAR), (320, 480, BOX)])
def test_the_filter_follows_the_ratios(width, height, method):
    assert plan(width, height, spec()).method == method


@pytest.mark.parametrize('resize', ['stretch', 'letterbox'])
@pytest.mark.parametrize('width, height', SIZES)
def test_the_pixels_are_those_of_opencv(width, height, resize):
    given = spec(resize=resize)
    image = image_of(width, height)
    expected, geometry = preprocess(image, given)
    found = reference(image, given)
    assert found.shape == expected.shape and found.dtype == np.float32
    if LEVELS == 0:
        np.testing.assert_array_equal(found, expected)
    assert abs(pixels(found, given) - pixels(expected, given)).max() <= LEVELS + 1e-4
    assert plan(width, height, given).geometry == geometry


@pytest.mark.parametrize('name', sorted(input_specs()))
def test_spans_lie_in_the_image_and_their_weights_add_up(name):
    given = input_specs()[name]
    for width, height in MANY:
        found = plan(width, height, given)
        assert found.spans.dtype == SPAN and found.spans.shape == (given.width + given.height,)
        for size, spans in ((width, found.spans[:given.width]), (height, found.spans[given.width:])):
            spans = spans[spans['first'] <= spans['last']]
            assert len(spans) and (spans['first'] >= 0).all() and (spans['last'] < size).all()
            count = spans['last'] - spans['first'] + 1
            if found.method == LINEAR:
                assert (abs(spans['first_weight'] + spans['last_weight'] - 2048) <= 1).all()
                assert (count <= 2).all()
            else:
                total = spans['first_weight'].astype(float)
                total[count > 1] += spans['last_weight'][count > 1] + (
                    (count - 2) * spans['middle_weight'].astype(float))[count > 1]
                np.testing.assert_allclose(total, 1, atol=1e-3)     # less than 1/1000 of a pixel is left out


def test_a_letterbox_leaves_its_margins_out():
    spans = plan(640, 160, spec(320, 240, resize='letterbox')).spans
    outside = spans['first'] > spans['last']
    assert not outside[:320].any()
    assert np.flatnonzero(~outside[320:]).tolist() == list(range(80, 160))


def test_equal_sizes_share_a_plan_that_nobody_can_change():
    first = plan(640, 480, spec())
    assert plan(640, 480, spec()) is first
    assert plan(480, 640, spec()) is not first and plan(640, 480, spec(resize='letterbox')) is not first
    with pytest.raises(ValueError, match='read-only'):
        first.spans['first'] = 0
