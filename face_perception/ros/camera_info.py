# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""CameraInfo messages from the calibration files that camera_calibration writes."""
import copy
import io
from typing import Any, Callable, Dict, List, Optional

import numpy as np
from sensor_msgs.msg import CameraInfo
from std_msgs.msg import Header

from face_perception.core.files import expand, open_regular
from face_perception.core.head_pose import Camera

# distortion_model -> numbers that it may have; those of OpenCV, which sensor_msgs names.
_DISTORTIONS = {'': (0,), 'plumb_bob': (0, 4, 5), 'rational_polynomial': (8, 12, 14), 'equidistant': (4,)}


class CalibrationError(ValueError):
    """A calibration file cannot be used; the text says what was expected, what came and what to do."""


class Calibration:
    """Makes the CameraInfo of each frame.

    Without a file, or for frames of another size than the calibrated one, only width and height are filled
    in: a K of zeros is how ROS says "not calibrated", and a matrix for other pixels would be a lie.
    """

    def __init__(self, url: str = '', say: Callable[[str], object] = lambda text: None) -> None:
        """Read a calibration.

        url: path, file:///path or package://PACKAGE/path; '' for none.  say: called with a sentence, once,
        if frames do not have the calibrated size.  Raises CalibrationError.
        """
        self._say = say
        self._template = read_calibration(resolve(url)) if url else None
        self._mismatch_said = False

    def info(self, header: Header, width: int, height: int) -> CameraInfo:
        """Return the CameraInfo of a frame of width x height; it carries ``header``."""
        template = self._template
        if template is not None and (template.width, template.height) != (width, height):
            if not self._mismatch_said:
                self._mismatch_said = True
                self._say('The calibration is for {}x{} and frames are {}x{}: camera_info stays without '
                          'calibration. Calibrate at this size or ask the camera for that one.'.format(
                              template.width, template.height, width, height))
            template = None
        if template is None:
            return CameraInfo(header=header, width=width, height=height)
        message = copy.copy(template)
        message.header = header
        return message


def camera_of(info: CameraInfo, width: int, height: int) -> Optional[Camera]:
    """Return the camera that took a picture of this size, or None where CameraInfo has no calibration for it."""
    matrix, distortion = np.array(info.k, np.float64), np.array(info.d, np.float64)
    known = (info.width, info.height) == (width, height) and len(distortion) in _DISTORTIONS.get(info.distortion_model, ())
    if not known or not np.isfinite(matrix).all() or not np.isfinite(distortion).all() or min(matrix[0], matrix[4]) <= 0:
        return None
    return Camera(matrix.reshape(3, 3), distortion, info.distortion_model == 'equidistant')


def resolve(url: str) -> str:
    """Return the path that a camera_info URL names; raise CalibrationError."""
    if url.startswith('file://'):
        return expand(url[len('file://'):])
    if not url.startswith('package://'):
        return expand(url)
    from ament_index_python.packages import get_package_share_directory

    package, _, path = url[len('package://'):].partition('/')
    try:
        # LookupError: no such package; OSError: no ROS environment is sourced.
        return '{}/{}'.format(get_package_share_directory(package), path)
    except (LookupError, OSError, ValueError) as error:
        raise CalibrationError('{}: the package {!r} was not found ({}).'.format(url, package, error))


def read_calibration(path: str) -> CameraInfo:
    """Return the CameraInfo of a calibration file, with an empty header; raise CalibrationError."""
    import yaml

    try:
        with io.TextIOWrapper(open_regular(path), encoding='utf-8') as file:
            content = yaml.safe_load(file)
    except OSError as error:
        raise CalibrationError('The calibration {} cannot be read: {}.'.format(path, error.strerror))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CalibrationError('The calibration {} is not YAML: {}'.format(path, ' '.join(str(error).split())))
    try:
        intrinsic = _matrix(content, 'camera_matrix', 9)
        width, height = int(content['image_width']), int(content['image_height'])
        if min(width, height) < 1:
            raise ValueError('image_width {} and image_height {}'.format(width, height))
        return CameraInfo(
            width=width, height=height,
            distortion_model=str(content['distortion_model']),
            d=_matrix(content, 'distortion_coefficients'), k=intrinsic,
            r=_matrix(content, 'rectification_matrix', 9, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
            p=_matrix(content, 'projection_matrix', 12,
                      intrinsic[0:3] + [0.0] + intrinsic[3:6] + [0.0] + intrinsic[6:9] + [0.0]))
    except (KeyError, TypeError, ValueError) as error:
        raise CalibrationError(
            'The calibration {} is not as camera_calibration writes it (image_width, image_height, '
            'distortion_model, camera_matrix, distortion_coefficients): {}: {}'.format(
                path, type(error).__name__, error))


def _matrix(content: Dict[str, Any], name: str, count: Optional[int] = None,
            otherwise: Optional[List[float]] = None) -> List[float]:
    """Return the numbers of a matrix {rows, cols, data}."""
    if name not in content and otherwise is not None:
        return otherwise
    data = [float(value) for value in content[name]['data']]
    if count is not None and len(data) != count:
        raise ValueError('{} has {} numbers, expected {}'.format(name, len(data), count))
    return data
