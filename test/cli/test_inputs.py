# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finding and reading: every kind of picture a user has, and every way in which a file is broken."""
import os
import struct

import cv2
import numpy as np
import pytest
from shared_data import shared

from face_perception.cli.inputs import Source, UnreadableInput, Video, count_images, find_sources, read_image

# Blue on the left, red on the right, so that a turn, a mirror and a swap of channels show.
PICTURE = np.zeros((40, 60, 3), np.uint8)
PICTURE[:, :30] = (250, 0, 0)
PICTURE[:, 30:] = (0, 0, 250)


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'x')
    return str(path)


def save(path, image=PICTURE, options=()):
    assert cv2.imwrite(str(path), image, list(options))
    return str(path)


def with_exif(jpeg, orientation):
    """Insert an EXIF block that holds nothing but an orientation into the bytes of a JPEG."""
    tiff = b'MM\0*\0\0\0\x08' + struct.pack('>HHHIHHI', 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b'Exif\0\0' + tiff
    return jpeg[:2] + b'\xff\xe1' + struct.pack('>H', len(block) + 2) + block + jpeg[2:]


def make_video(path, frames=10, width=64, height=48, fps=12.5):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps, (width, height))
    for number in range(frames):
        writer.write(np.full((height, width, 3), 20 * number, np.uint8))
    writer.release()
    return str(path)


def test_nothing_is_found_in_nothing(tmp_path):
    assert find_sources([]) == ([], [])
    assert find_sources([str(tmp_path)]) == ([], [(str(tmp_path), 'no image or video in this folder')])
    assert find_sources(['/no/such']) == ([], [('/no/such', 'no such file or folder')])


def test_a_folder_is_searched_in_order_to_the_bottom(tmp_path):
    names = ['a.JPG', 'b.png', 'z.mp4', 'sub/deep/d.webp', 'sub/c.jpeg']
    for name in names + ['notes.txt', '.hidden.jpg', '.cache/e.jpg', 'own/f.jpg']:
        touch(tmp_path / name)
    sources, faults = find_sources([str(tmp_path)], leave_out=str(tmp_path / 'own'))
    assert faults == []
    assert [source.name for source in sources] == ['a.JPG', 'b.png', 'z.mp4', 'sub/c.jpeg', 'sub/deep/d.webp']
    assert [source.is_video for source in sources] == [False, False, True, False, False]
    assert all(source.path == str(tmp_path / source.name) for source in sources)


def test_a_named_file_is_taken_whatever_its_ending_and_once(tmp_path):
    picture = save(tmp_path / 'a.png')
    os.rename(picture, str(tmp_path / 'picture'))
    film = make_video(tmp_path / 'a.mp4')
    os.rename(film, str(tmp_path / 'film'))
    odd = [str(tmp_path / 'picture'), str(tmp_path / 'film')]
    sources, _ = find_sources(odd + [str(tmp_path), odd[0]])
    assert sources == [Source(odd[0], 'picture', False), Source(odd[1], 'film', True)]


@pytest.mark.parametrize('ending', ['.bmp', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.webp'])
def test_formats(tmp_path, ending):
    image = PICTURE if ending != '.pgm' else PICTURE[:, :, 0]
    found = read_image(save(tmp_path / ('a' + ending), image))
    expected = PICTURE if ending != '.pgm' else np.repeat(image[:, :, None], 3, axis=2)
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


@pytest.mark.parametrize('ending', ['.jpg', '.png', '.bmp', '.webp'])
@pytest.mark.parametrize('share', [0.02, 0.5, 0.95])
def test_a_cut_off_file_is_refused(tmp_path, ending, share):
    path = tmp_path / ('a' + ending)
    noise = np.random.RandomState(0).randint(0, 256, (60, 80, 3)).astype(np.uint8)
    with open(save(path, noise), 'rb') as file:
        data = file.read()
    path.write_bytes(data[:int(share * len(data))])
    with pytest.raises(UnreadableInput):
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
    with pytest.raises(UnreadableInput, match='cut off'):
        read_image(str(path))


@pytest.mark.parametrize('content, words', [
    (b'', 'the file is empty'), (b'\0' * 3000, 'not an image'), (b'<html></html>', 'not an image')])
def test_what_is_no_image_is_refused(tmp_path, content, words):
    path = tmp_path / 'a.jpg'
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match=words):
        read_image(str(path))


def test_a_folder_or_nothing_is_no_image(tmp_path):
    with pytest.raises(UnreadableInput, match='No such file'):
        read_image(str(tmp_path / 'a.jpg'))
    with pytest.raises(UnreadableInput, match='directory'):
        read_image(str(tmp_path))


def test_the_collection_of_broken_pictures():
    """Real files: all that a viewer shows are read, all others refused."""
    folder = shared('data', 'faces_broken', 'images')
    readable = []
    for path in sorted(folder.iterdir()):
        try:
            image = read_image(str(path))
        except UnreadableInput:
            continue
        assert image.ndim == 3 and image.dtype == np.uint8
        readable.append(path.name)
    assert readable == sorted({path.name for path in folder.iterdir()} - {
        'all_nul.jpg', 'text_not_image.jpg', 'truncated.jpg', 'zero_length.jpg'})


def test_the_frames_of_a_video(tmp_path):
    video = Video(make_video(tmp_path / 'a.mp4'))
    assert (video.fps, video.expected_frames) == (12.5, 10)
    frames = [image.copy() for image in video]
    assert len(frames) == video.frames == 10 and not video.cut_off
    assert all(image.shape == (48, 64, 3) and image.dtype == np.uint8 for image in frames)
    assert all(abs(int(image[24, 32, 1]) - 20 * number) < 8 for number, image in enumerate(frames))
    video.close()


def test_a_cut_off_video_gives_what_it_has(tmp_path):
    """An AVI says in front how many frames there are, so it opens although its end is lost."""
    path = str(tmp_path / 'a.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 10, (64, 48))
    for number in range(40):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    os.truncate(path, os.path.getsize(path) // 2)
    video = Video(path)
    frames = list(video)
    assert 5 < len(frames) < 30 and video.cut_off
    assert all(abs(int(image[24, 32, 1]) - 5 * number) < 8 for number, image in enumerate(frames))


def test_images_are_counted(tmp_path):
    film, broken = make_video(tmp_path / 'a.mp4'), touch(tmp_path / 'b.mp4')
    sources = [Source(film, 'a.mp4', True), Source(broken, 'b.mp4', True), Source('c.jpg', 'c.jpg', False)]
    assert [count_images(source) for source in sources] == [10, 1, 1]


@pytest.mark.parametrize('content', [b'', b'no film', b'\0' * 5000])
def test_what_is_no_video_is_refused(tmp_path, content):
    path = tmp_path / 'a.mp4'
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match='not a video'):
        Video(str(path))
