# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Faces to points without ROS, for detections that come from elsewhere."""

import time
from typing import Any, Callable, NamedTuple, Optional, Sequence

from face_perception.core.detections import Detections
from face_perception.core.frame import Frame
from face_perception.core.landmarks import LandmarkFinder, Landmarks
from face_perception.pipeline.worker import Worker


class FacesFrame(NamedTuple):
    """An image and the faces in it."""

    frame: Frame
    faces: Callable[[], Detections]     # makes them, so that those of a replaced frame cost nothing
    source: Any = None                  # whatever the host wants back with the result


class LandmarkResult(NamedTuple):
    """The points of one image. Times are in seconds."""

    given: FacesFrame
    detections: Detections
    landmarks: Landmarks
    width: int              # of the image, pixels; 0 where there is no face, as it was not looked at
    height: int
    wait: float             # between the offer and the worker
    convert: float          # from the form it came in to pixels
    preprocess: float
    inference: float


class Wanted(NamedTuple):
    """Whose points are looked for."""

    labels: Optional[Sequence[str]] = None      # None: all
    max_faces: Optional[int] = None             # of one image, the first ones


class LandmarkPipeline:
    """A landmark network in a thread of its own. `offer` never waits, and the newest image wins."""

    def __init__(self, open_finder: Callable[[], LandmarkFinder], on_result: Callable[[LandmarkResult], None],
                 on_error: Callable[[FacesFrame, Exception], None], wanted: Callable[[], Wanted] = Wanted) -> None:
        """Prepare; nothing is opened before `start`.

        Args:
            open_finder: called once, in the thread that then uses the network.
            on_result: takes the result of each offered frame, in that thread.
            on_error: takes an offered frame and what it or `on_result` raised; the next frame follows.
            wanted: asked before each frame.
        """
        self.replaced = 0       # so many offered frames were replaced by newer ones
        self._on_result, self._on_error, self._wanted = on_result, on_error, wanted
        self._waiting: Optional[FacesFrame] = None
        self._offered = 0.0
        self._worker = Worker(open_finder, self._use, lambda finder: finder.close(), lambda: self._waiting is not None)

    def start(self, wanted: Callable[[], bool] = lambda: True) -> None:
        """Open the network and wait until it is ready; see `FacePipeline.start`."""
        self._worker.start(wanted)

    def offer(self, given: FacesFrame) -> None:
        """Hand over an image without waiting; an older one that still waits is replaced."""
        with self._worker.changed:
            self.replaced += self._waiting is not None
            self._waiting, self._offered = given, time.monotonic()
            self._worker.changed.notify_all()

    def clear(self) -> None:
        """Forget the image that waits."""
        with self._worker.changed:
            self._waiting = None

    def stop(self, timeout: float = 5.0) -> bool:
        """End the thread; see `FacePipeline.stop`."""
        return self._worker.stop(timeout)

    def _use(self, finder: LandmarkFinder) -> None:
        with self._worker.changed:
            given, self._waiting = self._waiting, None
            wait = time.monotonic() - self._offered
        if given is None:       # cleared meanwhile
            return
        try:
            self._on_result(self._find(finder, given, wait))
        except Exception as error:
            self._on_error(given, error)

    def _find(self, finder: LandmarkFinder, given: FacesFrame, wait: float) -> LandmarkResult:
        start = time.monotonic()
        detections = given.faces()
        if not len(detections):     # the pixels are of no interest then
            return LandmarkResult(given, detections, Landmarks.empty(finder.names), 0, 0, wait, 0.0, 0.0, 0.0)
        image = given.frame.image
        convert = time.monotonic() - start
        landmarks = finder.find(image, detections, *self._wanted())
        return LandmarkResult(given, detections, landmarks, image.shape[1], image.shape[0], wait, convert,
                              finder.seconds['preprocess'], finder.seconds['inference'])
