# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Measures detectors: latency, all of them in turn, and how they keep up with a camera, one by one."""

import time
from typing import Callable, List, NamedTuple, Sequence

import numpy as np

from face_perception.core.detector import Detector
from face_perception.core.frame import Frame
from face_perception.pipeline.pipeline import FacePipeline, FaceResult

STAGES = ('preprocess', 'copy', 'inference', 'postprocess')


class Measured(NamedTuple):
    """What is measured."""

    detector: Detector
    copied: Callable[[], float]     # of its backend: seconds of the last run that were copies between CPU and GPU


class Latency(NamedTuple):
    """How long one frame takes, ms."""

    p50: float
    p90: float
    p99: float
    preprocess: float       # median of each stage
    copy: float             # between the memories of CPU and GPU
    inference: float
    postprocess: float

    @property
    def fps(self) -> float:
        """Frames a second, one after the other."""
        return 1000 / self.p50


class Stream(NamedTuple):
    """How a detector keeps up with a camera."""

    frames: int             # that the camera gave
    missed: int             # of them replaced by newer ones before their turn
    longest_gap_ms: float   # between the results of two frames
    cpu_percent: float      # of one core, of the whole process


def latencies(measured: Sequence[Measured], image: np.ndarray, rounds: int, each: int,
              progress: Callable[[int], None] = lambda done: None) -> List[Latency]:
    """Return the Latency of each.

    They take turns in every round, so that a busy moment of the machine hits all of them.

    Args:
        measured: opened in this thread.
        image: (height, width, 3) uint8 BGR.
        rounds: how often each has its turn.
        each: frames of one turn.
        progress: takes how many turns are over.
    """
    samples: List[List[List[float]]] = [[] for _ in measured]
    for one in measured:
        one.detector.warm_up()
    for number in range(rounds):
        for place, (detector, copied) in enumerate(measured):
            for _ in range(each):
                detector.detect(image)
                spent, copy = detector.timings, copied()
                samples[place].append([1e3 * stage for stage in (
                    spent.preprocess, copy, spent.inference - copy, spent.postprocess)])
            progress(number * len(measured) + place + 1)
    return [_latency(np.array(rows)) for rows in samples]


def stream(open_detector: Callable[[], Detector], image: np.ndarray, seconds: float, fps: float = 30.0,
           at_end: Callable[[], None] = lambda: None) -> Stream:
    """Return how a detector keeps up with frames that come as from a camera, whether it is ready or not.

    Args:
        open_detector: called in the thread that detects.
        image: (height, width, 3) uint8 BGR.
        seconds: how long.
        fps: frames a second.
        at_end: called after the last frame, while the detector is still open.
    """
    arrivals: List[float] = []
    failures: List[Exception] = []

    def on_result(result: FaceResult) -> None:
        arrivals.append(time.monotonic())

    with FacePipeline(open_detector, on_result, lambda frame, error: failures.append(error)) as pipeline:
        count = max(2, int(round(seconds * fps)))
        processor, begin = time.process_time(), time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, begin + number / fps - time.monotonic()))
            pipeline.offer(Frame(int(1e9 * number / fps), 'benchmark', image))
        while len(arrivals) + pipeline.replaced() + len(failures) < count:
            time.sleep(0.002)
        wall, processor = time.monotonic() - begin, time.process_time() - processor
        missed = pipeline.replaced()
        at_end()
    if failures:
        raise failures[0]
    gaps = np.diff(arrivals)
    return Stream(count, missed, 1e3 * float(gaps.max()) if len(gaps) else float('inf'), 100 * processor / wall)


def _latency(rows: np.ndarray) -> Latency:
    p50, p90, p99 = np.percentile(rows.sum(axis=1), (50, 90, 99))
    return Latency(float(p50), float(p90), float(p99), *(float(value) for value in np.median(rows, axis=0)))
