# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The detector node with the tensorrt backend on a fake GPU: built at the start, then from an image to /faces."""
import signal
import time

import cv2
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

from kernel_on_cpu import needs_gxx  # noqa: E402
from lifecycle_msgs.srv import GetState  # noqa: E402
from node_processes import start_node  # noqa: E402
from rcl_interfaces.srv import GetParameters  # noqa: E402
from rclpy.qos import qos_profile_sensor_data  # noqa: E402
from ros_client import image_message  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from shared_data import ROOT  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.api import open_detector  # noqa: E402
from face_perception.ros.messages import from_message  # noqa: E402

pytestmark = [pytest.mark.integration, needs_gxx]

# The executable with a fake GPU of a generation; at its end the GPU must have got back all it gave.
ENTRY = ('import sys, time; sys.path.insert(0, {test!r})\n'
         'from fakes import tensorrt\n'
         'class Patch:\n'
         '    def setitem(self, table, name, value): table[name] = value\n'
         'machine = tensorrt.install(Patch(), {generation!r})\n'
         'machine.while_building = lambda: time.sleep({seconds})\n'
         '{more}\n'
         'from face_perception.start import {{0}}; sys.argv[0] = {{0!r}}\n'
         'status = {{0}}()\n'
         'machine.check()\n'
         'print("all was given back"); sys.exit(status)')


def start(tmp_path, generation='8.2', seconds=0, more='', **parameters):
    entry = ENTRY.format(test=str(ROOT / 'test'), generation=generation, seconds=seconds, more=more)
    return start_node('detector_node', tmp_path / 'log', dict({'backend': 'tensorrt', 'model': 'slim_320'}, **parameters),
                      entry=entry, environ={'XDG_CACHE_HOME': str(tmp_path / 'cache')})


@pytest.mark.parametrize('generation', ['8.2', '10'])
def test_faces_are_those_of_onnxruntime(client, tmp_path, generation):
    picture = cv2.imread(str(ROOT / 'models' / 'slim_320' / 'reference.png'))
    pictures = [np.full((48, 64, 3), 127, np.uint8), picture, picture[:, ::-1].copy(), cv2.resize(picture, (960, 540))]
    with open_detector('slim_320', 'onnxruntime') as detector:
        expected = [detector.detect(image) for image in pictures]
    with start(tmp_path, generation) as process:
        faces = client.collect(Detection2DArray, '/faces')
        images = client.publisher(Image, '/image', qos_profile_sensor_data)
        client.connect(images, image_message(picture), faces)
        for number, (image, known) in enumerate(zip(pictures, expected)):
            del faces[:]
            images.publish(image_message(image, number))
            client.until(lambda: len(faces) > 0, 'answer {}'.format(number))
            found = from_message(faces[0])
            assert found.labels.tolist() == known.labels.tolist()
            np.testing.assert_allclose(found.boxes, known.boxes, atol=1)
            np.testing.assert_allclose(found.scores, known.scores, atol=2e-3)
        assert process.stop() == 0
        said = process.output()
    assert len(expected[0]) == 0 and len(expected[1]) > 1
    assert 'has to be built: it has no engine yet' in said and 'Kept as' in said and 'all was given back' in said
    with start(tmp_path, generation) as process:
        process.wait_for('Ready')
        assert process.stop() == 0 and 'has to be built' not in process.output()


def test_told_to_end_while_it_builds_it_ends(tmp_path):
    with start(tmp_path, seconds=60) as process:
        process.wait_for('Building the TensorRT engine of slim_320')
        begun = time.monotonic()
        assert process.stop(signal.SIGTERM) == 0
        assert time.monotonic() - begun < 3
        said = process.output()
    assert 'Traceback' not in said and 'Ready' not in said
    assert not list((tmp_path / 'cache').rglob('*.engine'))


def test_services_are_answered_while_it_builds(client, tmp_path):
    with start(tmp_path, seconds=6) as process:
        process.wait_for('Building the TensorRT engine of slim_320')
        begun = time.monotonic()
        assert client.call(GetState, '/detector_node/get_state').current_state.label == 'configuring'
        values = client.call(GetParameters, '/detector_node/get_parameters', names=['backend', 'precision']).values
        assert [value.string_value for value in values] == ['tensorrt', 'fp32']
        result, = client.set_parameters('/detector_node', score_threshold=0.7)
        assert result.successful
        assert time.monotonic() - begun < 4 and 'Built the TensorRT engine' not in process.output()
        process.wait_for('Ready')
        client.until(lambda: client.call(GetState, '/detector_node/get_state').current_state.label == 'active', 'active')
        values = client.call(GetParameters, '/detector_node/get_parameters', names=['score_threshold']).values
        assert values[0].double_value == 0.7


def test_a_gpu_that_is_lost_ends_the_node_for_a_new_one(client, tmp_path):
    more = ('import pycuda.driver as driver; work, calls = driver.memcpy_dtoh_async, []\n'
            'def fault(*arguments):\n'
            '    calls.append(1)\n'
            '    if len(calls) > 40: raise driver.LogicError("cuMemcpyDtoHAsync failed: unspecified launch failure")\n'
            '    return work(*arguments)\n'
            'driver.memcpy_dtoh_async = fault')
    picture = image_message(np.zeros((48, 64, 3), np.uint8))
    with start(tmp_path, more=more) as process:
        process.wait_for('Ready')
        images = client.publisher(Image, '/image', qos_profile_sensor_data)
        faces = client.collect(Detection2DArray, '/faces')
        end = time.monotonic() + 20
        while process.popen.poll() is None and time.monotonic() < end:
            images.publish(picture)
            client.spin(0.05)
        assert process.wait() == 3 and len(faces) > 0
        assert 'The process ends: the GPU is lost to this process: cuMemcpyDtoHAsync failed' in process.output()


def test_an_engine_that_is_refused_ends_the_node_with_the_reason(tmp_path):
    with start(tmp_path, generation='11', precision='fp16') as process:
        assert process.wait() == 1
        assert 'takes the precision from the types in the ONNX file' in process.output()
