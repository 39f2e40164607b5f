# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
import pytest

pytest.importorskip('sensor_msgs.msg', reason='needs ROS')

from sensor_msgs.msg import CameraInfo  # noqa: E402
from std_msgs.msg import Header  # noqa: E402

from face_perception.ros.camera_info import Calibration, CalibrationError, camera_of, read_calibration, resolve  # noqa: E402

# As camera_calibration writes it.
CALIBRATION = """image_width: 640
image_height: 480
camera_name: usb
camera_matrix:
  rows: 3
  cols: 3
  data: [600.5, 0, 320, 0, 601.5, 240, 0, 0, 1]
distortion_model: plumb_bob
distortion_coefficients:
  rows: 1
  cols: 5
  data: [0.1, -0.2, 0.001, 0, 0]
rectification_matrix:
  rows: 3
  cols: 3
  data: [1, 0, 0, 0, 1, 0, 0, 0, 1]
projection_matrix:
  rows: 3
  cols: 4
  data: [590, 0, 321, 0, 0, 591, 241, 0, 0, 0, 1, 0]
"""


@pytest.fixture
def calibration(tmp_path):
    path = tmp_path / 'usb.yaml'
    path.write_text(CALIBRATION)
    return str(path)


def header(second=3):
    head = Header(frame_id='eye')
    head.stamp.sec = second
    return head


def test_without_a_file_only_the_size_is_known():
    info = Calibration().info(header(), 320, 240)
    assert (info.width, info.height, info.header.frame_id, info.header.stamp.sec) == (320, 240, 'eye', 3)
    assert list(info.k) == [0.0] * 9 and len(info.d) == 0 and info.distortion_model == ''


@pytest.mark.parametrize('prefix', ['', 'file://'])
def test_a_calibration_is_read(calibration, prefix):
    info = Calibration(prefix + calibration).info(header(), 640, 480)
    assert (info.width, info.height, info.distortion_model) == (640, 480, 'plumb_bob')
    assert list(info.k) == [600.5, 0, 320, 0, 601.5, 240, 0, 0, 1]
    assert list(info.d) == [0.1, -0.2, 0.001, 0, 0]
    assert list(info.p) == [590, 0, 321, 0, 0, 591, 241, 0, 0, 0, 1, 0]
    assert list(info.r) == [1, 0, 0, 0, 1, 0, 0, 0, 1]


def test_each_frame_has_its_own_header(calibration):
    made = Calibration(calibration)
    infos = [made.info(header(second), 640, 480) for second in (1, 2)]
    assert [info.header.stamp.sec for info in infos] == [1, 2]


def test_rectification_and_projection_follow_from_the_camera_matrix(tmp_path):
    path = tmp_path / 'short.yaml'
    path.write_text(CALIBRATION[:CALIBRATION.index('rectification_matrix')])
    info = read_calibration(str(path))
    assert list(info.r) == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert list(info.p) == [600.5, 0, 320, 0, 0, 601.5, 240, 0, 0, 0, 1, 0]


def test_frames_of_another_size_are_not_calibrated_and_that_is_said_once(calibration):
    said = []
    made = Calibration(calibration, said.append)
    for _ in range(3):
        info = made.info(header(), 1280, 720)
        assert (info.width, info.height) == (1280, 720) and not any(info.k)
    assert len(said) == 1 and '640x480' in said[0] and '1280x720' in said[0]
    assert any(made.info(header(), 640, 480).k)


@pytest.mark.parametrize('content, word', [
    ('', 'TypeError'),
    ('[1, 2', 'YAML'),
    ('image_width: 640', 'KeyError'),
    (CALIBRATION.replace('[600.5, ', '['), '8 numbers'),
    (CALIBRATION.replace('600.5', 'wide'), 'wide'),
    (CALIBRATION.replace('640', '-1'), '-1'),
])
def test_a_file_of_another_kind_is_refused(tmp_path, content, word):
    path = tmp_path / 'other.yaml'
    path.write_text(content)
    with pytest.raises(CalibrationError) as caught:
        read_calibration(str(path))
    assert str(path) in str(caught.value) and word in str(caught.value)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(CalibrationError) as caught:
        Calibration(str(tmp_path / 'absent.yaml'))
    assert 'absent.yaml' in str(caught.value)


def calibrated(**changes):
    return CameraInfo(**dict(dict(width=640, height=480, distortion_model='plumb_bob', d=[0.1, 0.0, 0.0, 0.0, 0.0],
                                  k=[600.0, 0.0, 320.0, 0.0, 610.0, 240.0, 0.0, 0.0, 1.0]), **changes))


@pytest.mark.parametrize('changes, known, why', [
    ({}, True, 'as camera_calibration writes it'), ({'distortion_model': '', 'd': []}, True, 'no distortion'),
    ({'distortion_model': 'rational_polynomial', 'd': [0.0] * 8}, True, 'wide lenses'),
    ({'distortion_model': 'equidistant', 'd': [0.0] * 4}, True, 'fisheye'),
    ({'k': [0.0] * 9}, False, 'a K of zeros is how ROS says "not calibrated"'),
    ({'k': [-1.0] * 9}, False, 'no focal length'), ({'k': [float('nan')] * 9}, False, 'no number'),
    ({'d': [float('inf')] * 5}, False, 'no number'), ({'d': [0.0] * 3}, False, 'not as many as the model has'),
    ({'distortion_model': 'odd'}, False, 'a model that nobody knows'), ({'width': 1280}, False, 'other pixels')])
def test_camera_of_a_message(changes, known, why):
    camera = camera_of(calibrated(**changes), 640, 480)
    assert (camera is not None) is known, why
    if known:
        assert camera.matrix.tolist() == [[600, 0, 320], [0, 610, 240], [0, 0, 1]]
        assert camera.fisheye is (changes.get('distortion_model') == 'equidistant')


def test_a_package_is_looked_up(tmp_path, monkeypatch):
    monkeypatch.setenv('AMENT_PREFIX_PATH', str(tmp_path))
    with pytest.raises(CalibrationError):
        resolve('package://robot/usb.yaml')
    index = tmp_path / 'share' / 'ament_index' / 'resource_index' / 'packages'
    index.mkdir(parents=True)
    (index / 'robot').write_text('')
    (tmp_path / 'share' / 'robot').mkdir()
    assert resolve('package://robot/config/usb.yaml') == str(tmp_path / 'share' / 'robot' / 'config' / 'usb.yaml')
