# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Image messages to arrays and back: every encoding, padding and byte order, no copy where none is needed."""
import array
import sys
import types

import cv2
import numpy as np
import pytest

pytest.importorskip('sensor_msgs.msg', reason='needs ROS')

from sensor_msgs.msg import Image  # noqa: E402

from face_perception.ros.encodings import ENCODINGS, rows_of  # noqa: E402
from face_perception.ros.images import ImageError, bgr_to_image, image_to_bgr  # noqa: E402


def message(pixels, encoding, padding=0, is_bigendian=0):
    """Build an Image of (height, width, channels) uint8 pixels whose rows are padded with 0xee."""
    height, width, channels = pixels.shape
    rows = np.full((height, width * channels + padding), 0xee, np.uint8)
    rows[:, :width * channels] = pixels.reshape(height, -1)
    return Image(height=height, width=width, encoding=encoding, step=rows.shape[1], is_bigendian=is_bigendian,
                 data=array.array('B', rows.tobytes()))


def noise(height, width, channels):
    return np.random.RandomState(7).randint(0, 256, (height, width, channels)).astype(np.uint8)


EXPECTED = {
    'bgr8': (3, lambda pixels: pixels),
    '8UC3': (3, lambda pixels: pixels),
    'rgb8': (3, lambda pixels: pixels[:, :, ::-1]),
    'mono8': (1, lambda pixels: np.repeat(pixels, 3, axis=2)),
    '8UC1': (1, lambda pixels: np.repeat(pixels, 3, axis=2)),
    'bgra8': (4, lambda pixels: pixels[:, :, :3]),
    '8UC4': (4, lambda pixels: pixels[:, :, :3]),
    'rgba8': (4, lambda pixels: pixels[:, :, 2::-1]),
}


def test_an_empty_message_is_refused():
    with pytest.raises(ImageError):
        image_to_bgr(Image())
    with pytest.raises(ImageError) as caught:
        image_to_bgr(Image(encoding='bgr8'))
    assert caught.value.kind == 'size zero'


@pytest.mark.parametrize('is_bigendian', [0, 1])
@pytest.mark.parametrize('padding', [0, 1, 7, 64])
@pytest.mark.parametrize('encoding', sorted(EXPECTED))
def test_every_encoding_with_any_step_and_byte_order(encoding, padding, is_bigendian):
    channels, expected = EXPECTED[encoding]
    for height, width in ((5, 7), (1, 1), (1, 9), (9, 1)):
        pixels = noise(height, width, channels)
        bgr = image_to_bgr(message(pixels, encoding, padding, is_bigendian))
        assert bgr.shape == (height, width, 3) and bgr.dtype == np.uint8
        np.testing.assert_array_equal(bgr, expected(pixels))


@pytest.mark.parametrize('padding', [0, 5])
def test_bgr8_is_not_copied(padding):
    source = message(noise(4, 6, 3), 'bgr8', padding)
    bgr = image_to_bgr(source)
    assert np.shares_memory(bgr, np.frombuffer(source.data, np.uint8))
    before = bgr[2, 3].copy()
    source.data[2 * source.step + 3 * 3] ^= 0xff
    assert bgr[2, 3, 0] == before[0] ^ 0xff


def test_the_view_outlives_the_message():
    pixels = noise(40, 60, 3)
    bgr = image_to_bgr(message(pixels, 'bgr8', 3))
    for _ in range(3):
        array.array('B', bytes(40 * 63 * 3))         # would reuse freed memory
    np.testing.assert_array_equal(bgr, pixels)


@pytest.mark.parametrize('encoding', ['bgr8', 'rgb8', 'mono8'])
def test_the_array_is_read_only_and_opencv_takes_it(encoding):
    bgr = image_to_bgr(message(noise(8, 8, EXPECTED[encoding][0]), encoding, 5))
    with pytest.raises(ValueError):
        bgr[0, 0, 0] = 1
    assert cv2.resize(bgr, (4, 4)).shape == (4, 4, 3)


def test_data_may_be_bytes_or_a_list_and_may_be_longer():
    pixels = noise(2, 3, 3)
    for data in (pixels.tobytes() + b'tail', list(pixels.tobytes())):
        stranger = types.SimpleNamespace(
            height=2, width=3, encoding='bgr8', step=9, is_bigendian=0, data=data)
        np.testing.assert_array_equal(image_to_bgr(stranger), pixels)


def test_the_last_row_need_not_be_padded():
    pixels = noise(3, 4, 3)
    source = message(pixels, 'bgr8', 10)
    source.data = source.data[:-10]
    np.testing.assert_array_equal(image_to_bgr(source), pixels)
    source.data = source.data[:-1]
    with pytest.raises(ImageError):
        image_to_bgr(source)


