# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The executables: a process that is told to end while it still imports ends at once, without a word.

Importing ROS, OpenCV and a runtime takes a second on a Nano.  Nothing was begun yet, so there is nothing to clean up,
and a traceback out of the middle of an import says nothing to anybody.
"""
import os
import signal
import sys

LEAST_BYTES = 2**16     # of shared memory: tracing, which ROS imports, already dies of less


def camera_node() -> int:
    """Run the camera node; return the exit status."""
    return _run_node('face_perception.nodes.camera_node')


def detector_node() -> int:
    """Run the detector node; return the exit status."""
    return _run_node('face_perception.nodes.detector_node')


def landmark_node() -> int:
    """Run the landmark node; return the exit status."""
    return _run_node('face_perception.nodes.landmark_node')


def overlay_node() -> int:
    """Run the overlay node; return the exit status."""
    return _run_node('face_perception.nodes.overlay_node')


def health_check() -> int:
    """Ask the nodes how they are; return the exit status."""
    return _run_node('face_perception.nodes.health_check')


def face_perception() -> int:
    """Run the command line; return the exit status."""
    before = _end_by_signal(lambda number: 128 + number)        # as shells expect it of a command
    from face_perception.cli.main import main
    for number, handler in before.items():
        signal.signal(number, handler)
    return _leave(main())


def _run_node(module: str) -> int:
    _end_by_signal(lambda number: 0)        # until the node has set its own ways
    import importlib

    from face_perception.ros import shared_memory
    shared_memory.reclaim()
    problem = shared_memory.lack_of_room(LEAST_BYTES)
    if problem:
        print('face_perception: ' + problem, file=sys.stderr)
        return 1
    return _leave(int(importlib.import_module(module).main()))


def _leave(status: int) -> int:
    """Return the exit status, or end at once where a worker is still inside a library, as TensorRT is while it builds.

    The usual end of a process would take the library to pieces under it, which some answer with a crash.
    """
    import threading
    if any(thread.name == 'face_perception_worker' for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def _end_by_signal(status):     # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # importing typing takes its time
    """Let signals end the process with ``status(number)``; return {signal: handler before}."""
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:      # nohup, or a shell's background job
            before[number] = signal.signal(number, lambda number, frame: os._exit(status(number)))
    return before
