# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Compressed images to arrays and back; what is damaged is no image."""
import array

import cv2
import numpy as np
import pytest

pytest.importorskip('sensor_msgs.msg', reason='needs ROS')

from sensor_msgs.msg import CompressedImage  # noqa: E402

from face_perception.ros.compressed import bgr_to_compressed, check_compressed, compressed_to_bgr, jpeg_to_compressed  # noqa: E402
from face_perception.ros.images import ImageError  # noqa: E402


def noise(height, width, channels):
    return np.random.RandomState(7).randint(0, 256, (height, width, channels)).astype(np.uint8)


def test_nothing_compressed_is_refused():
    with pytest.raises(ImageError):
        compressed_to_bgr(CompressedImage(format='jpeg'))


@pytest.mark.parametrize('data', [b'not a picture', b'\xff\xd8\xff\xe0 cut off'])
def test_broken_compressed_bytes_are_refused(data):
    with pytest.raises(ImageError) as caught:
        compressed_to_bgr(CompressedImage(format='jpeg\n', data=array.array('B', data)))
    assert 'jpeg' in str(caught.value)


def test_compressed_there_and_back():
    ramp = np.zeros((48, 64, 3), np.uint8)
    ramp[:, :, 0] = np.arange(64) * 4
    ramp[:, :, 2] = 255
    source = bgr_to_compressed(ramp, 5 * 10**9 + 7, 'camera', quality=95)
    assert (source.header.stamp.sec, source.header.stamp.nanosec, source.header.frame_id) == (5, 7, 'camera')
    assert np.abs(compressed_to_bgr(source).astype(int) - ramp).max() <= 8

    png = CompressedImage(format='png', data=array.array('B', cv2.imencode('.png', ramp)[1].tobytes()))
    np.testing.assert_array_equal(compressed_to_bgr(png), ramp)


def test_no_bytes_show_before_anything_is_decoded():
    with pytest.raises(ImageError):
        check_compressed(CompressedImage())
    check_compressed(CompressedImage(data=array.array('B', b'x')))


def test_a_jpeg_with_zeros_in_its_middle_is_no_image():
    data = bytearray(cv2.imencode('.jpg', noise(120, 160, 3))[1].tobytes())
    data[len(data) // 2:len(data) // 2 + 600] = bytes(600)
    with pytest.raises(ImageError) as caught:
        compressed_to_bgr(jpeg_to_compressed(bytes(data), 0, ''))
    assert 'damaged' in str(caught.value)


@pytest.mark.parametrize('words, flipped, why', [
    ('bgr8; jpeg compressed bgr8', False, 'what image_transport writes of bgr8'),
    ('rgb8; jpeg compressed bgr8', False, 'and of rgb8, turned round before'),
    ('rgb8; jpeg compressed rgb8', True, 'coded as it was'),
    ('jpeg', False, 'a camera driver'), ('', False, 'nothing said')])
def test_the_order_of_colours_is_what_the_format_says(words, flipped, why):
    blue = np.zeros((16, 16, 3), np.uint8)
    blue[:, :, 0] = 250
    jpeg = cv2.imencode('.jpg', blue)[1].tobytes()
    message = CompressedImage(format=words, data=array.array('B', jpeg))
    strongest = compressed_to_bgr(message)[8, 8].argmax()
    assert strongest == (2 if flipped else 0), why


def test_depth_is_no_picture():
    png = cv2.imencode('.png', np.zeros((4, 4), np.uint16))[1].tobytes()
    with pytest.raises(ImageError) as caught:
        compressed_to_bgr(CompressedImage(format='16UC1; compressedDepth png', data=array.array('B', png)))
    assert 'depth image' in str(caught.value)


def test_only_bgr_arrays_are_coded():
    with pytest.raises(ValueError):
        bgr_to_compressed(np.zeros((2, 2), np.uint8), 0, '')
    assert isinstance(bgr_to_compressed(noise(2, 2, 3), 0, '').data, array.array)
