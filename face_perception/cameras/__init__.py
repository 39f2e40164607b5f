# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of frames behind one small interface.

``open_camera(uri, ...)`` returns a camera: a `face_perception.cameras.base.Camera` with

``read()``
    the next ``Frame``, waiting for it; ``None`` at the end of a video or folder, and at every call after
    that. Raises `CameraLost` when there is nothing more to come from a source that should go on.
``close()``
    gives the device back; closing twice is allowed, reading after it is not.
``describe()``
    one line on what was opened: size, rate and format as the source accepted them.

Opening again after `CameraLost` is the caller's, as `face_perception.cameras.capture` does it.  A camera is
used by one thread.
"""
from typing import Any, Callable, Dict

from face_perception.cameras.base import Camera, CameraError, CameraLost, Settings
from face_perception.cameras.csi import CsiCamera
from face_perception.cameras.devices import auto_camera
from face_perception.cameras.fake import FakeCamera
from face_perception.cameras.playback import ImageFolder, VideoFile
from face_perception.cameras.stream import StreamCamera
from face_perception.cameras.uri import URI_HELP, parse_uri
from face_perception.cameras.v4l2 import V4l2Camera

__all__ = ['CameraError', 'CameraLost', 'Settings', 'URI_HELP', 'open_camera']

KINDS: Dict[str, Callable[..., Camera]] = {
    'v4l2': V4l2Camera,
    'csi': CsiCamera,
    'video': VideoFile,
    'folder': ImageFolder,
    'stream': StreamCamera,
    'pipeline': StreamCamera,
    'fake': FakeCamera,
}


def open_camera(uri: str, **settings: Any) -> Camera:
    """Open the source of frames that ``uri`` names (see `URI_HELP`) and return a camera.

    settings: the fields of `Settings`; those that are left out are the source's own.
    Raises CameraError, whose text says what was expected, what came and what to do.
    """
    source = parse_uri(uri)
    if source.kind == 'auto':       # at every opening: a camera that is plugged in again may have another number
        source = parse_uri(auto_camera())
    return KINDS[source.kind](source, Settings(**settings))
