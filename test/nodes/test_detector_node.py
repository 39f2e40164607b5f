# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The detector node as a real process, with a small real model whose answers are known to the pixel."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

from blob_model import blob_image, write_blob_model  # noqa: E402
from diagnostic_msgs.msg import DiagnosticArray  # noqa: E402
from lifecycle_msgs.msg import Transition  # noqa: E402
from lifecycle_msgs.srv import ChangeState, GetState  # noqa: E402
from node_processes import start_node  # noqa: E402
from rclpy.qos import qos_profile_sensor_data  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import CompressedImage, Image  # noqa: E402
from std_srvs.srv import SetBool  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.backends.choice import ORDER  # noqa: E402
from face_perception.ros.compressed import bgr_to_compressed  # noqa: E402
from face_perception.ros.messages import from_message  # noqa: E402

pytestmark = pytest.mark.integration

RED, GREEN = (40, 60, 120, 160), (200, 20, 280, 90)     # x1 y1 x2 y2, pixels


class Bench:
    """A detector node, the publisher of its images and the list of its answers."""

    def __init__(self, client, process):
        self.client, self.process = client, process
        self.faces = client.collect(Detection2DArray, '/left/faces')
        self.images = client.publisher(Image, '/left/front/image_raw', qos_profile_sensor_data)
        client.connect(self.images, image_message(blob_image(320, 240)), self.faces)

    def ask(self, *messages):
        """Publish messages one by one and return the answer to each."""
        del self.faces[:]
        for number, message in enumerate(messages, 1):
            self.images.publish(message)
            self.client.until(lambda: len(self.faces) >= number, 'answer {}'.format(number))
        return list(self.faces)

    def stays_silent(self, *messages):
        """Publish messages and tell whether nothing was answered."""
        del self.faces[:]
        for message in messages:
            self.images.publish(message)
        self.client.spin(0.5)
        return not self.faces


def state_of(client, node):
    """Return the label of a node's lifecycle state."""
    return client.call(GetState, node + '/get_state').current_state.label


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return write_blob_model(tmp_path_factory.mktemp('model'))


@pytest.fixture(scope='module')
def bench(model, tmp_path_factory):
    log = tmp_path_factory.mktemp('detector') / 'log'
    parameters = {'model': model, 'image_timeout': 1.0}
    remap = {'__ns': '/left', 'image': 'front/image_raw'}
    with Client() as client, start_node('detector_node', log, parameters, remap) as process:
        yield Bench(client, process)


def test_face_free_frame_is_answered_by_an_empty_array(bench):
    message = image_message(blob_image(320, 240), 7, frame_id='front_optical')
    answer, = bench.ask(message)
    assert answer.header == message.header
    assert list(answer.detections) == []


def test_two_different_faces_in_source_pixels_with_their_labels(bench):
    message = image_message(blob_image(320, 240, RED, GREEN), 8, frame_id='front_optical')
    answer, = bench.ask(message)
    assert answer.header == message.header
    assert [detection.header for detection in answer.detections] == 2 * [message.header]
    faces = from_message(answer)
    assert faces.labels.tolist() == ['human', 'cartoon']
    np.testing.assert_allclose(faces.scores, [0.9, 0.8], atol=1e-4)
    np.testing.assert_allclose(faces.boxes, [RED, GREEN], atol=0.5)


@pytest.mark.parametrize('width, height', [(960, 240), (160, 480), (80, 60), (1280, 960)])
def test_boxes_fit_the_source_whatever_its_shape(bench, width, height):
    x_scale, y_scale = width / 320, height / 240
    red = tuple(int(value) for value in np.array(RED) * (x_scale, y_scale, x_scale, y_scale))
    answer, = bench.ask(image_message(blob_image(width, height, red)))
    faces = from_message(answer)
    assert faces.labels.tolist() == ['human']
    # One pixel of the network's input is so many of the source.
    np.testing.assert_allclose(faces.boxes[0] / (x_scale, y_scale, x_scale, y_scale), RED, atol=1.01)


def test_other_encodings_are_answered_the_same(bench):
    bgr = blob_image(320, 240, RED)
    rgb = image_message(bgr[:, :, ::-1])
    rgb.encoding = 'rgb8'
    mono = Image(width=320, height=240, step=320, encoding='mono8', data=bytes(320 * 240))
    first, second = bench.ask(rgb, mono)
    np.testing.assert_allclose(from_message(first).boxes, [RED], atol=0.5)
    assert len(second.detections) == 0


