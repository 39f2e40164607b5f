# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finding pictures and videos in what a user names."""
import os

from media_files import make_video, save

from face_perception.media.find import Source, count_images, find_sources


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'x')
    return str(path)


def test_nothing_is_found_in_nothing(tmp_path):
    assert find_sources([]) == ([], [])
    assert find_sources([str(tmp_path)]) == ([], [(str(tmp_path), 'no image or video in this folder')])
    assert find_sources(['/no/such']) == ([], [('/no/such', 'no such file or folder')])


def test_a_folder_is_searched_in_order_recursively(tmp_path):
    names = ['a.JPG', 'b.png', 'z.mp4', 'sub/deep/d.webp', 'sub/c.jpeg']
    for name in names + ['notes.txt', '.hidden.jpg', '.cache/e.jpg', 'own/f.jpg']:
        touch(tmp_path / name)
    sources, faults = find_sources([str(tmp_path)], leave_out=str(tmp_path / 'own'))
    assert faults == []
    assert [source.name for source in sources] == ['a.JPG', 'b.png', 'z.mp4', 'sub/c.jpeg', 'sub/deep/d.webp']
    assert [source.is_video for source in sources] == [False, False, True, False, False]
    assert all(source.path == str(tmp_path / source.name) for source in sources)


def test_a_named_file_is_taken_whatever_its_suffix_and_once(tmp_path):
    picture = save(tmp_path / 'a.png')
    os.rename(picture, str(tmp_path / 'picture'))
    film = make_video(tmp_path / 'a.mp4')
    os.rename(film, str(tmp_path / 'film'))
    odd = [str(tmp_path / 'picture'), str(tmp_path / 'film')]
    sources, _ = find_sources(odd + [str(tmp_path), odd[0]])
    assert sources == [Source(odd[0], 'picture', False), Source(odd[1], 'film', True)]


def test_images_are_counted(tmp_path):
    film, broken = make_video(tmp_path / 'a.mp4'), touch(tmp_path / 'b.mp4')
    sources = [Source(film, 'a.mp4', True), Source(broken, 'b.mp4', True), Source('c.jpg', 'c.jpg', False)]
    assert [count_images(source) for source in sources] == [10, 1, 1]


def test_links_are_followed_and_circles_end(tmp_path):
    (tmp_path / 'store').mkdir()
    save(tmp_path / 'store' / 'a.png')
    (tmp_path / 'in').mkdir()
    os.symlink(str(tmp_path / 'store'), str(tmp_path / 'in' / 'linked'))
    os.symlink(str(tmp_path / 'in'), str(tmp_path / 'in' / 'circle'))
    os.symlink(str(tmp_path / 'in'), str(tmp_path / 'store' / 'back'))
    sources, faults = find_sources([str(tmp_path / 'in')])
    assert [source.name for source in sources] == ['linked/a.png'] and faults == []


def test_a_dangling_link_is_said(tmp_path):
    os.symlink(str(tmp_path / 'gone'), str(tmp_path / 'a.png'))
    assert find_sources([str(tmp_path / 'a.png')]) == ([], [(str(tmp_path / 'a.png'), 'a link to what does not exist')])


def test_a_closed_folder_is_said(tmp_path, monkeypatch):
    (tmp_path / 'closed').mkdir()
    save(tmp_path / 'a.png')
    real = os.scandir

    def scandir(path):              # root may read everything
        if str(path).endswith('closed'):
            raise PermissionError(13, 'Permission denied', str(path))
        return real(path)

    monkeypatch.setattr(os, 'scandir', scandir)
    sources, faults = find_sources([str(tmp_path)])
    assert [source.name for source in sources] == ['a.png']
    assert faults == [(str(tmp_path / 'closed'), 'the folder cannot be read: Permission denied')]


def test_pictures_of_kinds_that_nobody_reads_are_counted(tmp_path):
    for name in ('a.heic', 'b.HEIC', 'c.cr2', 'd.psd', 'e.txt'):
        touch(tmp_path / name)
    (_, words), = find_sources([str(tmp_path)])[1]
    assert words.startswith('4 pictures of kinds that OpenCV does not read left out: a.heic, b.HEIC, c.cr2 ...')


def test_every_suffix_that_opencv_reads_is_taken(tmp_path):
    names = ['a.jfif', 'b.jpe', 'c.jp2', 'd.avif', 'e.dib', 'f.pbm', 'g.mjpeg', 'h.3gp']
    for name in names:
        touch(tmp_path / name)
    sources, _ = find_sources([str(tmp_path)])
    assert [source.name for source in sources] == names
    assert [source.is_video for source in sources] == [False] * 6 + [True] * 2


def test_a_pipe_is_not_looked_into(tmp_path):
    os.mkfifo(str(tmp_path / 'pipe'))
    (source,), _ = find_sources([str(tmp_path / 'pipe')])       # would hang
    assert not source.is_video
