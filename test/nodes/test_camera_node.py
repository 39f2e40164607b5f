# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""camera_node as a process: what it publishes from every kind of source, and that bad sources do not end it."""
import signal
import time

import cv2
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS')

from diagnostic_msgs.msg import DiagnosticArray  # noqa: E402
from lifecycle_msgs.msg import State, Transition  # noqa: E402
from lifecycle_msgs.srv import ChangeState, GetState  # noqa: E402
from ros_client import stamp_of  # noqa: E402
from sensor_msgs.msg import CameraInfo, Image  # noqa: E402
from shared_data import shared  # noqa: E402

from face_perception.cameras.fake import frame_number, write_number  # noqa: E402
from face_perception.ros.images import image_to_bgr  # noqa: E402

pytestmark = pytest.mark.integration


def nanoseconds(message):
    return message.header.stamp.sec * 10**9 + message.header.stamp.nanosec


def write_picture(path, value):
    assert cv2.imwrite(str(path), np.full((12, 16, 3), value, np.uint8))


def test_no_device_is_said_once_and_does_not_end_the_node(camera):
    node = camera('/dev/video9876', reopen_period=0.2)
    node.wait_for('There is no /dev/video9876')
    time.sleep(1.5)
    assert node.popen.poll() is None
    assert node.output().count('There is no /dev/video9876') == 1
    assert node.stop() == 0


@pytest.mark.parametrize('source, words', [
    ('gopher://nowhere', 'Known kinds'), ('absent.mp4', 'No such file'), ('http://127.0.0.1:9/nobody', 'nobody')])
def test_a_bad_source_says_what_to_do_and_the_node_lives(camera, source, words):
    node = camera(source, reopen_period=0.2)
    node.wait_for(words)
    time.sleep(1.0)
    # Once, although it was tried again, and nothing from OpenCV or FFmpeg beside it.
    output = node.output()
    assert output.count('No frames') == 1 and node.popen.poll() is None, output
    assert '[ WARN:' not in output and ' @ 0x' not in output, output
    assert node.stop(signal.SIGTERM) == 0


def test_images_and_camera_infos_belong_together(client, camera):
    images, infos = client.collect_here(Image, 'image_raw'), client.collect_here(CameraInfo, 'camera_info')
    camera('fake://', width=320, height=200, fps=20.0, frame_id='head/eye')

    def pairs():
        # One of the two topics is connected before the other, so the first ones may be alone.
        by_stamp = {stamp_of(info): info for info in infos}
        return [(image, by_stamp[stamp_of(image)]) for image in images if stamp_of(image) in by_stamp]

    client.until(lambda: len(pairs()) >= 15, 'images with their camera infos')
    assert len({stamp_of(image) for image in images}) == len(images)
    for image, info in pairs():
        assert (image.width, image.height, image.encoding, image.step) == (320, 200, 'bgr8', 960)
        assert info.header == image.header and info.header.frame_id == 'head/eye'
        assert (info.width, info.height) == (320, 200) and not any(info.k)
    numbers = [frame_number(image_to_bgr(image)) for image in images]
    assert numbers == sorted(numbers)


def test_stamps_are_capture_times_on_the_ros_clock(client, camera):
    ages = []
    client.node.create_subscription(
        Image, 'image_raw', lambda image: ages.append(time.time_ns() - nanoseconds(image)), 10)
    camera('fake://', fps=20.0)
    # A busy machine delays some; a stamp that is not the capture's is off every time.
    client.until(lambda: sum(age < 0.5e9 for age in ages) >= 10, 'images of less than 0.5 s')
    assert min(ages) > 0


def test_nobody_listens_to_images_and_infos_still_come(client, camera):
    infos = client.collect_here(CameraInfo, 'camera_info')
    camera('fake://')
    client.until(lambda: len(infos) >= 3, 'camera infos')


