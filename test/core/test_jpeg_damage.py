# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A filled part of a JPEG is found wherever it lies; the runs of plain pictures are not taken for damage."""
import cv2
import numpy as np
import pytest

from face_perception.core.decoding import PictureError, decode_picture
from face_perception.core.jpeg_damage import has_filled_part

RANDOM = np.random.RandomState(3)
NOISE = RANDOM.randint(0, 256, (40, 60, 3)).astype(np.uint8)
SMOOTH = cv2.resize(NOISE, (640, 480), interpolation=cv2.INTER_CUBIC)
OPTIMISED, PROGRESSIVE = (cv2.IMWRITE_JPEG_OPTIMIZE, 1), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)


def coded(image, *options):
    done, data = cv2.imencode('.jpg', image, list(options))
    assert done
    return data.tobytes()


@pytest.mark.parametrize('data', [b'', b'\xff\xd8', bytes(99), b'\xff\xd8' + bytes(99), b'\xff\xd8\xff\xda' + bytes(99),
                                  b'\xff\xd8\xff\xc0\0\x04\0\0\xff\xda\0\x02' + bytes(99),
                                  b'\xff\xd8\xff\xc4\0\x03\0\xff\xc4' + bytes(99)])
def test_headers_that_are_none_are_not_judged(data):
    assert has_filled_part(data) is False


@pytest.mark.parametrize('image, options', [
    (SMOOTH, ()), (SMOOTH[:, :, 1], ()), (SMOOTH, OPTIMISED), (SMOOTH, (cv2.IMWRITE_JPEG_RST_INTERVAL, 7)),
], ids=['colour', 'grey', 'optimised', 'restarts'])
@pytest.mark.parametrize('length', [64, 512, 4096])
@pytest.mark.parametrize('fill', [0x00, 0x32, 0xaa])
def test_a_filled_part_is_found_wherever_it_lies(image, options, length, fill):
    data = coded(image, *options)
    for place in np.linspace(.1, .8, 12):
        start = int(place * len(data))
        assert start > 700 and start + length < len(data)      # behind the header
        broken = data[:start] + bytes([fill]) * length + data[start + length:]
        with pytest.raises(PictureError, match='damaged'):
            decode_picture(broken)
    assert decode_picture(data).shape == (480, 640, 3)


@pytest.mark.parametrize('length', [30, 47, 48, 60])
def test_the_shortest_run(length):
    data = coded(SMOOTH)
    for start in range(5000, 5016):
        broken = data[:start] + bytes([0x32]) * length + data[start + length:]
        assert has_filled_part(broken) is (length >= 47)


PLAIN = [np.full((480, 640, 3), level, np.uint8) for level in (0, 17, 128, 255)]
PLAIN.append(cv2.rectangle(PLAIN[3].copy(), (100, 100), (300, 200), (0, 0, 200), -1))


@pytest.mark.parametrize('options', [(), OPTIMISED, PROGRESSIVE, OPTIMISED + (cv2.IMWRITE_JPEG_QUALITY, 100),
                                     (cv2.IMWRITE_JPEG_QUALITY, 1), (cv2.IMWRITE_JPEG_RST_INTERVAL, 4)])
@pytest.mark.parametrize('image', PLAIN + [SMOOTH, PLAIN[2][:, :, 0]])
def test_whole_pictures_pass(image, options):
    assert has_filled_part(coded(image, *options)) is False


def test_plain_areas_may_be_runs():
    # What the last test is about: such runs are there.
    assert bytes(64) in coded(PLAIN[4], *OPTIMISED)


@pytest.mark.parametrize('extra', [b'', bytes(5000)])
def test_runs_outside_the_picture_are_nobodys_business(extra):
    # In a comment before it, and behind its end.
    data = coded(SMOOTH)
    comment = b'\xff\xfe' + (2 + len(extra)).to_bytes(2, 'big') + extra
    assert has_filled_part(data[:2] + comment + data[2:] + extra) is False


@pytest.mark.parametrize('padding', [1, 20, 300, 5000])
@pytest.mark.parametrize('options', [(), OPTIMISED, (cv2.IMWRITE_JPEG_RST_INTERVAL, 7)])
@pytest.mark.parametrize('image', [SMOOTH, PLAIN[4], SMOOTH[:, :, 1]])
def test_zeros_before_the_end_are_padding_of_a_camera(image, options, padding):
    data = coded(image, *options)
    padded = data[:-2] + bytes(padding) + data[-2:]
    assert (decode_picture(padded) == decode_picture(data)).all()


def test_zeros_in_place_of_the_end_are_damage():
    data = coded(SMOOTH)
    for lost in (512, 4096):
        with pytest.raises(PictureError, match='damaged'):
            decode_picture(data[:-2 - lost] + bytes(lost) + data[-2:])
