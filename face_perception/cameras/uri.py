# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What kind of camera a text names. Pure text and a look at the file system."""
import os
from typing import Dict, NamedTuple
from urllib.parse import parse_qsl, unquote

from face_perception.cameras.base import CameraError
from face_perception.core.files import expand
from face_perception.media.formats import is_picture_name

URI_HELP = """\
auto                                  the first USB camera, else the first other V4L2 device, else csi://0
0, /dev/video0, v4l2:///dev/video0   V4L2 device by index or path
csi://0?flip=2                        CSI camera of a Jetson by sensor id
clip.mp4, file:///data/clip.mp4       video file
pictures/                             folder of images, or one image
rtsp://..., http://...                network stream
pipeline:TEXT                         a GStreamer pipeline that ends in appsink, or what FFmpeg opens
fake://                               moving test picture, no device needed"""

STREAMS = ('http', 'https', 'rtmp', 'rtp', 'rtsp', 'rtsps', 'srt', 'tcp', 'udp')


class Source(NamedTuple):
    """A camera as named: kind ('v4l2', 'csi', ...), target (device, path, text), options (from ``?a=b``)."""

    kind: str
    target: str
    options: Dict[str, str]


def parse_uri(uri: str) -> Source:
    """Return the Source that a text (or a V4L2 index) names; raise CameraError for what nobody can open."""
    text = str(uri).strip()
    if not text:
        raise CameraError('Expected a camera, got an empty text. Known kinds:\n' + URI_HELP)
    if text == 'auto':
        return Source('auto', '', {})
    if text.isdigit():
        return Source('v4l2', '/dev/video{}'.format(int(text)), {})
    if text.startswith('pipeline:'):
        pipeline = text[len('pipeline:'):].strip()
        if not pipeline:
            raise CameraError('Expected a pipeline after "pipeline:", got nothing.')
        return Source('pipeline', pipeline, {})
    scheme, mark, rest = text.partition('://')
    if not mark:
        return _path(expand(text))
    scheme = scheme.lower()
    if scheme in STREAMS:
        return Source('stream', text, {})
    if scheme == 'file':
        # file://clip.mp4 is no proper URI, but what it means is plain.
        return _path(expand(unquote(rest)))
    if scheme not in ('v4l2', 'csi', 'fake'):
        raise CameraError('No camera kind is called {!r} (in {!r}). Known kinds:\n{}'.format(
            scheme, text, URI_HELP))
    target, _, query = rest.partition('?')
    options = dict(parse_qsl(query, keep_blank_values=True))
    if scheme == 'v4l2':
        target = '/dev/video{}'.format(int(target)) if target.isdigit() else target
        if not target.startswith('/'):
            raise CameraError('Expected v4l2://0 or v4l2:///dev/video0, got {!r}.'.format(text))
    return Source(scheme, target, options)


def _path(path: str) -> Source:
    if path.startswith('/dev/'):
        return Source('v4l2', path, {})
    if os.path.isdir(path) or is_picture_name(path):
        return Source('folder', path, {})
    return Source('video', path, {})


def number_options(source: Source, defaults: Dict[str, int]) -> Dict[str, int]:
    """Return {name: int} of a Source's options over ``defaults``; raise CameraError for others."""
    values = dict(defaults)
    for name, text in source.options.items():
        if name not in defaults:
            raise CameraError('{}:// knows no option {!r}; it knows {}.'.format(
                source.kind, name, ', '.join(sorted(defaults)) or 'none'))
        try:
            values[name] = int(text)
        except ValueError:
            raise CameraError('{}:// expected a whole number for {}, got {!r}.'.format(
                source.kind, name, text))
        if values[name] < 0:
            raise CameraError('{}:// expected at least 0 for {}, got {}.'.format(source.kind, name, text))
    return values
