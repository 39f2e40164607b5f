# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Landmark nodes that cannot start, or not as they were told to."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

import point_model  # noqa: E402
from landmark_bench import FaceLandmarksArray  # noqa: E402
from node_processes import start_node  # noqa: E402
from ros_client import Client  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return point_model.write_point_model(tmp_path_factory.mktemp('dots'))


@pytest.mark.parametrize('parameters, words', [
    ({'model': 'no_such_model'}, 'no_such_model'), ({'backend': 'steam'}, "'steam'"),
    ({'max_faces': 0}, 'max_faces'), ({'landmark_labels': 'human'}, 'a list of texts'),
    ({'qos_overrides./faces/landmarks.publisher.reliability': 'perhaps'}, 'perhaps')])
def test_what_cannot_start_says_so_in_one_sentence(tmp_path, model, parameters, words):
    with start_node('landmark_node', tmp_path / 'log', dict({'model': model}, **parameters)) as process:
        assert process.wait() == 1
        assert words in process.output() and 'Traceback' not in process.output()


# The real node where the messages are missing, as in a workspace in which they were not built.
WITHOUT_MESSAGES = """
import sys
sys.modules['face_perception_msgs'] = None
from face_perception.start import {0}
sys.argv[0] = {0!r}
sys.exit({0}())
"""


def test_missing_messages_are_told_with_the_command_that_builds_them(tmp_path, model):
    with start_node('landmark_node', tmp_path / 'log', {'model': model}, entry=WITHOUT_MESSAGES) as process:
        assert process.wait() == 1
        lines = [line for line in process.output().splitlines() if '[ERROR]' in line]
        assert len(lines) == 1 and 'face_perception_msgs, which was not built' in lines[0]
        assert 'colcon build --base-paths src src/face_perception/face_perception_msgs' in lines[0]


def test_bad_qos_override_of_an_input_is_told_once_and_does_not_end_it(tmp_path, model):
    parameters = {'model': model, 'qos_overrides./odd/faces.subscription.reliability': 'perhaps'}
    with Client(namespace='/odd') as client, start_node(
            'landmark_node', tmp_path / 'log', parameters, {'__ns': '/odd'}) as process:
        client.collect(FaceLandmarksArray, 'faces/landmarks')
        process.wait_for('No points are looked for: ')
        client.spin(1.2)
        assert process.popen.poll() is None
        assert process.output().count('perhaps') == 1
        assert process.stop() == 0 and 'Traceback' not in process.output()
