# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A model folder of the user's own, as ``face-training own`` makes it: its labels are what the node publishes."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

from blob_model import blob_image, write_blob_model  # noqa: E402
from node_processes import start_node  # noqa: E402
from rclpy.qos import qos_profile_sensor_data  # noqa: E402
from ros_client import Client, image_message  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

pytestmark = pytest.mark.integration


def test_class_id_is_the_label_of_the_models_own_json(tmp_path):
    model = write_blob_model(tmp_path / 'my own model', labels=('dad', 'Dee Dee', 'dexter'))
    with Client() as client, start_node('detector_node', tmp_path / 'log', {'model': model}):
        faces = client.collect(Detection2DArray, '/faces')
        images = client.publisher(Image, '/image', qos_profile_sensor_data)
        client.connect(images, image_message(blob_image(320, 240)), faces)
        del faces[:]
        images.publish(image_message(blob_image(320, 240, (40, 60, 120, 160), (200, 20, 280, 90))))
        client.until(lambda: any(len(answer.detections) == 2 for answer in faces), 'an answer with two faces')
        answer = next(answer for answer in faces if len(answer.detections) == 2)
    assert [face.results[0].hypothesis.class_id for face in answer.detections] == ['dad', 'dexter']
