# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""A detector node that cannot start ends with status 1 and one sentence."""
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

from blob_model import write_blob_model  # noqa: E402
from node_processes import start_node  # noqa: E402

pytestmark = pytest.mark.integration


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return write_blob_model(tmp_path_factory.mktemp('model'))


def test_missing_model_ends_the_process_with_a_sentence(tmp_path):
    with start_node('detector_node', tmp_path / 'log', {'model': 'no_such_model'}) as process:
        assert process.wait() == 1
        assert 'no_such_model' in process.output() and 'Traceback' not in process.output()


def test_unknown_backend_ends_the_process_with_a_sentence(tmp_path, model):
    with start_node('detector_node', tmp_path / 'log', {'model': model, 'backend': 'steam'}) as process:
        assert process.wait() == 1
        assert "'steam'" in process.output() and 'onnxruntime' in process.output()
        assert 'Traceback' not in process.output()


FAILING_NODE = """
import sys
from face_perception.nodes import detector_node

def refuse(*arguments, **options):
    raise RuntimeError('no luck with this part')

detector_node.PART = refuse
sys.exit(detector_node.main())
"""


@pytest.mark.parametrize('part', ['FacePipeline', 'Diagnostics', 'ImageInput', 'TimeWatch'])
def test_start_that_fails_half_way_is_told_in_one_sentence(tmp_path, model, part):
    entry = FAILING_NODE.replace('PART', part)
    with start_node('detector_node', tmp_path / 'log', {'model': model}, entry=entry) as process:
        assert process.wait() == 1
        lines = [line for line in process.output().splitlines() if '[ERROR]' in line]
        assert len(lines) == 1 and 'no luck with this part' in lines[0]
        assert 'Traceback' not in process.output()


@pytest.mark.parametrize('topic', ['/image.subscription', '/faces.publisher'])
def test_bad_qos_override_is_told_in_one_sentence(tmp_path, model, topic):
    parameters = {'model': model, 'qos_overrides.{}.reliability'.format(topic): 'perhaps'}
    with start_node('detector_node', tmp_path / 'log', parameters) as process:
        assert process.wait() == 1
        lines = [line for line in process.output().splitlines() if '[ERROR]' in line]
        assert len(lines) == 1 and 'perhaps' in lines[0]
        assert 'Traceback' not in process.output()
