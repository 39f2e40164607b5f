# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Opening files: nothing that may block, nothing replaced that is no regular file."""
import os
import socket
import subprocess
import sys

import pytest

from face_perception.core.files import expand, is_own_stream, is_written_into, open_regular, printable


def test_an_empty_file_and_one_with_two_bytes(tmp_path):
    for content in (b'', b'ab'):
        (tmp_path / 'a').write_bytes(content)
        with open_regular(str(tmp_path / 'a')) as file:
            assert file.read() == content


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(path)


@pytest.mark.parametrize('make, words', [
    (os.mkdir, 'a folder'),                                     # open() has another word for it
    (os.mkfifo, 'a named pipe'),                                # waits for a writer
    (make_socket, 'No such device'),                            # cannot be opened at all
    (lambda path: os.symlink('/dev/zero', path), 'a device'),   # never ends
    (lambda path: os.symlink('/proc/self/status', path), 'belongs to the system'),  # some of /proc block
])
def test_what_is_no_file_is_refused_at_once(tmp_path, make, words):
    make(str(tmp_path / 'a'))
    with pytest.raises(OSError) as caught:
        open_regular(str(tmp_path / 'a'))
    assert words in caught.value.strerror


def test_a_stream_that_the_user_names_is_read():
    program = 'from face_perception.core.files import open_regular; print(open_regular("/dev/stdin").read())'
    done = subprocess.run([sys.executable, '-c', program], input=b'xy', stdout=subprocess.PIPE, check=True)
    assert done.stdout.strip() == b"b'xy'"


def test_streams_and_devices_are_written_into(tmp_path):
    os.mkfifo(str(tmp_path / 'pipe'))
    os.symlink('/dev/null', str(tmp_path / 'null'))
    (tmp_path / 'file').write_bytes(b'')
    os.symlink(str(tmp_path / 'file'), str(tmp_path / 'link'))
    written = [name for name in ('pipe', 'null', 'file', 'link', 'nothing') if is_written_into(str(tmp_path / name))]
    assert written == ['pipe', 'null']
    # Their target may be a regular file, which is not ours to replace.
    assert all(is_written_into(path) for path in ('/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '/dev/null'))
    assert not is_own_stream('/dev/shm/a.json')


def test_home_and_variables_are_filled_in(monkeypatch):
    monkeypatch.setenv('HOME', '/home/ada')
    monkeypatch.setenv('DATA', '/data')
    assert (expand('~/a'), expand('$DATA/${DATA}b'), expand('a')) == ('/home/ada/a', '/data//datab', 'a')


def test_control_characters_are_escaped():
    assert (printable(''), printable('a\x1b[31m\nb'), printable('é ü')) == ('', 'a\\x1b[31m\\nb', 'é ü')