def test_every_frame_has_one_answer_in_order(bench):
    messages = [image_message(blob_image(320, 240, RED if number % 2 else None), number)
                for number in range(30)]
    answers = bench.ask(*messages)
    assert [stamp_of(answer) for answer in answers] == [stamp_of(message) for message in messages]
    assert [len(answer.detections) for answer in answers] == 15 * [0, 1]


def test_bad_image_is_told_once_and_the_next_good_one_answered(bench):
    bad = [image_message(blob_image(320, 240)) for _ in range(3)]
    for message in bad:
        message.encoding = '32FC1'
    assert bench.stays_silent(*bad)
    bench.client.spin(0.1)
    answer, = bench.ask(image_message(blob_image(320, 240, RED)))
    assert len(answer.detections) == 1
    assert bench.process.output().count("'32FC1'") == 1


def test_thresholds_change_live(bench):
    message = image_message(blob_image(320, 240, RED, GREEN))
    for parameters, labels in [({'score_threshold': 0.85}, ['human']),
                               ({'score_threshold': 0.95}, []),
                               ({'score_threshold': -1.0}, ['human', 'cartoon']),
                               ({'max_faces': 1}, ['human']),
                               ({'max_faces': -1}, ['human', 'cartoon'])]:
        result, = bench.client.set_parameters('/left/detector_node', **parameters)
        assert result.successful
        answer, = bench.ask(message)
        assert from_message(answer).labels.tolist() == labels


def test_bad_thresholds_and_fixed_parameters_are_refused_in_words(bench):
    for name, value, words in [('score_threshold', 1.5, 'range'),
                               ('score_threshold', -0.5, '-1.0 or 0.0 to 1.0'),
                               ('max_faces', 0, '-1 or 1 to'), ('model', 'other', 'read-only')]:
        result, = bench.client.set_parameters('/left/detector_node', **{name: value})
        assert not result.successful and words in result.reason


def test_pause_and_resume(bench):
    message = image_message(blob_image(320, 240, RED))
    response = bench.client.call(SetBool, '/left/detector_node/set_enabled', data=False)
    assert (response.success, response.message) == (True, 'paused')
    bench.client.until(lambda: not bench.images.get_subscription_count(), 'end of the subscription')
    told = bench.process.output().count('No Image')
    assert bench.stays_silent(message)
    bench.client.spin(1.5)
    assert bench.process.output().count('No Image') == told          # paused is not starved
    assert bench.client.call(SetBool, '/left/detector_node/set_enabled', data=True).success
    bench.client.connect(bench.images, message, bench.faces)
    answer, = bench.ask(message)
    assert len(answer.detections) == 1


def test_lifecycle_manager_can_stop_and_start_it(bench):
    message = image_message(blob_image(320, 240, RED))

    def state():
        return state_of(bench.client, '/left/detector_node')

    def change(transition):
        assert bench.client.call(ChangeState, '/left/detector_node/change_state',
                                 transition=Transition(id=transition)).success

    assert state() == 'active'
    change(Transition.TRANSITION_DEACTIVATE)
    assert state() == 'inactive' and bench.stays_silent(message)
    change(Transition.TRANSITION_CLEANUP)
    change(Transition.TRANSITION_CONFIGURE)
    change(Transition.TRANSITION_ACTIVATE)
    bench.client.connect(bench.images, message, bench.faces)
    answer, = bench.ask(message)
    assert len(answer.detections) == 1


def values_of(array):
    """Return {key: text} of the first status in a DiagnosticArray."""
    return {pair.key: pair.value for pair in array.status[0].values}


def test_diagnostics_have_counts_and_times(bench):
    got = bench.client.collect(DiagnosticArray, '/diagnostics')
    for number in range(20):
        bench.ask(image_message(blob_image(320, 240), number))
    del got[:]
    bench.ask(image_message(blob_image(320, 240)))

    def counted():      # one may be on its way that was made before the image was answered
        values = values_of(got[-1]) if got else {'frames_per_second': 0, 'processed': 0}
        return int(values['frames_per_second']) >= 1 and int(values['processed']) >= 21

    bench.client.until(counted, 'diagnostics that count the image')
    status = got[-1].status[0]
    values = values_of(got[-1])
    assert (status.level, status.name, status.message) == (b'\0', 'left/detector_node', 'Running.')
    for step in ('wait_ms', 'convert_ms', 'preprocess_ms', 'inference_ms', 'postprocess_ms', 'publish_ms'):
        assert float(values[step]) > 0


