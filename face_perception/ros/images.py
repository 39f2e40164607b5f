# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Image messages <-> arrays (height, width, 3) uint8 BGR."""
import array
from typing import Any, Union

import numpy as np
from sensor_msgs.msg import Image
from std_msgs.msg import Header

from face_perception.ros.encodings import ENCODINGS, Encoding, rows_of, to_bgr


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
        _check_bytes(message, ENCODINGS[message.encoding])
        return
    _cv_bridge(message.encoding)
    _check_size(message)


def image_to_bgr(message: Image) -> np.ndarray:
    """View or convert a sensor_msgs/Image as a (height, width, 3) uint8 BGR array.

    bgr8 and 8UC3: a view on ``message.data``, also with padded rows; the view keeps the bytes alive.
    Other encodings of `ENCODINGS`: a new array.  What is not among them goes through cv_bridge, if installed.
    The array is read-only: whoever wants to draw takes a copy.
    Rows may be padded (any ``step`` that holds a row) and bytes after the last row are ignored.

    Raises:
        ImageError: the message holds no image that can be read.
    """
    if message.encoding not in ENCODINGS:
        bgr = _by_cv_bridge(message)
    else:
        encoding = ENCODINGS[message.encoding]
        _check_bytes(message, encoding)
        data = bytes(message.data) if isinstance(message.data, list) else message.data     # a list: filled by hand
        bgr = to_bgr(data, encoding, message.height, message.width, message.step, bool(message.is_bigendian))
    bgr.flags.writeable = False
    return bgr


def bgr_to_image(bgr: np.ndarray, stamp_ns: int, frame_id: str) -> Image:
    """Build a bgr8 sensor_msgs/Image from a (height, width, 3) uint8 BGR array (copied).

    stamp_ns: capture time in nanoseconds.  Raises ValueError for an array of another kind.
    """
    check_bgr(bgr)
    return Image(header=make_header(stamp_ns, frame_id), encoding='bgr8', height=bgr.shape[0], width=bgr.shape[1],
                 step=3 * bgr.shape[1], data=byte_array(memoryview(np.ascontiguousarray(bgr)).cast('B')))


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


def _check_bytes(message: Image, encoding: Encoding) -> None:
    """Raise ImageError unless the message has the bytes of an image of this encoding."""
    _check_size(message)
    height, width, step, name = message.height, message.width, message.step, message.encoding
    if encoding.even and (width % 2 or (encoding.rows_by == 2 and height % 2)):
        raise ImageError('odd size, ' + name, 'Expected an even size of an image with encoding {}, whose neighbours share a '
                         'colour, got {}x{}.'.format(name, width, height))
    row = width * encoding.channels * encoding.depth // 8
    if step < row:
        raise ImageError(
            'step too small, ' + name,
            'Expected a step (bytes per row) of at least {} for {} pixels of {}, got {}. The publisher fills '
            'the message wrongly.'.format(row, width, name, step))
    # The last row need not be padded.
    needed = step * (rows_of(encoding, height) - 1) + row
    if len(message.data) < needed:
        raise ImageError(
            'too little data, ' + name,
            'Expected {} bytes for {}x{} pixels of {} with step {}, got {}. The publisher fills the message '
            'wrongly.'.format(needed, width, height, name, step, len(message.data)))


def _cv_bridge(encoding: str) -> Any:
    """Return cv_bridge's CvBridge; raise ImageError where it cannot be had."""
    try:
        from cv_bridge import CvBridge
    except Exception as error:
        # Not only ImportError: a cv_bridge built for another numpy fails in other ways.
        name = short(encoding)
        raise ImageError('encoding ' + name, 'Expected an image encoding among {}; got {}. Other encodings need '
                         'cv_bridge, which cannot be imported ({}). Install ros-<distribution>-cv-bridge, or let '
                         'the camera publish bgr8.'.format(', '.join(sorted(ENCODINGS)), name, error))
    return CvBridge


def _by_cv_bridge(message: Image) -> np.ndarray:
    """Convert a rare encoding by cv_bridge; raise ImageError where that is impossible."""
    bridge_class = _cv_bridge(message.encoding)
    encoding = short(message.encoding)
    kind = 'encoding ' + encoding
    try:
        bridge = bridge_class()
        bgr = np.array(bridge.imgmsg_to_cv2(message, 'bgr8'))
    except Exception as error:
        # Bytes from anywhere meet foreign code here, and a bad image must never end a node.
        raise ImageError(kind, 'cv_bridge could not convert an image with encoding {} to bgr8: {}. Let the '
                         'camera publish bgr8.'.format(encoding, short(str(error), 300)))
    if bgr.ndim != 3 or bgr.shape[2] != 3 or bgr.dtype != np.uint8 or not bgr.size:
        raise ImageError(kind, 'cv_bridge made shape {} {} of an image with encoding {}.'.format(
            bgr.shape, bgr.dtype, encoding))
    return bgr


def check_bgr(bgr: np.ndarray) -> None:
    """Raise ValueError unless the array is an image of ours."""
    if not isinstance(bgr, np.ndarray) or bgr.dtype != np.uint8 or bgr.ndim != 3 or bgr.shape[2] != 3 \
            or not bgr.size:
        raise ValueError('Expected a (height, width, 3) uint8 array of at least 1x1 pixels, got {}.'.format(
            '{} {}'.format(bgr.shape, bgr.dtype) if isinstance(bgr, np.ndarray) else type(bgr).__name__))


def byte_array(data: Union[bytes, memoryview]) -> 'array.array[int]':
    """Copy bytes into an array.array, the one type that every rclpy takes without looking at each byte."""
    copy = array.array('B')
    copy.frombytes(data)
    return copy


def short(text: str, longest: int = 40) -> str:
    """Return text from a stranger so that it does no harm in a log: quoted, escaped, not long."""
    return ascii(text if len(text) <= longest else text[:longest] + '...')
