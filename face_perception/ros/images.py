# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Image and CompressedImage messages <-> arrays (height, width, 3) uint8 BGR."""
import array
from typing import Any

import cv2
import numpy as np
from sensor_msgs.msg import CompressedImage, Image
from std_msgs.msg import Header

# Encoding -> (channels, OpenCV conversion to BGR or None where the bytes are BGR already).
# The byte order flag of the message says nothing about 8-bit channels.
ENCODINGS = {
    'bgr8': (3, None),
    '8UC3': (3, None),
    'rgb8': (3, cv2.COLOR_RGB2BGR),
    'mono8': (1, cv2.COLOR_GRAY2BGR),
    '8UC1': (1, cv2.COLOR_GRAY2BGR),
    'bgra8': (4, cv2.COLOR_BGRA2BGR),
    '8UC4': (4, cv2.COLOR_BGRA2BGR),
    'rgba8': (4, cv2.COLOR_RGBA2BGR),
}
JPEG_QUALITY = 90


class ImageError(ValueError):
    """A message holds no image that can be read.

    kind: short text that is the same for every image with this fault, for reporting it once.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def check_image(message: Image) -> None:
    """Raise ImageError unless the message can be an image; looks at its fields alone, converts no pixel."""
    if message.encoding in ENCODINGS:
        _check_bytes(message, ENCODINGS[message.encoding][0])
        return
    _cv_bridge(message.encoding)
    _check_size(message)


def image_to_bgr(message: Image) -> np.ndarray:
    """View or convert a sensor_msgs/Image as a (height, width, 3) uint8 BGR array.

    bgr8 and 8UC3: a view on ``message.data``, also with padded rows; the view keeps the bytes alive.
    Other 8-bit encodings: a new array.  Encodings not in `ENCODINGS` go through cv_bridge, if installed.
    The array is read-only: whoever wants to draw takes a copy.
    Rows may be padded (any ``step`` that holds a row) and bytes after the last row are ignored.

    Raises:
        ImageError: the message holds no image that can be read.
    """
    if message.encoding not in ENCODINGS:
        bgr = _by_cv_bridge(message)
    else:
        channels, conversion = ENCODINGS[message.encoding]
        bgr = _pixels(message, channels)
        if conversion is not None:
            bgr = cv2.cvtColor(bgr, conversion)
    bgr.flags.writeable = False
    return bgr


def bgr_to_image(bgr: np.ndarray, stamp_ns: int, frame_id: str) -> Image:
    """Build a bgr8 sensor_msgs/Image from a (height, width, 3) uint8 BGR array (copied).

    stamp_ns: capture time in nanoseconds.  Raises ValueError for an array of another kind.
    """
    _check(bgr)
    return Image(header=make_header(stamp_ns, frame_id), encoding='bgr8', height=bgr.shape[0], width=bgr.shape[1],
                 step=3 * bgr.shape[1], data=_bytes(bgr))


def compressed_to_bgr(message: CompressedImage) -> np.ndarray:
    """Decode a sensor_msgs/CompressedImage (JPEG, PNG ...) to a (height, width, 3) uint8 BGR array.

    Raises ImageError.
    """
    bgr = None
    data = np.frombuffer(message.data, np.uint8)
    if data.size:
        try:
            bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
        except cv2.error:
            # A picture larger than OpenCV agrees to decode.
            bgr = None
    if bgr is None:
        kind = 'compressed, format {}'.format(_short(message.format))
        raise ImageError(kind, 'Expected a JPEG or PNG picture in a CompressedImage, got {} bytes with '
                         'format {} that cannot be decoded.'.format(data.size, _short(message.format)))
    bgr.flags.writeable = False
    return bgr


def bgr_to_compressed(bgr: np.ndarray, stamp_ns: int, frame_id: str,
                      quality: int = JPEG_QUALITY) -> CompressedImage:
    """Build a JPEG sensor_msgs/CompressedImage from a (height, width, 3) uint8 BGR array.

    quality: 1 to 100.  Raises ValueError for an array of another kind.
    """
    _check(bgr)
    written, data = cv2.imencode('.jpg', bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise ValueError('OpenCV could not write an image of shape {} as JPEG.'.format(bgr.shape))
    # The words that image_transport's compressed plug-in writes.
    return CompressedImage(header=make_header(stamp_ns, frame_id), format='bgr8; jpeg compressed bgr8',
                           data=_bytes(data))


def stamp_of(header: Header) -> int:
    """Return the time of a std_msgs/Header in nanoseconds."""
    return int(header.stamp.sec) * 10 ** 9 + int(header.stamp.nanosec)


def make_header(stamp_ns: int, frame_id: str) -> Header:
    """Return the std_msgs/Header of a time in nanoseconds."""
    header = Header(frame_id=frame_id)
    header.stamp.sec, header.stamp.nanosec = divmod(int(stamp_ns), 10 ** 9)
    return header


def _check_size(message: Image) -> None:
    if not message.height or not message.width:
        raise ImageError('size zero', 'Expected an image of at least 1x1 pixels, got width {} and height {}. '
                         'Does the camera deliver frames?'.format(message.width, message.height))


def _check_bytes(message: Image, channels: int) -> None:
    """Raise ImageError unless the message has the bytes of an 8-bit image with so many channels."""
    _check_size(message)
    height, width, step = message.height, message.width, message.step
    if step < width * channels:
        raise ImageError(
            'step too small, ' + message.encoding,
            'Expected a step (bytes per row) of at least {} for {} pixels of {}, got {}. The publisher fills '
            'the message wrongly.'.format(width * channels, width, message.encoding, step))
    # The last row need not be padded.
    needed = step * (height - 1) + width * channels
    if len(message.data) < needed:
        raise ImageError(
            'too little data, ' + message.encoding,
            'Expected {} bytes for {}x{} pixels of {} with step {}, got {}. The publisher fills the message '
            'wrongly.'.format(needed, width, height, message.encoding, step, len(message.data)))


def _pixels(message: Image, channels: int) -> np.ndarray:
    """View the bytes of an 8-bit image as (height, width, channels)."""
    _check_bytes(message, channels)
    data = message.data
    if isinstance(data, list):          # a message filled by hand
        data = bytes(data)
    return np.ndarray((message.height, message.width, channels), np.uint8, data,
                      strides=(message.step, channels, 1))


def _cv_bridge(encoding: str) -> Any:
    """Return cv_bridge's CvBridge; raise ImageError where it cannot be had."""
    try:
        from cv_bridge import CvBridge
    except Exception as error:
        # Not only ImportError: a cv_bridge built for another numpy fails in other ways.
        name = _short(encoding)
        raise ImageError('encoding ' + name, 'Expected an image encoding among {}; got {}. Other encodings need '
                         'cv_bridge, which cannot be imported ({}). Install ros-<distribution>-cv-bridge, or let '
                         'the camera publish bgr8.'.format(', '.join(sorted(ENCODINGS)), name, error))
    return CvBridge