def test_missing_image_is_told_with_its_topic(bench):
    bench.ask(image_message(blob_image(320, 240)))      # ends a silence that was told before
    told = len(bench.process.output())
    warning = 'No Image on /left/front/image_raw for 1 s.'
    bench.client.until(lambda: warning in bench.process.output()[told:], 'warning')
    assert '/test_client publishes it, but has sent nothing since' in bench.process.output()[told:]


def test_compressed_images_are_answered_and_damaged_ones_told_once(tmp_path, model):
    parameters = {'model': model, 'image_transport': 'compressed'}
    with Client() as client, start_node('detector_node', tmp_path / 'log', parameters, {'image': '/cam/image'}) as process:
        faces = client.collect(Detection2DArray, 'faces')
        images = client.publisher(CompressedImage, '/cam/image/compressed', qos_profile_sensor_data)
        whole = bgr_to_compressed(blob_image(320, 240, RED, GREEN), 5 * 10**9, 'front')
        client.connect(images, whole, faces)
        damaged = bgr_to_compressed(blob_image(320, 240, RED), 6 * 10**9, 'front')
        damaged.data = damaged.data[:len(damaged.data) // 2]
        for message in (damaged, damaged, whole):
            images.publish(message)
            client.spin(0.2)
        client.until(lambda: faces, 'an answer')
        answer, = faces
        assert from_message(answer).labels.tolist() == ['human', 'cartoon']
        assert stamp_of(answer) == (5, 0) and answer.header.frame_id == 'front'
        assert process.output().count('An image on /cam/image/compressed was skipped') == 1


# The real node, one of whose parts cannot be made.
def test_bad_qos_override_of_a_paused_node_refuses_to_enable_it(tmp_path, model):
    parameters = {'model': model, 'enabled': False,
                  'qos_overrides./image.subscription.reliability': 'perhaps'}
    with Client() as client, start_node('detector_node', tmp_path / 'log', parameters) as process:
        client.until(lambda: state_of(client, '/detector_node') == 'active', 'activation')
        for _ in range(2):
            response = client.call(SetBool, '/detector_node/set_enabled', data=True)
            assert not response.success and 'perhaps' in response.message
        assert client.call(SetBool, '/detector_node/set_enabled', data=False).success
        assert process.stop() == 0 and 'Traceback' not in process.output()


def test_node_that_is_not_active_promises_no_more_than_it_knows(tmp_path, model):
    parameters = {'model': model, 'enabled': False, 'autostart': False,
                  'qos_overrides./image.subscription.reliability': 'perhaps'}

    def change(transition):
        return client.call(ChangeState, '/detector_node/change_state', transition=Transition(id=transition)).success

    with Client() as client, start_node('detector_node', tmp_path / 'log', parameters) as process:
        assert change(Transition.TRANSITION_CONFIGURE)
        response = client.call(SetBool, '/detector_node/set_enabled', data=True)
        assert response.success and response.message == 'enabled, from the activation of the node on'
        assert not change(Transition.TRANSITION_ACTIVATE) and 'perhaps' in process.output()
        assert client.call(SetBool, '/detector_node/set_enabled', data=False).success
        assert change(Transition.TRANSITION_ACTIVATE) and state_of(client, '/detector_node') == 'active'


def test_auto_says_in_the_log_and_in_the_diagnostics_what_runs_and_why(bench):
    got = bench.client.collect(DiagnosticArray, '/diagnostics')
    bench.client.until(lambda: got, 'diagnostics')
    status, values = got[-1].status[0], values_of(got[-1])
    log = bench.process.output()
    assert status.hardware_id == values['backend'] and values['backend'].split()[0] in ORDER
    assert log.count('Backend auto: {}, '.format(values['backend'])) == log.count('Ready: ') >= 1    # once per start
    assert 'backend {}, labels'.format(values['backend']) in log
    assert values.get('backend_choice', 'the first choice') in log
