# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The landmark node as a real process between images, faces of any detector, and who wants their points."""
import os

import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

import point_model  # noqa: E402
from landmark_bench import BOXES, FACES, LandmarkBench, face_message, values_of  # noqa: E402
from lifecycle_msgs.msg import Transition  # noqa: E402
from lifecycle_msgs.srv import ChangeState  # noqa: E402
from node_processes import start_node  # noqa: E402
from ros_client import Client, stamp_of  # noqa: E402

from face_perception.api import open_landmarks  # noqa: E402
from face_perception.core.detections import Detections  # noqa: E402
from face_perception.ros.messages import to_message  # noqa: E402

pytestmark = pytest.mark.integration

HISTORY = 3


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    return point_model.write_point_model(tmp_path_factory.mktemp('dots'), batches=(1, 4))


@pytest.fixture(scope='module')
def bench(model, tmp_path_factory):
    log = tmp_path_factory.mktemp('landmarks') / 'log'
    parameters = {'model': model, 'history': HISTORY, 'max_faces': 3}
    remap = {'__ns': '/left', 'image': 'front/image_raw'}
    with Client(namespace='/left') as client, start_node('landmark_node', log, parameters, remap) as process:
        client.until(lambda: client.node.count_publishers('/left/faces/landmarks'), 'landmark node')
        yield LandmarkBench(client, process)
        assert process.stop() == 0
        assert 'Traceback' not in process.output()


def test_nothing_is_received_while_nobody_listens(bench):
    bench.client.spin(1.2)
    assert bench.images.get_subscription_count() == bench.faces.get_subscription_count() == 0
    status = bench.status(lambda status: True)
    assert status.message == 'Nobody subscribes to /left/faces/landmarks: nothing to do.' and status.level == b'\0'


def test_an_image_without_faces_is_answered_by_an_empty_array(bench):
    image, _ = face_message(1, [])
    answer = bench.ask(image, Detections.empty())
    assert answer.header == image.header and list(answer.faces) == []


def test_two_different_faces_keep_their_detections_and_get_their_points(bench):
    image, points = face_message(2)
    sent = to_message(FACES, image.header)
    answer = bench.ask(image, sent)
    assert answer.header == image.header
    assert [face.detection for face in answer.faces] == list(sent.detections)
    assert [[point.name for point in face.points] for face in answer.faces] == [list(point_model.NAMES)] * 2
    found = np.array([[(point.x, point.y) for point in face.points] for face in answer.faces])
    assert abs(found - points).max() <= 2
    assert all(point.score == pytest.approx(1) for face in answer.faces for point in face.points)
    assert all(np.isnan([face.yaw, face.pitch, face.roll]).all() for face in answer.faces)      # nobody asked for them


def test_the_points_are_those_of_the_core(bench, model):
    image, _ = face_message(3)
    answer = bench.ask(image, FACES)
    with open_landmarks(model) as finder:
        expected = finder.find(np.frombuffer(image.data, np.uint8).reshape(240, 320, 3), FACES)
    found = np.array([[(point.x, point.y) for point in face.points] for face in answer.faces])
    np.testing.assert_allclose(found, expected.points, atol=0.01)


@pytest.mark.parametrize('faces_first', [False, True])
def test_either_of_the_two_may_come_first(bench, faces_first):
    bench.listen()
    image, _ = face_message(10 + faces_first)
    senders = [lambda: bench.images.publish(image), lambda: bench.faces.publish(to_message(FACES, image.header))]
    for send in reversed(senders) if faces_first else senders:
        send()
        bench.client.spin(0.2)
    bench.client.until(lambda: bench.points, 'points')
    assert stamp_of(bench.points[0]) == stamp_of(image) and len(bench.points[0].faces) == 2


def test_faces_of_another_stamp_are_no_partner_and_both_are_counted(bench):
    bench.listen()
    before = values_of(bench.status(lambda status: True))
    for number in range(20, 20 + HISTORY + 2):
        bench.images.publish(face_message(number)[0])
        bench.faces.publish(to_message(FACES, face_message(number + 100)[0].header))
        bench.client.spin(0.1)
    assert bench.points == []
    status = bench.status(lambda status: int(values_of(status)['faces_without_image']) > int(before['faces_without_image'])
                          and status.level == b'\1')
    assert status.message == 'No image has the stamp of any faces: does the detector look at /left/front/image_raw?'
    values = values_of(status)
    assert int(values['images_without_faces']) - int(before['images_without_faces']) >= 2
    assert int(values['faces_without_image']) - int(before['faces_without_image']) >= 2
    assert bench.ask(face_message(30)[0], FACES).faces, 'what never met does not block the next'


