# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What kind of file a name or its content tells: the one list of suffixes."""

import os

import cv2

from face_perception.core.files import is_own_stream, open_regular

PICTURE_SUFFIXES = ('.avif', '.bmp', '.dib', '.hdr', '.jfif', '.jp2', '.jpe', '.jpeg', '.jpg', '.pbm', '.pgm',
                    '.pic', '.png', '.pnm', '.ppm', '.pxm', '.ras', '.sr', '.tif', '.tiff', '.webp')
WRITTEN_SUFFIXES = ('.bmp', '.jpeg', '.jpg', '.png', '.tif', '.tiff', '.webp')      # of pictures
VIDEO_SUFFIXES = ('.264', '.265', '.3gp', '.asf', '.avi', '.flv', '.gif', '.h264', '.h265', '.hevc', '.m2ts',
                  '.m4v', '.mjpeg', '.mjpg', '.mkv', '.mov', '.mp4', '.mpeg', '.mpg', '.mts', '.ogg', '.ogv',
                  '.qt', '.ts', '.vob', '.webm', '.wmv', '.y4m')
# Pictures that OpenCV does not read: named, so that nobody takes them for pictures without a face.
UNREAD_SUFFIXES = ('.arw', '.cr2', '.cr3', '.dng', '.exr', '.heic', '.heics', '.heif', '.jxl', '.nef', '.orf',
                   '.psd', '.raf', '.rw2', '.svg', '.tga')


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
    if is_own_stream(path):
        return False        # what is read to look at it is gone
    try:
        open_regular(path).close()
    except OSError:
        return False        # the reader of pictures says what is wrong
    return not cv2.haveImageReader(absolute(path))


def is_unread_name(path: str) -> bool:
    """Tell whether a name has the suffix of a picture that OpenCV does not read."""
    return path.lower().endswith(UNREAD_SUFFIXES)


def absolute(path: str) -> str:
    """Return a path as OpenCV and FFmpeg take it: without a leading ``name:``, which they take for a protocol."""
    return os.path.abspath(path)


def opencv_takes(path: str) -> bool:
    """Tell whether OpenCV can be handed this name; a name that is no UTF-8 ends the process."""
    try:
        path.encode('utf-8')
    except UnicodeEncodeError:
        return False
    return True