def _by_cv_bridge(message: Image) -> np.ndarray:
    """Convert a rare encoding by cv_bridge; raise ImageError where that is impossible."""
    bridge_class = _cv_bridge(message.encoding)
    encoding = _short(message.encoding)
    kind = 'encoding ' + encoding
    try:
        bridge = bridge_class()
        if message.encoding in ('16UC1', 'mono16'):
            # Not a colour for cv_bridge: take the upper eight of sixteen bits, as it does with mono16.
            grey = np.right_shift(bridge.imgmsg_to_cv2(message, 'passthrough'), 8).astype(np.uint8)
            bgr = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
        else:
            bgr = np.array(bridge.imgmsg_to_cv2(message, 'bgr8'))
    except Exception as error:
        # Bytes from anywhere meet foreign code here, and a bad image must never end a node.
        raise ImageError(kind, 'cv_bridge could not convert an image with encoding {} to bgr8: {}. Let the '
                         'camera publish bgr8.'.format(encoding, _short(str(error), 300)))
    if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8 or not bgr.size:
        raise ImageError(kind, 'cv_bridge made shape {} {} of an image with encoding {}.'.format(
            bgr.shape, bgr.dtype, encoding))
    return bgr


def _check(bgr: np.ndarray) -> None:
    """Raise ValueError unless the array is an image of ours."""
    if not isinstance(bgr, np.ndarray) or bgr.dtype != np.uint8 or bgr.ndim != 3 or bgr.shape[2] != 3 \
            or not bgr.size:
        raise ValueError('Expected a (height, width, 3) uint8 array of at least 1x1 pixels, got {}.'.format(
            '{} {}'.format(bgr.shape, bgr.dtype) if isinstance(bgr, np.ndarray) else type(bgr).__name__))


def _bytes(pixels: np.ndarray) -> 'array.array[int]':
    """Copy an array into an array.array, the one type that every rclpy takes without looking at each byte."""
    data = array.array('B')
    data.frombytes(memoryview(np.ascontiguousarray(pixels)).cast('B'))
    return data


def _short(text: str, longest: int = 40) -> str:
    """Return text from a stranger so that it does no harm in a log: quoted, escaped, not long."""
    return ascii(text if len(text) <= longest else text[:longest] + '...')
