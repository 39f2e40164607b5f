# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Coded pictures: which are whole, which are not, and which range of values they have."""
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from face_perception.core.decoding import PictureError, decode_picture, decode_pictures, to_eight_bits
from face_perception.core.picture_size import picture_size

NOISE = np.random.RandomState(0).randint(0, 256, (60, 80, 3)).astype(np.uint8)
SUFFIXES = ('.jpg', '.png', '.bmp', '.webp', '.tif', '.ppm', '.jp2')


def coded(suffix, image=NOISE, *options):
    done, data = cv2.imencode(suffix, image, list(options))
    assert done
    return data.tobytes()


@pytest.mark.parametrize('suffix', SUFFIXES)
def test_the_size_stands_in_the_header(suffix):
    assert picture_size(coded(suffix)) == (80, 60)
    assert picture_size(coded(suffix, NOISE[:50, :33])) == (33, 50)


@pytest.mark.parametrize('data', [
    b'', b'\xff\xd8', b'\x89PNG\r\n\x1a\n', b'II*\0\0\0', b'BM', b'P6 ', b'RIFF1234WEBP', b'no'])
def test_a_header_that_is_no_header_has_no_size(data):
    assert picture_size(data) is None


def test_a_picture_that_is_too_large_is_refused_before_its_pixels_are_made():
    header = coded('.png', np.zeros((4, 4, 3), np.uint8))
    bomb = header[:16] + (30000).to_bytes(4, 'big') + (30000).to_bytes(4, 'big') + header[24:]
    with pytest.raises(PictureError, match='30000 x 30000 pixels, more than the limit of 100 megapixels'):
        decode_picture(bomb)
    with pytest.raises(PictureError, match='80 x 60 pixels, more than the limit of 0.004'):
        decode_picture(coded('.jpg'), max_megapixels=0.004)
    assert decode_picture(coded('.jpg'), max_megapixels=0.0048).shape == (60, 80, 3)


@pytest.mark.parametrize('data, words', [
    (b'', 'empty'), (coded('.jpg')[:2000], 'cut off'),
    (b'\0\0\0\x18ftypheic' + bytes(99), 'HEIC'), (b'no picture', 'not an image')])
def test_what_is_no_picture_is_said(data, words):
    with pytest.raises(PictureError, match=words):
        decode_picture(data)


@pytest.mark.parametrize('harm', ['zeros', 'noise', 'gap'])
def test_a_jpeg_that_is_damaged_in_the_middle_is_refused(harm, capfd):
    data = coded('.jpg', cv2.resize(NOISE, (1200, 800)))
    half = len(data) // 2
    middle = {'zeros': bytes(4000), 'noise': bytes(range(255)) * 16, 'gap': b''}[harm]
    broken = data[:half] + middle + data[half + 4000:]
    with pytest.raises(PictureError, match='damaged'):
        decode_picture(broken)
    assert capfd.readouterr().err == ''      # the caller names the file instead
    assert decode_picture(data).shape == (800, 1200, 3)


def test_what_others_write_to_stderr_meanwhile_is_not_lost():
    program = """
import os, cv2, numpy as np
from face_perception.core import decoding
real = cv2.imdecode
def noisy(*args):
    os.write(2, b"of somebody else\\n")
    return real(*args)
cv2.imdecode = noisy
decoding.decode_picture(cv2.imencode(".jpg", np.zeros((9, 9, 3), np.uint8))[1].tobytes())
"""
    done = subprocess.run([sys.executable, '-c', program], stderr=subprocess.PIPE, check=True, env=dict(os.environ))
    assert done.stderr == b'of somebody else\n'


def test_all_pages_of_a_tiff(tmp_path):
    path = str(tmp_path / 'a.tif')
    assert cv2.imwritemulti(path, [NOISE, NOISE[::-1], NOISE[:30]])
    with open(path, 'rb') as file:
        pages = decode_pictures(file.read())
    assert [page.shape for page in pages] == [(60, 80, 3), (60, 80, 3), (30, 80, 3)]
    np.testing.assert_array_equal(pages[1], NOISE[::-1])
    assert len(decode_pictures(coded('.tif'))) == len(decode_pictures(coded('.jpg'))) == 1


@pytest.mark.parametrize('values, expected', [
    (np.array([0, 255], np.uint8), [0, 255]),               # as it is
    (np.array([0, 65535], np.uint16), [0, 255]),            # the whole range
    (np.array([512, 4095], np.uint16), [32, 255]),          # a sensor of 12 bits would be black otherwise
    (np.array([256, 1023], np.uint16), [64, 255]),          # of 10 bits
    (np.array([7, 200], np.uint16), [7, 200]),              # 8 bits in wide words
    (np.array([0.5, 1.0], np.float32), [128, 255]),         # 0..1
    (np.array([0.5, 128], np.float32), [0, 128]),           # 0..255
    (np.array([np.nan, 1020.0], np.float32), [0, 255]),     # any range
])
def test_the_range_is_taken_from_the_values(values, expected):
    np.testing.assert_array_equal(to_eight_bits(values), expected)


def test_a_16_bit_png_of_12_bits_is_not_black():
    image = NOISE.astype(np.uint16) * 16
    assert abs(decode_picture(coded('.png', image)).astype(int) - NOISE).max() <= 1


@pytest.mark.parametrize('count, good', [(1, True), (8, True), (60, False)])
@pytest.mark.parametrize('place', ['restart', 'end'])
def test_a_few_bytes_before_a_marker_are_harmless_as_live_cameras_send_them(place, count, good):
    picture = np.random.RandomState(0).randint(0, 255, (64, 96, 3)).astype(np.uint8)
    data = cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_RST_INTERVAL, 4])[1].tobytes()
    at = data.index(b'\xff\xd1') if place == 'restart' else data.rindex(b'\xff\xd9')
    padded = data[:at] + bytes(range(1, count + 1)) + data[at:]
    if good:
        np.testing.assert_array_equal(decode_picture(padded), decode_picture(data))
    else:
        with pytest.raises(PictureError, match='extraneous'):
            decode_picture(padded)
