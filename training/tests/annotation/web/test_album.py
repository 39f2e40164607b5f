# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import io

import PIL.Image
import pytest

from training.tests.annotation.picture_host import Page, picture, pictures


def gif():
    """Return a still picture in a format for films."""
    content = io.BytesIO()
    PIL.Image.open(io.BytesIO(picture(1))).save(content, 'GIF')
    return content.getvalue()


@pytest.mark.parametrize('page, status, what', [
    (Page(picture(1, '.png'), 'image/jpeg'), 'saved', '.png'),              # the name says what it is
    (Page(picture(1), 'application/octet-stream'), 'saved', '.jpg'),
    (Page(picture(1), None), 'saved', '.jpg'),
    (Page(b'<html>Please log in</html>', 'image/jpeg'), 'refused', 'not an image that OpenCV can read'),
    (Page(picture(1)[:-400], 'image/jpeg'), 'refused', 'the file is cut off'),
    (Page(b'', 'image/jpeg'), 'refused', 'the file is empty'),
    (Page(picture(1), 'text/html; charset=utf-8'), 'refused', 'is text/html, expected a picture'),
    (Page(gif(), 'image/gif'), 'refused', 'is a GIF, expected one of JPEG, MPO, PNG'),
    (Page(picture(1, width=70, height=60)), 'refused', 'is only 70x60 pixels, the smaller side must have 64'),
    (Page(bytes(25000)), 'refused', '25000 bytes, more than the limit of 20000'),
    (Page(bytes(25000), length=False), 'refused', 'more bytes than the limit of 20000'),
    (Page(bytes(15000), length=False, more=lambda file: [file.write(bytes(15000)) for _ in range(2000)]), 'refused',
     'more bytes than the limit of 20000')])
def test_what_comes_is_judged_by_what_it_is(host, run, page, status, what):
    host.pages = {'/1.jpg': page}
    found = run('/1.jpg', most_bytes=20000)['/1.jpg']
    assert found['status'] == status and (found['file'].endswith(what) if status == 'saved' else what in found['why'])


def test_a_motif_is_kept_once_also_of_pictures_that_were_there(host, run, tmp_path):
    (tmp_path / 'out' / 'pictures').mkdir(parents=True)
    (tmp_path / 'out' / 'pictures' / 'mine.png').write_bytes(picture(1, '.png'))
    (tmp_path / 'out' / 'pictures' / 'broken.png').write_bytes(b'?')
    host.pages = {'/small.jpg': Page(picture(1, width=70, height=64)), '/2.jpg': Page(picture(2)),
                  '/large.jpg': Page(picture(2, width=300, height=256))}
    found = run('/small.jpg', '/2.jpg', '/large.jpg')
    assert found['/small.jpg']['status'] == 'duplicate' and found['/small.jpg']['file'] == 'mine.png'
    assert found['/large.jpg']['file'] == found['/2.jpg']['file'] and found['/large.jpg']['status'] == 'duplicate'
    assert pictures(tmp_path / 'out') == sorted(['broken.png', 'mine.png', found['/2.jpg']['file']])


def test_all_are_kept_where_that_is_asked_for(host, run):
    host.pages = {'/1.jpg': Page(picture(1)), '/2.jpg': Page(picture(1, '.png'))}
    assert [row['status'] for row in run('/1.jpg', '/2.jpg', duplicate_bits=-1).values()] == ['saved', 'saved']
