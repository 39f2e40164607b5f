# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""500 images, most of them broken or odd, do not end the detector node, and it answers every good one."""
import numpy as np
import pytest

pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')
pytest.importorskip('onnx', reason='the test model is written with the package onnx')

from blob_model import blob_image, write_blob_model  # noqa: E402
from garbage import mixed_images  # noqa: E402
from node_processes import start_node  # noqa: E402
from ros_client import Client, image_message, stamp_of  # noqa: E402
from sensor_msgs.msg import Image  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

from face_perception.ros.messages import from_message  # noqa: E402

pytestmark = pytest.mark.integration

RED, GREEN = (40, 60, 120, 160), (200, 20, 280, 90)
GOOD = [blob_image(320, 240), blob_image(320, 240, RED), blob_image(320, 240, RED, GREEN),
        blob_image(640, 480, tuple(2 * value for value in RED))]
LABELS = [[], ['human'], ['human', 'cartoon'], ['human']]
PAUSE = 0.005       # s after an image that nobody answers: time to look at it, no more
LONG_PAUSE = 0.5    # s after 36 MB: the middleware is busy dropping their fragments


RELIABLE = {'qos_overrides./image.subscription.reliability': 'reliable',
            'qos_overrides./image.subscription.depth': 10}


@pytest.mark.parametrize('overrides, huge_arrive', [({}, False), (RELIABLE, True)],
                         ids=['default', 'reliable'])
def test_every_good_frame_in_500_is_answered(tmp_path, overrides, huge_arrive):
    """huge_arrive: 36 MB are more than best effort brings across; a reliable subscription gets them."""
    parameters = dict(overrides, model=write_blob_model(tmp_path / 'model'))
    with Client() as client, start_node('detector_node', tmp_path / 'log', parameters) as process:
        answers = client.collect(Detection2DArray, 'faces')
        images = client.publisher(Image, 'image', 10)
        client.connect(images, image_message(GOOD[0]), answers)
        good = []
        owed = set()
        may_come = set()
        for case in mixed_images(500, GOOD):
            stamp = stamp_of(case.message)
            images.publish(case.message)
            if not case.answered or (case.kind == '4000x3000' and not huge_arrive):
                may_come.update([stamp] if case.answered else [])
                client.spin(LONG_PAUSE if case.answered else PAUSE)
                continue
            owed.add(stamp)
            answer = client.until(lambda: next((a for a in answers if stamp_of(a) == stamp), None),
                                  'answer to {} ({})'.format(stamp, case.kind))
            assert answer.header == case.message.header
            if case.kind == 'good':
                check(answer, len(good) % len(GOOD))
                good.append(stamp)
        client.spin(0.5)
        answered = [stamp_of(answer) for answer in answers]
        assert len(good) == 167 and len(answered) == len(set(answered))
        assert owed <= set(answered) <= owed | may_come, 'what cannot be read is not answered'
        told = [line for line in process.output().splitlines() if 'was skipped' in line]
        assert 5 <= len(told) <= 60, 'each kind is told once'
        assert process.stop() == 0
        assert 'Traceback' not in process.output()


def check(answer, index):
    """Compare the answer with what is in GOOD[index]."""
    faces = from_message(answer)
    assert faces.labels.tolist() == LABELS[index]
    if index == 2:
        np.testing.assert_allclose(faces.boxes, [RED, GREEN], atol=0.5)
