# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What kind of file a name or its first bytes tell: the one list of suffixes, the one look for a JPEG's end."""

import re

import cv2

PICTURE_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.pgm', '.png', '.ppm', '.tif', '.tiff', '.webp')
WRITTEN_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp')      # of pictures
VIDEO_SUFFIXES = ('.avi', '.gif', '.m4v', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.ogv', '.ts', '.webm',
                  '.wmv')


class MediaError(Exception):
    """A file or stream that cannot be read or written; the message says why, without its path."""


def is_picture_name(path: str) -> bool:
    """Tell whether a name has the suffix of a picture."""
    return path.lower().endswith(PICTURE_SUFFIXES)


def is_video_name(path: str) -> bool:
    """Tell whether a name has the suffix of a video."""
    return path.lower().endswith(VIDEO_SUFFIXES)


def is_video(path: str) -> bool:
    """Tell by the name, else by whether OpenCV knows the content as a picture."""
    if is_video_name(path) or is_picture_name(path) or not opencv_takes(path):
        return is_video_name(path)
    return not cv2.haveImageReader(path)


def opencv_takes(path: str) -> bool:
    """Tell whether OpenCV can be handed this name; a name that is no UTF-8 ends the process."""
    try:
        path.encode('utf-8')
    except UnicodeEncodeError:
        return False
    return True


def is_cut_off(data: bytes) -> bool:
    """Tell a JPEG or PNG without its end: OpenCV may fill what is lost with grey, without a word."""
    if data.startswith(b'\xff\xd8'):
        return not _has_jpeg_end(data)
    return data.startswith(b'\x89PNG') and b'IEND' not in data


# FF and a code; inside a coded picture 00, fill bytes and restart codes follow an FF and mean nothing here.
_JPEG_MARKER = re.compile(b'\xff[^\x00\x01\xd0-\xd7\xff]')


def _has_jpeg_end(data: bytes) -> bool:
    """Tell whether the end marker follows a scan of a JPEG (ITU-T T.81, annex B).

    Its segments are walked, because these bytes may also stand in the thumbnail of a segment before the
    picture and in what comes after it, such as the film of a motion photo.
    """
    place, scans = 2, 0
    while True:
        marker = _JPEG_MARKER.search(data, place)
        if marker is None:
            return False
        code = data[marker.start() + 1]
        if code == 0xd9:
            return scans > 0
        scans += code == 0xda
        # The others begin with their length; the search passes over the coded picture behind a start of scan.
        place = marker.end() + int.from_bytes(data[marker.end():marker.end() + 2], 'big')
