# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Reading pictures: every kind that a user has, and every way in which a file is broken."""
import os
import struct

import cv2
import numpy as np
import pytest
from media_files import PICTURE, save
from shared_data import shared

from face_perception.media.formats import MediaError
from face_perception.media.images import read_image, write_image


def with_exif(jpeg, orientation):
    """Insert an EXIF block that holds nothing but an orientation into the bytes of a JPEG."""
    tiff = b'MM\0*\0\0\0\x08' + struct.pack('>HHHIHHI', 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b'Exif\0\0' + tiff
    return jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(block) + 2) + block + jpeg[2:]


@pytest.mark.parametrize('suffix', ['.bmp', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.webp'])
def test_formats(tmp_path, suffix):
    image = PICTURE if suffix != '.pgm' else PICTURE[:, :, 0]
    found = read_image(save(tmp_path / ('a' + suffix), image))
    expected = PICTURE if suffix != '.pgm' else np.repeat(image[:, :, None], 3, axis=2)
    assert found.shape == (40, 60, 3) and found.dtype == np.uint8
    assert abs(found[:, [2, 57]].astype(int) - expected[:, [2, 57]]).max() < 30


@pytest.mark.parametrize('image', [
    PICTURE[:, :, 0],                                            # grey
    PICTURE.astype(np.uint16) * 257,                             # 16 bits
    (PICTURE[:, :, 0].astype(np.uint16) * 257),                  # 16 bits, grey
    np.dstack([PICTURE, np.full((40, 60), 128, np.uint8)]),      # half transparent
], ids=['grey', 'colour16', 'grey16', 'alpha'])
def test_every_png_becomes_eight_bit_colour(tmp_path, image):
    found = read_image(save(tmp_path / 'a.png', image))
    expected = PICTURE if image.ndim == 3 else np.repeat(PICTURE[:, :, :1], 3, axis=2)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize('orientation, width, height, left_is', [
    (1, 60, 40, 'blue'), (3, 60, 40, 'red'), (6, 40, 60, 'both'), (8, 40, 60, 'both')])
def test_exif_turns_the_picture_upright(tmp_path, orientation, width, height, left_is):
    path = tmp_path / 'a.jpg'
    with open(save(path), 'rb') as file:
        data = file.read()
    path.write_bytes(with_exif(data, orientation))
    found = read_image(str(path))
    assert found.shape == (height, width, 3)
    left = found[:, 2].astype(int)
    blue, red = (left[:, 0] > 200).all(), (left[:, 2] > 200).all()
    assert {'blue': blue, 'red': red, 'both': not blue and not red}[left_is]


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.bmp', '.webp'])
@pytest.mark.parametrize('share', [0.02, 0.5, 0.95])
def test_a_cut_off_file_is_refused(tmp_path, suffix, share):
    path = tmp_path / ('a' + suffix)
    noise = np.random.RandomState(0).randint(0, 256, (60, 80, 3)).astype(np.uint8)
    with open(save(path, noise), 'rb') as file:
        data = file.read()
    path.write_bytes(data[:int(share * len(data))])
    with pytest.raises(MediaError):
        read_image(str(path))


KINDS = {'baseline': (), 'progressive': (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
         'restarts': (cv2.IMWRITE_JPEG_RST_INTERVAL, 2)}


def noisy_jpeg(path, kind):
    """Return the bytes of a JPEG with a thumbnail, a whole JPEG, in front of its picture."""
    noise = np.random.RandomState(0).randint(0, 256, (60, 80, 3)).astype(np.uint8)
    with open(save(path, noise, KINDS[kind]), 'rb') as file:
        data = file.read()
    thumbnail = b'JFXX\0\x10' + cv2.imencode('.jpg', PICTURE)[1].tobytes()
    return data[:2] + b'\xff\xe0' + struct.pack('>H', len(thumbnail) + 2) + thumbnail + data[2:]


@pytest.mark.parametrize('kind', sorted(KINDS))
@pytest.mark.parametrize('after', [b'', b'a comment of some camera', b'\0\0\0\x18ftypmp42 \xff\xda film'])
def test_bytes_after_the_end_of_a_jpeg_do_no_harm(tmp_path, kind, after):
    path = tmp_path / 'a.jpg'
    path.write_bytes(noisy_jpeg(path, kind) + after)
    assert read_image(str(path)).shape == (60, 80, 3)


@pytest.mark.parametrize('kind', sorted(KINDS))
@pytest.mark.parametrize('share', [0.2, 0.5, 0.7, 0.9, 0.97, 1.0])
def test_a_cut_off_jpeg_is_refused_whatever_its_kind(tmp_path, kind, share):
    path = tmp_path / 'a.jpg'
    data = noisy_jpeg(path, kind)
    path.write_bytes(data[:int(share * len(data)) - (share == 1.0)])
    with pytest.raises(MediaError, match='cut off'):
        read_image(str(path))


@pytest.mark.parametrize('content, words', [
    (b'', 'the file is empty'), (b'\0' * 3000, 'not an image'), (b'<html></html>', 'not an image')])
def test_what_is_no_image_is_refused(tmp_path, content, words):
    path = tmp_path / 'a.jpg'
    path.write_bytes(content)
    with pytest.raises(MediaError, match=words):
        read_image(str(path))


def test_a_folder_or_nothing_is_no_image(tmp_path):
    with pytest.raises(MediaError, match='No such file'):
        read_image(str(tmp_path / 'a.jpg'))
    with pytest.raises(MediaError, match='a folder'):
        read_image(str(tmp_path))


def test_the_collection_of_broken_pictures():
    """Real files: all that a viewer shows whole are read, all others refused."""
    folder = shared('data', 'faces_broken', 'images')
    readable = []
    for path in sorted(folder.iterdir()):
        try:
            image = read_image(str(path))
        except MediaError:
            continue
        assert image.ndim == 3 and image.dtype == np.uint8
        readable.append(path.name)
    assert readable == sorted({path.name for path in folder.iterdir()} - {
        'all_nul.jpg', 'bad_middle.jpg', 'text_not_image.jpg', 'truncated.jpg', 'zero_length.jpg'})


def test_a_written_picture_reads_as_it_was(tmp_path):
    target = str(tmp_path / 'new' / 'a.png')
    write_image(target, PICTURE)
    assert (read_image(target) == PICTURE).all()
    assert os.listdir(str(tmp_path / 'new')) == ['a.png']


def test_a_picture_that_cannot_be_written_leaves_nothing(tmp_path):
    (tmp_path / 'a.png').mkdir()
    with pytest.raises(OSError):
        write_image(str(tmp_path / 'a.png'), PICTURE)
    assert os.listdir(str(tmp_path)) == ['a.png']


@pytest.mark.parametrize('name', ['without_suffix', 'a.nothing'])
def test_a_format_that_opencv_does_not_know_is_an_oserror(tmp_path, name):
    with pytest.raises(OSError, match='cannot write'):
        write_image(str(tmp_path / name), PICTURE)
    assert os.listdir(str(tmp_path)) == []
