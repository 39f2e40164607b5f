# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""CompressedImage messages <-> arrays (height, width, 3) uint8 BGR."""
import cv2
import numpy as np
from sensor_msgs.msg import CompressedImage

from face_perception.core.decoding import PictureError, decode_picture
from face_perception.ros.images import ImageError, byte_array, check_bgr, make_header, short

JPEG_QUALITY = 90


def check_compressed(message: CompressedImage) -> None:
    """Raise ImageError unless the message has bytes; the rest shows when they are decoded."""
    if not len(message.data):
        raise ImageError('compressed, no bytes', 'Expected a JPEG or PNG picture in a CompressedImage, got no bytes with '
                         'format {}.'.format(short(message.format)))


def compressed_to_bgr(message: CompressedImage) -> np.ndarray:
    """Decode a sensor_msgs/CompressedImage (JPEG, PNG ...) to a read-only (height, width, 3) uint8 BGR array.

    Raises:
        ImageError: nothing that can be decoded, or a damaged picture.
    """
    check_compressed(message)
    name = short(message.format)
    if 'compressedDepth' in message.format:
        raise ImageError('compressed, depth', 'Expected a picture, got a depth image (format {}).'.format(name))
    try:
        bgr = decode_picture(bytes(message.data))
    except PictureError as error:
        kind = 'compressed, format {}: {}'.format(name, str(error).split('(')[0])
        raise ImageError(kind, 'Expected a whole JPEG or PNG picture in a CompressedImage, got {} bytes with format {}: '
                         '{}.'.format(len(message.data), name, error))
    if 'compressed rgb' in message.format:
        bgr = np.ascontiguousarray(bgr[:, :, ::-1])     # coded from RGB without a conversion, and says so
    bgr.flags.writeable = False
    return bgr


def bgr_to_compressed(bgr: np.ndarray, stamp_ns: int, frame_id: str, quality: int = JPEG_QUALITY) -> CompressedImage:
    """Build a JPEG sensor_msgs/CompressedImage from a (height, width, 3) uint8 BGR array.

    quality: 1 to 100.  Raises ValueError for an array of another kind.
    """
    check_bgr(bgr)
    written, data = cv2.imencode('.jpg', bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise ValueError('OpenCV could not write an image of shape {} as JPEG.'.format(bgr.shape))
    return jpeg_to_compressed(data.tobytes(), stamp_ns, frame_id)


def jpeg_to_compressed(jpeg: bytes, stamp_ns: int, frame_id: str) -> CompressedImage:
    """Wrap a JPEG as it came from a camera."""
    # The words that image_transport's compressed plug-in writes.
    return CompressedImage(header=make_header(stamp_ns, frame_id), format='bgr8; jpeg compressed bgr8',
                           data=byte_array(jpeg))
