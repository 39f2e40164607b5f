# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""camera_node's compressed images: coded here, or by the camera itself."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS')

from ros_client import stamp_of  # noqa: E402
from sensor_msgs.msg import CameraInfo, CompressedImage, Image  # noqa: E402

from face_perception.cameras.fake import frame_number  # noqa: E402
from face_perception.ros.compressed import compressed_to_bgr  # noqa: E402
from face_perception.ros.images import image_to_bgr  # noqa: E402

pytestmark = pytest.mark.integration


def test_compressed_images_come_while_somebody_listens(client, camera):
    camera('fake://', fps=20.0)
    pictures = client.collect(CompressedImage, 'image_raw/compressed')
    client.until(lambda: len(pictures) >= 3, 'three pictures')
    assert compressed_to_bgr(pictures[-1]).shape == (480, 640, 3)
    assert pictures[-1].format == 'bgr8; jpeg compressed bgr8' and stamp_of(pictures[1]) > stamp_of(pictures[0])


def test_the_jpeg_of_a_camera_is_passed_on_as_it_is(client, camera):
    camera('fake://?jpeg=1', fps=20.0)
    pictures, images = client.collect(CompressedImage, 'image_raw/compressed'), client.collect(Image, 'image_raw')
    infos = client.collect(CameraInfo, 'camera_info')
    client.until(lambda: len(pictures) >= 3 and len(images) >= 3 and len(infos) >= 3, 'three of each')
    by_stamp = {stamp_of(each): each for each in images}
    both = [each for each in pictures if stamp_of(each) in by_stamp]
    assert both and (infos[0].width, infos[0].height) == (640, 480)
    for each in both:       # the very bytes: decoded they give the very pixels
        np.testing.assert_array_equal(compressed_to_bgr(each), image_to_bgr(by_stamp[stamp_of(each)]))


def test_a_damaged_jpeg_is_left_out_and_said_once(client, camera):
    node = camera('fake://?jpeg=2', fps=20.0)
    images = client.collect(Image, 'image_raw')
    client.until(lambda: len(images) >= 4, 'the whole ones')
    assert all(frame_number(image_to_bgr(each)) % 2 == 1 for each in images)
    assert node.output().count('A picture of the camera was skipped') == 1 and node.popen.poll() is None
