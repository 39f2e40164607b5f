# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Detections to vision_msgs and back."""
import numpy as np
import pytest

pytest.importorskip('vision_msgs.msg', reason='needs ROS 2 and vision_msgs')

from std_msgs.msg import Header  # noqa: E402
from vision_msgs.msg import Detection2D, Detection2DArray, ObjectHypothesisWithPose  # noqa: E402

from face_perception.core.detections import Detections  # noqa: E402
from face_perception.ros.messages import from_message, to_message  # noqa: E402

BOXES = [[10.0, 20.0, 50.0, 100.0], [0.0, 0.5, 7.25, 8.0]]


def header():
    message = Header(frame_id='left_camera')
    message.stamp.sec, message.stamp.nanosec = 12, 345
    return message


def test_no_face_gives_an_empty_array_with_the_header():
    message = to_message(Detections.empty(), header())
    assert message.header == header()
    assert list(message.detections) == []
    assert len(from_message(message)) == 0


def test_two_different_faces():
    message = to_message(Detections(BOXES, [0.75, 0.5], ['human', 'cartoon']), header())
    first, second = message.detections
    assert first.header == second.header == header()
    box = first.bbox
    assert (box.center.position.x, box.center.position.y, box.size_x, box.size_y) == (30.0, 60.0, 40.0, 80.0)
    assert box.center.theta == 0.0
    best = [detection.results[0].hypothesis for detection in message.detections]
    assert [(each.class_id, each.score) for each in best] == [('human', 0.75), ('cartoon', 0.5)]
    assert [detection.id for detection in message.detections] == ['', '']
    assert (second.bbox.center.position.x, second.bbox.size_y) == (3.625, 7.5)


def test_ids_become_text():
    message = to_message(Detections(BOXES, [0.75, 0.5], ['human', 'human'], ids=[7, 3]), header())
    assert [detection.id for detection in message.detections] == ['7', '3']


@pytest.mark.parametrize('ids', [None, [7, 3]])
def test_there_and_back(ids):
    faces = Detections(BOXES, [0.75, 0.5], ['human', 'cartoon'], ids)
    back = from_message(to_message(faces, header()))
    np.testing.assert_array_equal(back.boxes, faces.boxes)
    np.testing.assert_array_equal(back.scores, faces.scores)
    assert back.labels.tolist() == ['human', 'cartoon']
    assert back.ids is None if ids is None else back.ids.tolist() == ids


def test_message_is_sent_as_it_was_built():
    serialization = pytest.importorskip('rclpy.serialization')
    message = to_message(Detections(BOXES, [0.75, 0.5], ['human', 'cartoon']), header())
    raw = serialization.serialize_message(message)
    assert serialization.deserialize_message(raw, Detection2DArray) == message


@pytest.mark.parametrize('text, ids', [
    ('', None), ('-1', None), ('4\n', None), ('99999999999999999999', None), ('\u00b2', None),
    ('\u0663', None), ('9' * 18, [4, 10**18 - 1]), ('007', [4, 7])])
def test_ids_of_other_trackers(text, ids):
    message = Detection2DArray(header=header(), detections=[Detection2D(id='4'), Detection2D(id=text)])
    faces = from_message(message)
    assert len(faces) == 2
    assert (faces.ids if ids is None else faces.ids.tolist()) == ids


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('number', [1e300, -1e300, float('inf'), float('nan')])
def test_numbers_beyond_every_image(number):
    message = to_message(Detections(BOXES, [0.75, 0.5], ['human', 'cartoon']), header())
    message.detections[0].bbox.center.position.x = number
    message.detections[1].results[0].hypothesis.score = number
    faces = from_message(message)
    assert faces.labels.tolist() == ['cartoon'] and faces.scores.dtype == np.float32
    np.testing.assert_array_equal(faces.boxes, BOXES[1:])


def test_messages_of_other_detectors():
    message = Detection2DArray(header=header())
    best = [('dog', 0.25), ('cat', 0.5)]
    message.detections = [Detection2D(id='a'), Detection2D(id='4'), Detection2D()]
    for class_id, score in best:
        result = ObjectHypothesisWithPose()
        result.hypothesis.class_id, result.hypothesis.score = class_id, score
        message.detections[1].results.append(result)
    message.detections[2].bbox.size_x = float('nan')
    faces = from_message(message)
    assert faces.labels.tolist() == ['', 'cat']          # the box that is no box is left out
    assert faces.scores.tolist() == [0.0, 0.5]
    assert faces.ids is None


def test_rows_are_kept_where_they_have_to_stay_with_their_detections():
    message = to_message(Detections(BOXES, [0.75, 0.5], ['human', 'cartoon'], [1, 2]), header())
    message.detections[0].bbox.size_x = float('nan')
    faces = from_message(message, keep_rows=True)
    assert faces.labels.tolist() == ['human', 'cartoon'] and faces.ids.tolist() == [1, 2]
    np.testing.assert_array_equal(faces.boxes, [[0, 0, 0, 0], BOXES[1]])
    assert len(from_message(message)) == 1
