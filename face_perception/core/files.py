# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Opens files without surprises: what may block is not opened, what is no regular file is not replaced."""

import os
import stat
from typing import BinaryIO

_KINDS = ((stat.S_ISDIR, 'a folder'), (stat.S_ISFIFO, 'a named pipe'), (stat.S_ISCHR, 'a device'),
          (stat.S_ISBLK, 'a device'), (stat.S_ISSOCK, 'a socket'))
_LINKS = 40     # as many as Linux follows


def open_regular(path: str) -> BinaryIO:
    """Open a regular file for reading bytes, or a stream of this process such as /dev/stdin.

    A named pipe without a writer, a device or a file of /proc would block for ever, and no signal handler of
    Python ends such a read.

    Raises:
        OSError: it cannot be opened, or it is another kind of file; `strerror` says which.
    """
    if is_own_stream(path):
        return open(path, 'rb')
    # Without O_NONBLOCK, opening a pipe waits for its writer.
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        refuse_special(path, os.fstat(number))
        return os.fdopen(number, 'rb')
    except OSError:
        os.close(number)
        raise


def refuse_special(path: str, status: os.stat_result) -> None:
    """Raise OSError for what is no regular file, or lies in /proc or /sys, whose files may block too."""
    for is_kind, words in _KINDS:
        if is_kind(status.st_mode):
            raise OSError(22, 'it is {}, not a file'.format(words), path)
    if os.path.realpath(path).startswith(('/proc/', '/sys/')):
        raise OSError(22, 'it belongs to the system (/proc, /sys) and is no file', path)


def is_own_stream(path: str) -> bool:
    """Tell whether a path names an open stream of a process: /dev/stdin, /dev/fd/3, /proc/self/fd/3."""
    for _ in range(_LINKS):
        place = os.path.join(os.path.realpath(os.path.dirname(os.path.abspath(path))), os.path.basename(path))
        if place.startswith('/proc/') and os.path.basename(os.path.dirname(place)) == 'fd':
            return True
        if not os.path.islink(place):
            return False
        path = os.path.join(os.path.dirname(place), os.readlink(place))
    return False


def is_written_into(path: str) -> bool:
    """Tell whether an output has to be written into as it is: a stream, pipe or device, never to be replaced."""
    if is_own_stream(path):
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False        # there is nothing yet
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def expand(path: str) -> str:
    """Return a path with ~ and $VARIABLES filled in: one from a parameter or launch file has met no shell."""
    return os.path.expandvars(os.path.expanduser(path))


def printable(text: str) -> str:
    """Return a text, such as a file name, whose control characters are written as escapes."""
    return ''.join(letter if letter.isprintable() or letter == ' ' else
                   letter.encode('unicode_escape').decode('ascii') if ord(letter) < 0xd800 or ord(letter) > 0xdfff
                   else letter for letter in text)
