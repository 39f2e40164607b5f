# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Frames to faces without ROS: the one way of everything that runs continuously.

Nodes, the command line and benchmarks are thin hosts around it (docs/adr/0011-one-pipeline.md).
"""

import threading
import time
from typing import Callable, NamedTuple, Optional, Sequence

from face_perception.core.detections import Detections
from face_perception.core.detector import Detector, Thresholds
from face_perception.core.frame import Frame
from face_perception.core.landmarks import LandmarkFinder, Landmarks
from face_perception.pipeline.latest_frames import LatestFrames
from face_perception.pipeline.worker import Stopped, Worker


class StageTimings(NamedTuple):
    """How long one frame spent in each stage, seconds."""

    wait: float             # between the offer and the worker
    convert: float          # from the form it came in to pixels
    preprocess: float
    inference: float
    postprocess: float


class FaceResult(NamedTuple):
    """What was found in one frame."""

    frame: Frame
    detections: Detections
    timings: StageTimings
    limited: bool = False       # the network had no row left: there may be more faces
    landmarks: Optional[Landmarks] = None       # of the detections, where the pipeline looks for points


class FacePipeline:
    """A detector in a thread of its own, for the frames of one camera or several.

    `offer` never waits: the newest frame of each camera wins, and cameras take turns. `process` is for those
    who want every frame. All callbacks are called in the thread of the pipeline.
    """

    def __init__(self, open_detector: Callable[[], Detector],
                 on_result: Callable[[FaceResult], None] = lambda result: None,
                 on_error: Callable[[Frame, Exception], None] = lambda frame, error: None,
                 thresholds: Callable[[Frame], Optional[Thresholds]] = lambda frame: None,
                 open_landmarks: Optional[Callable[[], LandmarkFinder]] = None,
                 landmark_labels: Optional[Sequence[str]] = None) -> None:
        """Prepare; nothing is opened before `start`.

        Args:
            open_detector: called once, in the thread that then uses the detector.
            on_result: takes the result of each offered frame.
            on_error: takes an offered frame and what it or `on_result` raised; the next frame follows.
            thresholds: asked before each frame; None: the model's own.
            open_landmarks: as open_detector, for the points of the faces; None: nobody wants them.
            landmark_labels: of the faces that get points; None: all.
        """
        self._on_result, self._on_error, self._thresholds = on_result, on_error, thresholds
        self._frames = LatestFrames()
        self._request: Optional[_Request] = None
        # The last frame is held until the next was taken. Freed at once, its megabyte goes back to the system,
        # and the middleware gets the next image page by page: 0.8 ms for 640x480.
        self._held: Optional[Frame] = None
        self._one_caller = threading.Lock()
        self._landmark_labels = landmark_labels
        self._worker = Worker(lambda: _open(open_detector, open_landmarks), self._use, lambda networks: networks.close(),
                              self._has_work)

    def start(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Open the detector and wait until it is ready.

        Args:
            wanted: asked every 0.1 s; False gives up.

        Raises what open_detector raised, or Stopped.
        """
        self._worker.start(wanted)

    def offer(self, frame: Frame) -> None:
        """Hand over a frame without waiting; an older one of its camera that still waits is replaced."""
        with self._worker.changed:
            self._frames.put(frame, time.monotonic())
            self._worker.changed.notify_all()

    def process(self, frame: Frame) -> FaceResult:
        """Process one frame and wait for its result; raises what the frame raised, or Stopped.

        `on_result` does not see it. Callers in several threads take turns.
        """
        with self._one_caller:
            request = _Request(frame, time.monotonic())
            with self._worker.changed:
                self._request = request
                self._worker.changed.notify_all()
                while request.result is None and request.error is None:
                    if self._worker.stopping:
                        raise Stopped('the pipeline has stopped')
                    self._worker.changed.wait(0.1)
        if request.result is None:
            assert request.error is not None
            raise request.error
        return request.result

    def clear(self, camera: Optional[str] = None) -> None:
        """Forget the frames that wait, of one camera or of all."""
        with self._worker.changed:
            self._frames.clear(camera)

    def replaced(self, camera: Optional[str] = None) -> int:
        """Return how many offered frames were replaced by newer ones, of one camera or of all."""
        return self._frames.replaced(camera)

    def stop(self, timeout: float = 5.0) -> bool:
        """Let the current frame end, close the detector, end the thread; safe to call twice.

        Returns:
            False if the thread did not end within `timeout` seconds (a driver that hangs).
        """
        return self._worker.stop(timeout)

    def __enter__(self) -> 'FacePipeline':
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _has_work(self) -> bool:
        return self._request is not None or len(self._frames) > 0

    def _use(self, networks: '_Networks') -> None:
        """Process the frame whose turn it is."""
        with self._worker.changed:
            request, self._request = self._request, None
            if request is None:
                if not len(self._frames):       # cleared meanwhile
                    return
                frame, offered = self._frames.take()
                self._held = frame
        if request is not None:
            try:
                request.result = self._detect(networks, request.frame, request.offered)
            except Exception as error:
                request.error = error
            with self._worker.changed:
                self._worker.changed.notify_all()
            return
        try:
            self._on_result(self._detect(networks, frame, offered))
        except Exception as error:
            self._on_error(frame, error)

    def _detect(self, networks: '_Networks', frame: Frame, offered: float) -> FaceResult:
        taken = time.monotonic()
        image = frame.image
        converted = time.monotonic()
        detector, finder = networks
        detections = detector.detect(image, self._thresholds(frame))
        stages = detector.timings
        landmarks = finder.find(image, detections, self._landmark_labels) if finder is not None else None
        return FaceResult(frame, detections, StageTimings(
            taken - offered, converted - taken, stages.preprocess, stages.inference, stages.postprocess),
            detector.limited, landmarks)


class _Networks(NamedTuple):
    """What the thread of the pipeline owns."""

    detector: Detector
    finder: Optional[LandmarkFinder]

    def close(self) -> None:
        self.detector.close()
        if self.finder is not None:
            self.finder.close()


def _open(open_detector: Callable[[], Detector], open_landmarks: Optional[Callable[[], LandmarkFinder]]) -> _Networks:
    detector = open_detector()
    try:
        return _Networks(detector, None if open_landmarks is None else open_landmarks())
    except Exception:
        detector.close()
        raise


class _Request:
    """A frame whose sender waits."""

    def __init__(self, frame: Frame, offered: float) -> None:
        self.frame, self.offered = frame, offered
        self.result: Optional[FaceResult] = None
        self.error: Optional[Exception] = None