def test_a_calibration_is_published(client, camera, tmp_path):
    path = tmp_path / 'eye.yaml'
    path.write_text('image_width: 64\nimage_height: 48\ndistortion_model: plumb_bob\n'
                    'camera_matrix: {rows: 3, cols: 3, data: [50, 0, 32, 0, 51, 24, 0, 0, 1]}\n'
                    'distortion_coefficients: {rows: 1, cols: 5, data: [0.1, 0, 0, 0, 0]}\n')
    infos = client.collect_here(CameraInfo, 'camera_info')
    camera('fake://', width=64, height=48, camera_info_url='file://{}'.format(path))
    client.until(lambda: infos, 'camera infos')
    assert list(infos[0].k) == [50, 0, 32, 0, 51, 24, 0, 0, 1] and infos[0].distortion_model == 'plumb_bob'
    assert infos[0].header.frame_id == 'camera'


def test_a_broken_calibration_costs_only_the_calibration(client, camera, tmp_path):
    infos = client.collect_here(CameraInfo, 'camera_info')
    node = camera('fake://', camera_info_url=str(tmp_path / 'absent.yaml'))
    client.until(lambda: infos, 'camera infos')
    assert not any(infos[0].k)
    assert 'absent.yaml' in node.output()


def test_a_video_ends_and_the_node_stays_or_goes(client, camera, tmp_path):
    path = str(tmp_path / 'clip.avi')
    writer = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 20, (192, 48))
    for number in range(60):
        picture = np.full((48, 192, 3), 80, np.uint8)
        write_number(picture, number)
        writer.write(picture)
    writer.release()

    node = camera(path, fps=300.0)
    node.wait_for('has ended after 60 frames')
    time.sleep(0.3)
    assert node.popen.poll() is None and node.output().count('has ended') == 1
    assert node.stop() == 0

    images = client.collect_here(Image, 'image_raw')
    node = camera(path, exit_at_end=True)
    client.until(lambda: node.popen.poll() is not None, 'end of the process')
    assert node.wait() == 0
    assert 'has ended after 60 frames' in node.output()
    # The first frames may meet nobody; the last one arrives although the process ends.
    assert frame_number(image_to_bgr(images[-1])) == 59


def test_a_folder_in_a_loop_with_a_corrupt_file(client, camera, tmp_path):
    folder = tmp_path / 'pictures'
    folder.mkdir()
    write_picture(folder / '1.png', 10)
    (folder / '2.png').write_bytes(b'no picture')
    write_picture(folder / '10.png', 200)
    images = client.collect_here(Image, 'image_raw')
    node = camera(str(folder), loop=True, fps=50.0)
    client.until(lambda: len(images) >= 12, 'images')
    values = [int(image_to_bgr(image)[0, 0, 0]) for image in images]
    # The first ones may meet nobody, so it begins with either.
    assert values == [value for _ in values for value in (values[0], 210 - values[0])][:len(values)]
    assert set(values) == {10, 200}
    assert node.output().count('2.png cannot be read') == 1


def test_a_lost_camera_comes_back_and_both_are_said_once(client, camera):
    images = client.collect_here(Image, 'image_raw')
    node = camera('fake://?lost_after=15', width=64, height=48, fps=30.0, reopen_period=0.5)
    client.until(lambda: len(images) >= 25, 'images after the loss')
    numbers = [frame_number(image_to_bgr(image)) for image in images]
    assert any(after < before for before, after in zip(numbers, numbers[1:])), numbers
    lost = node.output().count('asked to get lost')
    assert lost >= 1
    assert node.output().count('Frames come') - lost in (0, 1)
    assert node.stop() == 0


def test_an_absent_file_that_appears_is_opened(client, camera, tmp_path):
    folder = tmp_path / 'later'
    images = client.collect_here(Image, 'image_raw')
    node = camera(str(folder) + '/one.png', loop=True, reopen_period=0.3)
    node.wait_for('No such file')
    folder.mkdir()
    write_picture(tmp_path / 'one.png', 5)
    (tmp_path / 'one.png').rename(folder / 'one.png')
    client.until(lambda: images, 'image of the file that appeared')


