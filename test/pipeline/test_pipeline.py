# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The pipeline with a backend whose answers are known: newest wins, errors pass, pixels are made late."""
import threading

import blob_model
import numpy as np
import pytest

from face_perception.api import make_detector
from face_perception.backends.fake import FakeBackend
from face_perception.core.detector import Thresholds
from face_perception.core.frame import Frame
from face_perception.core.landmarks import LandmarkFinder
from face_perception.models.spec import parse_spec
from face_perception.pipeline.pipeline import FacePipeline
from face_perception.pipeline.worker import Stopped

SPEC = parse_spec(blob_model.spec_data())
IMAGE = np.zeros((480, 640, 3), np.uint8)


class Bench:
    """A pipeline whose backend waits until it may go on, and what came of it."""

    def __init__(self):
        self.results, self.errors, self.threads = [], [], set()
        self.may_go_on, self.busy = threading.Event(), threading.Event()
        self.changed = threading.Condition()
        self.thresholds = None
        self.pipeline = FacePipeline(self.open_detector, self.on_result, self.on_error,
                                     lambda frame: self.thresholds)

    def open_detector(self):
        self.threads.add(threading.current_thread())
        backend = FakeBackend(SPEC, [[0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]], [[0.9, 0], [0, 0.6]])

        def run(tensor, run=backend.run):
            self.threads.add(threading.current_thread())
            self.busy.set()
            assert self.may_go_on.wait(5.0)
            return run(tensor)

        backend.run = run
        return make_detector(SPEC, backend)

    def on_result(self, result):
        self.threads.add(threading.current_thread())
        with self.changed:
            self.results.append(result)
            self.changed.notify_all()

    def on_error(self, frame, error):
        with self.changed:
            self.errors.append((frame.stamp_ns, str(error)))
            self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, 5.0)


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.may_go_on.set()
    assert made.pipeline.stop()


def frame(number, pixels=IMAGE, camera=''):
    return Frame(number, 'optical', pixels, camera)


def test_no_frame_gives_no_result(bench):
    with bench.pipeline:
        pass
    assert bench.results == [] and bench.errors == []


def test_two_faces_of_an_offered_frame(bench):
    bench.may_go_on.set()
    bench.pipeline.start()
    bench.pipeline.offer(frame(7))
    bench.wait(lambda: bench.results)
    result, = bench.results
    assert result.frame.stamp_ns == 7 and result.frame.frame_id == 'optical'
    assert result.detections.labels.tolist() == ['human', 'cartoon']
    assert all(seconds >= 0 for seconds in result.timings) and result.timings.inference > 0
    assert len(bench.threads) == 1 and threading.current_thread() not in bench.threads


def points_finder(closed):
    def run(tensor):
        return np.full((len(tensor), 1, 3), 0.5, np.float32)

    return LandmarkFinder(SPEC.input, ('nose',), 0, run, lambda: closed.append('finder'), batch=4)


@pytest.mark.parametrize('labels, found', [(None, [True, True]), (['cartoon'], [False, True])])
def test_points_are_looked_for_where_they_are_wanted(bench, labels, found):
    closed = []
    bench.may_go_on.set()
    with FacePipeline(bench.open_detector, open_landmarks=lambda: points_finder(closed), landmark_labels=labels) as pipeline:
        result = pipeline.process(frame(1))
        assert result.landmarks.found.tolist() == found
        assert result.landmarks.points[1, 0].tolist() == [480, 360]
    assert closed == ['finder']
    bench.pipeline.start()
    assert bench.pipeline.process(frame(2)).landmarks is None


def test_a_landmark_model_that_cannot_be_opened_closes_the_detector(bench):
    closed = []

    def open_detector():
        detector = bench.open_detector()
        detector._close = lambda: closed.append('detector')
        return detector

    def refuse():
        raise RuntimeError('no points')

    with pytest.raises(RuntimeError, match='no points'):
        FacePipeline(open_detector, open_landmarks=refuse).start()
    assert closed == ['detector']
    bench.pipeline.start()


def test_frames_that_are_replaced_are_never_converted(bench):
    converted = []

    def pixels(number):
        def make():
            converted.append(number)
            return IMAGE
        return make

    bench.pipeline.start()
    bench.pipeline.offer(frame(0, pixels(0)))
    assert bench.busy.wait(5.0)
    for number in (1, 2, 3):
        bench.pipeline.offer(frame(number, pixels(number)))
    bench.may_go_on.set()
    bench.wait(lambda: len(bench.results) == 2)
    assert [result.frame.stamp_ns for result in bench.results] == [0, 3]
    assert converted == [0, 3] and bench.pipeline.replaced() == 2


def test_cameras_take_turns(bench):
    bench.pipeline.start()
    bench.pipeline.offer(frame(0, camera='fast'))
    assert bench.busy.wait(5.0)
    bench.pipeline.offer(frame(1, camera='slow'))
    for number in range(2, 6):
        bench.pipeline.offer(frame(number, camera='fast'))
    bench.may_go_on.set()
    bench.wait(lambda: len(bench.results) == 3)
    assert [result.frame.camera for result in bench.results] == ['fast', 'slow', 'fast']
    assert (bench.pipeline.replaced('fast'), bench.pipeline.replaced('slow')) == (3, 0)


def test_a_bad_frame_is_reported_and_the_next_one_answered(bench):
    def broken():
        raise ValueError('no picture')

    bench.may_go_on.set()
    bench.pipeline.start()
    bench.pipeline.offer(frame(1, broken))
    bench.wait(lambda: bench.errors)
    bench.pipeline.offer(frame(2, IMAGE[:, :, 0]))
    bench.wait(lambda: len(bench.errors) == 2)
    bench.pipeline.offer(frame(3))
    bench.wait(lambda: bench.results)
    assert bench.errors[0] == (1, 'no picture') and 'expected an image' in bench.errors[1][1]


def test_thresholds_are_asked_for_each_frame(bench):
    bench.may_go_on.set()
    bench.pipeline.start()
    assert len(bench.pipeline.process(frame(1)).detections) == 2
    bench.thresholds = Thresholds(0.7, 0.4, 10)
    assert len(bench.pipeline.process(frame(2)).detections) == 1


def test_process_answers_every_frame_and_the_listener_does_not_see_it(bench):
    bench.may_go_on.set()
    bench.pipeline.start()
    assert [bench.pipeline.process(frame(n)).frame.stamp_ns for n in range(5)] == list(range(5))
    assert bench.results == []


def test_process_raises_what_the_frame_raised(bench):
    bench.may_go_on.set()
    bench.pipeline.start()
    with pytest.raises(ValueError, match='expected an image'):
        bench.pipeline.process(frame(1, IMAGE[:0]))
    assert len(bench.pipeline.process(frame(2)).detections) == 2
    assert bench.errors == []


def test_process_after_the_end_says_so(bench):
    bench.pipeline.start()
    bench.pipeline.stop()
    with pytest.raises(Stopped):
        bench.pipeline.process(frame(1))


def test_cleared_frames_are_not_processed(bench):
    bench.pipeline.start()
    bench.pipeline.offer(frame(1))
    assert bench.busy.wait(5.0)
    bench.pipeline.offer(frame(2))
    bench.pipeline.clear()
    bench.may_go_on.set()
    assert bench.pipeline.stop()
    assert [result.frame.stamp_ns for result in bench.results] == [1] and bench.pipeline.replaced() == 0
