# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds pictures and videos in files and folders."""

import os
import re
from typing import Iterable, List, NamedTuple, Optional, Set, Tuple

from face_perception.media.formats import MediaError, is_picture_name, is_unread_name, is_video, is_video_name
from face_perception.media.video import VideoReader


class Source(NamedTuple):
    """A file to look at."""

    path: str       # as given, or folder as given + path below it
    name: str       # path below the folder given; for a file given, its base name
    is_video: bool


def find_sources(paths: Iterable[str], leave_out: Optional[str] = None
                 ) -> Tuple[List[Source], List[Tuple[str, str]]]:
    """Return the pictures and videos of files and folders, and what is wrong: ([Source], [(path, words)]).

    Folders are searched recursively, in sorted order, linked ones too; other files and hidden ones are passed
    over. A file that is named is taken whatever its suffix. A file reached twice is taken once.

    Args:
        paths: files and folders.
        leave_out: a folder that is not searched (that of our own output).
    """
    sources: List[Source] = []
    faults: List[Tuple[str, str]] = []
    seen: Set[str] = set()
    for path in paths:
        if os.path.isdir(path):
            before = len(faults)
            files, unread = _walk(path, leave_out, faults)
            found = [Source(each, os.path.relpath(each, path), is_video_name(each)) for each in files]
            if unread:
                faults.append((path, _left_out(unread)))
            elif not found and len(faults) == before:
                faults.append((path, 'no image or video in this folder'))
        elif os.path.lexists(path):
            found = [Source(path, os.path.basename(path), is_video(path))] if os.path.exists(path) else []
            if not found:
                faults.append((path, 'a link to what does not exist'))
        else:
            found = []
            faults.append((path, 'no such file or folder'))
        for source in found:
            key = os.path.realpath(source.path)
            if key not in seen:
                seen.add(key)
                sources.append(source)
    return sources, faults


def pictures_of(folder: str) -> List[str]:
    """Return the paths of the pictures of a folder itself, 2.png before 10.png; raises OSError."""
    names = [name for name in os.listdir(folder) if is_picture_name(name) and not name.startswith('.')]
    return [os.path.join(folder, name) for name in sorted(names, key=natural_order)]


def natural_order(name: str) -> Tuple[List[object], str]:
    """Return a sort key in which numbers count as numbers."""
    # re.split with a group gives text and digits in turn, so keys of two names compare like with like.
    parts = re.split('([0-9]+)', name)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], name


def count_images(source: Source) -> int:
    """Return how many images a Source promises: 1, or the frames of a video (1 where it does not say)."""
    if not source.is_video:
        return 1
    try:
        with VideoReader(source.path) as video:
            return int(video.expected_frames or 1)
    except MediaError:
        return 1


def _walk(folder: str, leave_out: Optional[str], faults: List[Tuple[str, str]]) -> Tuple[List[str], List[str]]:
    """Return (pictures and videos, pictures of kinds that nobody reads) below a folder; add to `faults`."""
    files: List[str] = []
    unread: List[str] = []
    # Linked folders are followed, so each is visited once by its real path: links may go round in circles.
    visited = {os.path.realpath(folder)}
    if leave_out is not None:
        visited.add(os.path.realpath(leave_out))

    def cannot(error: OSError) -> None:
        faults.append((str(error.filename), 'the folder cannot be read: {}'.format(error.strerror)))

    for place, folders, names in os.walk(folder, onerror=cannot, followlinks=True):
        kept = []
        for name in sorted(folders):
            real = os.path.realpath(os.path.join(place, name))
            if not name.startswith('.') and real not in visited:
                visited.add(real)
                kept.append(name)
        folders[:] = kept
        for name in sorted(names):
            if name.startswith('.'):
                continue
            if is_picture_name(name) or is_video_name(name):
                files.append(os.path.join(place, name))
            elif is_unread_name(name):
                unread.append(os.path.join(place, name))
    return files, unread


def _left_out(unread: List[str]) -> str:
    names = ', '.join(os.path.basename(path) for path in unread[:3])
    return '{} of kinds that OpenCV does not read left out: {}{}; convert them to JPEG or PNG'.format(
        '1 picture' if len(unread) == 1 else '{} pictures'.format(len(unread)), names, ' ...' if unread[3:] else '')