@pytest.mark.parametrize('fields, kind, words', [
    (dict(step=17), 'step too small, bgr8', ['18', '17']),
    (dict(step=0), 'step too small, bgr8', ['18', ' 0']),
    (dict(data=array.array('B', bytes(17))), 'too little data, bgr8', ['36', '17']),
    (dict(data=array.array('B')), 'too little data, bgr8', ['36', ' 0']),
    (dict(height=2**32 - 1), 'too little data, bgr8', ['4294967295']),
    (dict(height=2**32 - 1, width=2**32 - 1, step=2**32 - 1), 'step too small, bgr8', ['4294967295']),
    (dict(width=0), 'size zero', ['width 0']),
    (dict(height=0), 'size zero', ['height 0']),
])
def test_a_wrong_message_is_refused_with_what_came(fields, kind, words):
    source = message(noise(2, 6, 3), 'bgr8')
    for name, value in fields.items():
        setattr(source, name, value)
    with pytest.raises(ImageError) as caught:
        image_to_bgr(source)
    assert caught.value.kind == kind
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.fixture
def no_cv_bridge(monkeypatch):
    monkeypatch.setitem(sys.modules, 'cv_bridge', None)         # import says ImportError


@pytest.mark.parametrize('encoding', [
    '', 'BGR8', '32FC1', '8UC2', 'bayer_xyz8', 'x' * 10000, '\u4eba\n%s'])
def test_another_encoding_without_cv_bridge_names_the_way_out(no_cv_bridge, encoding):
    source = message(noise(2, 2, 4), encoding)
    with pytest.raises(ImageError) as caught:
        image_to_bgr(source)
    text = str(caught.value)
    assert 'cv-bridge' in text and 'bgr8' in text
    assert len(text) < 600 and '\n' not in text and text.isascii()
    with pytest.raises(ImageError) as again:
        image_to_bgr(source)
    assert again.value.kind == caught.value.kind


def fake_cv_bridge(monkeypatch, convert):
    """Put a stand-in for cv_bridge in place: no wheel of it exists for where these tests run."""
    class CvBridge:
        def imgmsg_to_cv2(self, source, desired_encoding='passthrough'):
            return convert(source, desired_encoding)
    monkeypatch.setitem(sys.modules, 'cv_bridge', types.SimpleNamespace(CvBridge=CvBridge))


def test_cv_bridge_takes_other_encodings(monkeypatch):
    pixels, asked = noise(2, 2, 3), []

    def convert(source, desired_encoding):
        asked.append((source.encoding, desired_encoding))
        return pixels

    fake_cv_bridge(monkeypatch, convert)
    np.testing.assert_array_equal(image_to_bgr(message(noise(2, 2, 4), '32FC1')), pixels)
    np.testing.assert_array_equal(image_to_bgr(message(noise(2, 2, 2), '8UC2')), pixels)
    assert asked == [('32FC1', 'bgr8'), ('8UC2', 'bgr8')]


@pytest.mark.parametrize('encoding', sorted(ENCODINGS))
def test_the_real_cv_bridge_sees_the_same_colours(encoding):
    cv_bridge = pytest.importorskip('cv_bridge', reason='needs a ROS installation with cv_bridge')
    row = ENCODINGS[encoding]
    pixels = noise(rows_of(row, 8), 8, row.channels * row.depth // 8)
    pixels[0] = 255         # the whole range
    source = message(pixels, encoding)
    source.height = 8
    try:
        expected = cv_bridge.CvBridge().imgmsg_to_cv2(source, 'bgr8')
    except cv_bridge.CvBridgeError as error:
        pytest.skip('this cv_bridge does not convert {}: {}'.format(encoding, error))
    assert np.abs(image_to_bgr(source).astype(int) - expected).max() <= 3


def no_image(source, desired):
    raise RuntimeError('[nonsense] is not a color format\n' + 'x' * 9999)


@pytest.mark.parametrize('convert', [no_image, lambda *_: np.zeros((2, 2), np.float32), lambda *_: None])
def test_cv_bridge_that_fails_gives_an_image_error(monkeypatch, convert):
    fake_cv_bridge(monkeypatch, convert)
    with pytest.raises(ImageError) as caught:
        image_to_bgr(message(noise(2, 2, 4), '32FC1'))
    assert '32FC1' in str(caught.value) and len(str(caught.value)) < 600


@pytest.mark.parametrize('bgr', [
    None, [[1, 2, 3]], np.zeros((0, 3, 3), np.uint8), np.zeros((2, 2), np.uint8),
    np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 3), np.float32)])
def test_only_bgr_arrays_are_sent(bgr):
    with pytest.raises(ValueError):
        bgr_to_image(bgr, 0, '')


def test_an_array_comes_back_as_it_was_sent():
    pixels = noise(11, 13, 3)
    for bgr in (pixels, np.asfortranarray(pixels), pixels[::-1, ::2]):
        source = bgr_to_image(bgr, 1700000000123456789, 'camera/left')
        assert (source.header.stamp.sec, source.header.stamp.nanosec) == (1700000000, 123456789)
        assert source.header.frame_id == 'camera/left'
        assert (source.encoding, source.step, source.is_bigendian) == ('bgr8', 3 * bgr.shape[1], 0)
        assert len(source.data) == bgr.size
        np.testing.assert_array_equal(image_to_bgr(source), bgr)


def test_a_sent_message_does_not_follow_the_array():
    bgr = noise(3, 3, 3)
    source = bgr_to_image(bgr, 0, '')
    before = image_to_bgr(source).copy()
    bgr[:] = 0
    np.testing.assert_array_equal(image_to_bgr(source), before)


def test_data_is_filled_the_fast_way():
    # Anything else is checked byte by byte by some rclpy releases: 0.1 s for one image.
    assert isinstance(bgr_to_image(noise(2, 2, 3), 0, '').data, array.array)
