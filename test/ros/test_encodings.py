# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Encodings that cameras send: colours by the formulas of the standards, not by OpenCV's own words."""
import numpy as np
import pytest

pytest.importorskip('sensor_msgs.msg', reason='needs ROS')

from sensor_msgs.msg import Image  # noqa: E402

from face_perception.ros.encodings import ENCODINGS, rows_of, to_bgr  # noqa: E402
from face_perception.ros.images import ImageError, check_image, image_to_bgr  # noqa: E402

HEIGHT, WIDTH = 6, 8


def bgr_of(y, u, v):
    """Return BGR of YUV in video range (ITU-R BT.601, 8 bits), as floats."""
    y, u, v = (1.164 * (np.asarray(y, float) - 16), np.asarray(u, float) - 128, np.asarray(v, float) - 128)
    return np.clip(np.stack([y + 2.018 * u, y - 0.813 * v - 0.391 * u, y + 1.596 * v], -1), 0, 255)


def planes(shape=(HEIGHT, WIDTH)):
    """Return luma of a ramp and two colour planes that differ, constant over pairs and rows of two."""
    y = np.linspace(40, 220, shape[0] * shape[1]).reshape(shape).astype(np.uint8)
    u = np.repeat(np.repeat(np.arange(100, 100 + shape[0] // 2 * (shape[1] // 2)).reshape(shape[0] // 2, -1), 2, 0), 2, 1)
    return y, u.astype(np.uint8), (250 - u).astype(np.uint8)


def converted(encoding, rows, padding=0, big_endian=False):
    """Convert an image given as (rows, bytes per row) uint8."""
    padded = np.full((rows.shape[0], rows.shape[1] + padding), 0xee, np.uint8)
    padded[:, :rows.shape[1]] = rows
    message = Image(height=HEIGHT, width=WIDTH, encoding=encoding, step=padded.shape[1], is_bigendian=int(big_endian),
                    data=padded.tobytes())
    check_image(message)
    return image_to_bgr(message).astype(int)


def test_no_rows():
    assert rows_of(ENCODINGS['nv12'], 0) == 0 and to_bgr(b'', ENCODINGS['bgr8'], 0, 4, 12).shape == (0, 4, 3)


@pytest.mark.parametrize('padding', [0, 5])
@pytest.mark.parametrize('encoding', ['yuv422', 'uyvy', 'yuv422_yuy2', 'yuyv'])
def test_two_bytes_a_pixel(encoding, padding):
    y, u, v = planes()
    luma_first = encoding in ('yuv422_yuy2', 'yuyv')
    rows = np.empty((HEIGHT, 2 * WIDTH), np.uint8)
    rows[:, 0 if luma_first else 1::2] = y
    rows[:, 1 if luma_first else 0::4] = u[:, ::2]
    rows[:, 3 if luma_first else 2::4] = v[:, ::2]
    assert np.abs(converted(encoding, rows, padding) - bgr_of(y, u, v)).max() <= 3


@pytest.mark.parametrize('padding', [0, 4])
@pytest.mark.parametrize('encoding', ['nv12', 'nv21', 'nv24'])
def test_a_plane_of_luma_and_one_of_colour(encoding, padding):
    y, u, v = planes()
    first, second = (v, u) if encoding == 'nv21' else (u, v)
    if encoding == 'nv24':
        u = first = u + np.arange(WIDTH, dtype=np.uint8) % 2 * 20       # every pixel has a colour of its own
        colour = np.stack([first, second], -1).reshape(2 * HEIGHT, WIDTH)
    else:
        colour = np.stack([first[::2, ::2], second[::2, ::2]], -1).reshape(HEIGHT // 2, WIDTH)
    found = converted(encoding, np.concatenate([y, colour]), padding)
    assert np.abs(found - bgr_of(y, u, v)).max() <= 3


@pytest.mark.parametrize('big_endian', [False, True])
@pytest.mark.parametrize('depth', [8, 16])
@pytest.mark.parametrize('pattern', ['rggb', 'bggr', 'gbrg', 'grbg'])
def test_bayer(pattern, depth, big_endian):
    # A plain colour: whatever the interpolation, it comes back inside.
    levels = {'r': 200, 'g': 100, 'b': 50}
    mosaic = np.tile([[levels[pattern[0]], levels[pattern[1]]], [levels[pattern[2]], levels[pattern[3]]]],
                     (HEIGHT // 2, WIDTH // 2))
    if depth == 8:
        rows = mosaic.astype(np.uint8)
    else:
        rows = (mosaic * 257).astype('>u2' if big_endian else '<u2').view(np.uint8)
    found = converted('bayer_{}{}'.format(pattern, depth), rows, 6, big_endian)[2:-2, 2:-2]
    assert np.abs(found - [50, 100, 200]).max() <= 1


@pytest.mark.parametrize('big_endian', [False, True])
@pytest.mark.parametrize('encoding, channels, order', [
    ('mono16', 1, [0, 0, 0]), ('16UC1', 1, [0, 0, 0]), ('bgr16', 3, [0, 1, 2]), ('rgb16', 3, [2, 1, 0]),
    ('bgra16', 4, [0, 1, 2]), ('rgba16', 4, [2, 1, 0])])
def test_sixteen_bits_keep_the_upper_eight_in_the_byte_order_of_the_message(encoding, channels, order, big_endian):
    values = np.random.RandomState(3).randint(0, 65536, (HEIGHT, WIDTH, channels))
    values[0, 0] = 65535
    rows = values.astype('>u2' if big_endian else '<u2').reshape(HEIGHT, -1).view(np.uint8)
    np.testing.assert_array_equal(converted(encoding, rows, 3, big_endian), (values >> 8)[:, :, order])


def test_a_sensor_of_twelve_bits_is_not_black():
    values = np.linspace(0, 4095, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH).astype('<u2')
    found = converted('mono16', values.view(np.uint8))
    assert found.max() == 255 and (found[:, :, 0] == values >> 4).all()


@pytest.mark.parametrize('encoding, height, width, why', [
    ('yuv422', 4, 3, 'two pixels share a colour'), ('nv12', 4, 5, 'here too'), ('nv21', 3, 4, 'and two rows')])
def test_an_odd_size_is_refused(encoding, height, width, why):
    with pytest.raises(ImageError) as caught:
        check_image(Image(height=height, width=width, encoding=encoding, step=64, data=bytes(64 * 8)))
    assert caught.value.kind == 'odd size, ' + encoding, why


@pytest.mark.parametrize('encoding', ['nv12', 'nv24', 'mono16', 'yuyv'])
def test_too_little_data_is_refused_by_the_rows_of_the_encoding(encoding):
    step = 16 if encoding in ('mono16', 'yuyv') else 12
    rows = rows_of(ENCODINGS[encoding], 4)
    needed = step * (rows - 1) + (16 if step == 16 else 8)
    image = Image(height=4, width=8, encoding=encoding, step=step, data=bytes(needed))
    check_image(image)
    image.data = bytes(needed - 1)
    with pytest.raises(ImageError) as caught:
        check_image(image)
    assert caught.value.kind == 'too little data, ' + encoding