def test_late_faces_find_their_image_within_the_history(bench):
    bench.listen()
    images = [face_message(number)[0] for number in range(40, 40 + HISTORY + 1)]       # one more than is kept
    for image in images:
        bench.images.publish(image)
        bench.client.spin(0.1)
    for image in images:
        bench.faces.publish(to_message(FACES, image.header))
        bench.client.spin(0.1)
    bench.client.until(lambda: len(bench.points) >= HISTORY, 'points')
    bench.client.spin(0.2)
    assert [stamp_of(answer) for answer in bench.points] == [stamp_of(image) for image in images[1:]]


def test_faces_of_other_detectors_and_labels(bench):
    image, points = face_message(50)
    faces = to_message(Detections(BOXES, [0.9, 0.8], ['face', 'cartoon']), image.header)
    faces.detections[0].id = 'anna'
    answer = bench.ask(image, faces)
    assert [len(face.points) for face in answer.faces] == [0, 0]
    told = "No face gets points: faces are labelled 'cartoon', 'face', and landmark_labels names 'human'."
    assert told in bench.process.output()
    for labels, counts in [(['face'], [5, 0]), (['*'], [5, 5]), (['human'], [0, 0])]:
        result, = bench.client.set_parameters('/left/landmark_node', landmark_labels=labels)
        assert result.successful
        image.header.stamp.nanosec += 1
        faces.header = image.header
        answer = bench.ask(image, faces)
        assert [len(face.points) for face in answer.faces] == counts
        assert answer.faces[0].detection.id == 'anna'


def test_faces_beyond_max_faces_have_no_points(bench):
    boxes = BOXES + [[40, 150, 100, 210], [120, 160, 170, 210]]
    image, _ = face_message(60, boxes)
    answer = bench.ask(image, Detections(boxes, [0.9, 0.8, 0.7, 0.6], ['human'] * 4))
    assert [len(face.points) for face in answer.faces] == [5, 5, 5, 0]


def test_boxes_that_are_none_have_no_points_and_keep_their_row(bench):
    image, _ = face_message(70)
    faces = to_message(Detections([[0, 0, 9, 9], [400, 10, 500, 60], *BOXES], [0.9] * 4, ['human'] * 4), image.header)
    faces.detections[0].bbox.center.position.x = float('nan')
    answer = bench.ask(image, faces)
    assert [len(face.points) for face in answer.faces] == [0, 0, 5, 5]
    assert np.isnan(answer.faces[0].detection.bbox.center.position.x)


def test_a_bad_image_is_told_once_and_the_next_is_answered(bench):
    bench.listen()
    for number in (80, 81):
        bad, _ = face_message(number)
        bad.encoding = '32FC1'
        bench.images.publish(bad)
        bench.faces.publish(to_message(FACES, bad.header))
        bench.client.spin(0.2)
    assert len(bench.ask(face_message(82)[0], FACES).faces) == 2
    assert bench.process.output().count("'32FC1'") == 1


def test_it_stops_receiving_when_nobody_listens_any_more(bench):
    bench.listen()
    bench.end()
    bench.client.until(lambda: not bench.images.get_subscription_count() and not bench.faces.get_subscription_count(),
                       'end of the subscriptions')
    assert len(bench.ask(face_message(90)[0], FACES).faces) == 2


def test_a_lifecycle_manager_can_stop_and_start_it(bench):
    def change(transition):
        assert bench.client.call(ChangeState, '/left/landmark_node/change_state',
                                 transition=Transition(id=transition)).success

    bench.listen()
    change(Transition.TRANSITION_DEACTIVATE)
    bench.client.until(lambda: not bench.images.get_subscription_count(), 'end of the subscription')
    for transition in (Transition.TRANSITION_CLEANUP, Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_ACTIVATE):
        change(transition)
    bench.client.until(bench.images.get_subscription_count, 'subscription')
    bench.client.until(bench.faces.get_subscription_count, 'subscription')
    bench.client.spin(0.3)
    assert len(bench.ask(face_message(95)[0], FACES).faces) == 2


def test_faces_come_first_where_cores_are_busy(bench):
    """The process gives way to others: its first thread, of which those that work are made."""
    wanted = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert os.getpriority(os.PRIO_PROCESS, bench.process.popen.pid) == wanted


def test_diagnostics_have_counts_and_times(bench):
    for number in range(100, 110):
        bench.ask(face_message(number)[0], FACES)
    status = bench.status(lambda status: 'inference_ms' in values_of(status))
    values = values_of(status)
    assert (status.name, status.message) == ('left/landmark_node', 'Running.')
    for step in ('wait_ms', 'convert_ms', 'preprocess_ms', 'inference_ms', 'publish_ms'):
        assert float(values[step]) > 0
    assert int(values['processed']) >= 10