def test_state_is_in_diagnostics(client, camera):
    arrays = client.collect_here(DiagnosticArray, '/diagnostics')
    camera('fake://', width=64, height=48, fps=25.0)

    def running():
        # A busy machine may have had no time for a frame in one of the seconds.
        for status in [array.status[0] for array in arrays]:
            values = {pair.key: pair.value for pair in status.values}
            if status.message == 'Running.' and int(values['frames_per_second']) > 0:
                return status, values

    client.until(running, 'diagnostics of a running camera')
    status, values = running()
    assert status.name == 'camera_node' and status.hardware_id == 'fake://'
    assert values['state'] == 'running'


def test_a_lost_camera_is_a_warning_in_diagnostics(client, camera):
    arrays = client.collect_here(DiagnosticArray, '/diagnostics')
    camera('/dev/video9876')
    client.until(lambda: arrays and '/dev/video9876' in arrays[-1].status[0].message, 'a warning')
    assert arrays[-1].status[0].level == b'\x01'


def test_lifecycle_deactivated_is_silent_and_activated_goes_on(client, camera):
    images = client.collect_here(Image, 'image_raw')
    camera('fake://', width=64, height=48, autostart=False)

    def change(transition):
        request = Transition(id=transition)
        assert client.call(ChangeState, 'camera_node/change_state', transition=request).success

    change(Transition.TRANSITION_CONFIGURE)
    client.spin(0.5)
    assert images == []
    change(Transition.TRANSITION_ACTIVATE)
    client.until(lambda: len(images) > 3, 'images')
    change(Transition.TRANSITION_DEACTIVATE)
    client.spin(0.3)
    del images[:]
    client.spin(0.5)
    assert images == []
    change(Transition.TRANSITION_ACTIVATE)
    client.until(lambda: len(images) > 3, 'images after a pause')
    change(Transition.TRANSITION_DEACTIVATE)
    change(Transition.TRANSITION_CLEANUP)
    assert client.call(GetState, 'camera_node/get_state').current_state.id == State.PRIMARY_STATE_UNCONFIGURED


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_in_the_middle_of_the_stream(client, camera, number):
    images = client.collect_here(Image, 'image_raw')
    node = camera('fake://', width=64, height=48, fps=500.0)
    client.until(lambda: len(images) > 50, 'images')
    assert node.stop(number) == 0
    assert 'Traceback' not in node.output() and 'No frames' not in node.output(), node.output()


def test_a_number_is_taken_for_a_device_and_a_wrong_type_is_explained(camera):
    node = camera(9876)
    node.wait_for('There is no /dev/video9876')
    node = camera('fake://', width='wide')
    assert node.wait() == 1
    assert 'width' in node.output() and 'Traceback' not in node.output()


def test_a_real_video_arrives_in_its_size(client, camera):
    images = client.collect_here(Image, 'image_raw')
    camera(str(shared('data', 'video', 'human_webcam_carphone.mp4')), loop=True)
    client.until(lambda: len(images) >= 10, 'images')
    assert {(image.width, image.height) for image in images} == {(352, 288)}
    assert all(image_to_bgr(image).mean() > 20 for image in images)


def test_reliability_and_depth_follow_the_users_overrides(client, camera):
    from rclpy.qos import ReliabilityPolicy

    prefix = 'qos_overrides./image_raw.publisher.'
    camera('fake://', **{prefix + 'reliability': 'best_effort', prefix + 'depth': 5})
    client.until(lambda: client.node.get_publishers_info_by_topic('/image_raw'), 'publisher of images')
    client.until(lambda: client.node.get_publishers_info_by_topic('/camera_info'), 'publisher of camera infos')
    images, = client.node.get_publishers_info_by_topic('/image_raw')
    infos, = client.node.get_publishers_info_by_topic('/camera_info')
    assert images.qos_profile.reliability == ReliabilityPolicy.BEST_EFFORT
    assert infos.qos_profile.reliability == ReliabilityPolicy.RELIABLE
