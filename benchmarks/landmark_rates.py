# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What points cost the detector: its latency at 30 Hz with and without landmark_node at work, for 1, 5 and 20 faces.

    python -m benchmarks.landmark_rates [--model slim_320] [--landmark-model landmarks_5] [--rounds 4] [--json OUT]

Pictures of 640x480 with so many faces of one person are published at 30 Hz from here; detector_node and landmark_node
are processes of their own. In every round each number of faces is shown without a subscriber of faces/landmarks, when
landmark_node does nothing, and then with one, so that a busy moment of the machine hits both. Two times are printed:
`own`, the mean of what the detector itself takes for a frame, from taking it to having published its faces, as its
diagnostics say it; and the latency from the publishing of an image to the arrival of its faces here, median and 95 %,
which holds DDS and this process too.
"""
import argparse
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
from face_perception.core import defaults

COUNTS = (1, 5, 20)
FPS = 30.0
WIDTH, HEIGHT = 640, 480
SETTLE_S = 1.5          # after a subscriber comes or goes: the node looks twice a second
PATIENCE_S = 30.0
REMAP = [('image', 'image_raw')]


def crowd(count, frames):
    """Return pictures (HEIGHT, WIDTH, 3) uint8 BGR with `count` faces each, one of every given frame of the person."""
    columns = int(np.ceil(np.sqrt(count * WIDTH / HEIGHT)))
    rows = int(np.ceil(count / columns))
    width, height = WIDTH // columns, HEIGHT // rows
    pictures = []
    for number, frame in frames:
        x1, y1, x2, y2 = person.face_box(number)
        # The face with its surroundings, cut in the shape of a cell.
        side = 1.7 * max((x2 - x1) / width, (y2 - y1) / height)
        cell = cv2.getRectSubPix(frame, (int(side * width), int(side * height)), ((x1 + x2) / 2, (y1 + y2) / 2))
        cell = cv2.resize(cell, (width, height), interpolation=cv2.INTER_AREA)
        picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        for place in range(count):
            top, left = place // columns * height, place % columns * width
            picture[top:top + height, left:left + width] = cell
        pictures.append(picture)
    return pictures


class Bench:
    """The nodes, the publisher of their images, and who listens."""

    def __init__(self, processes, model, landmark_model):
        import rclpy
        from diagnostic_msgs.msg import DiagnosticArray
        from rclpy.signals import SignalHandlerOptions
        from sensor_msgs.msg import Image
        from vision_msgs.msg import Detection2DArray

        from face_perception.ros import qos
        from face_perception.ros.images import bgr_to_image, stamp_of
        from face_perception.ros.landmark_messages import import_messages
        from face_perception.ros.transport import prepare_transport
        prepare_transport()
        self._rclpy, self._processes, self._make, self._stamp_of = rclpy, processes, bgr_to_image, stamp_of
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node('landmark_rates')
        self._kind = import_messages().FaceLandmarksArray
        self._images = self._node.create_publisher(Image, qos.IMAGE_RAW.name, qos.profile(qos.IMAGE_RAW))
        self._sent, self._latencies, self._found, self._points, self._own = {}, [], [], [], []
        self._node.create_subscription(Detection2DArray, qos.FACES.name, self._on_faces, 10)
        self._node.create_subscription(DiagnosticArray, qos.DIAGNOSTICS.name, self._on_diagnostics, 10)
        processes.start('detector_node', node_command('detector_node', {'model': model}, REMAP))
        processes.start('landmark_node', node_command('landmark_node', {'model': landmark_model}, REMAP))
        self._until(lambda: self._node.count_publishers(self._node.resolve_topic_name(qos.LANDMARKS.name))
                    and self._images.get_subscription_count(), 'the nodes did not start')

    def _on_faces(self, message):
        sent = self._sent.pop(self._stamp_of(message.header), None)
        if sent is not None:
            self._latencies.append(time.monotonic() - sent)
            self._found.append(len(message.detections))

    def _on_diagnostics(self, message):
        for status in message.status:
            times = [float(pair.value) / 1e3 for pair in status.values if pair.key.endswith('_ms')]
            if status.name.endswith('detector_node') and times:
                self._own.append(sum(times))

    def _until(self, condition, problem):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            self._processes.check()
            if time.monotonic() > deadline:
                raise SystemExit(f'{problem} within {PATIENCE_S:g} s')
            self._rclpy.spin_once(self._node, timeout_sec=0.05)

    def _show(self, messages, seconds):
        """Publish pictures at FPS for so long."""
        start, number = time.monotonic(), 0
        while time.monotonic() - start < seconds:
            message = messages[number % len(messages)]
            stamp = time.time_ns()
            message.header.stamp.sec, message.header.stamp.nanosec = divmod(stamp, 10**9)
            self._sent[stamp] = time.monotonic()
            self._images.publish(message)
            number += 1
            while (left := start + number / FPS - time.monotonic()) > 0:
                self._rclpy.spin_once(self._node, timeout_sec=left)
        return number

    def phase(self, pictures, seconds, with_points):
        """Return {'latencies': seconds each, 'sent', 'faces': mean found, 'points': messages} of one phase."""
        messages = [self._make(picture, 0, 'camera') for picture in pictures]
        subscription = None
        if with_points:
            # Raw: unpacking a hundred points here would delay the arrival of the next faces.
            subscription = self._node.create_subscription(self._kind, 'faces/landmarks', self._points.append, 10, raw=True)
        self._show(messages, SETTLE_S)
        for kept in (self._latencies, self._found, self._points, self._own):
            del kept[:]
        self._sent.clear()
        sent = self._show(messages, seconds)
        self._processes.check()
        result = {'latencies': list(self._latencies), 'own': list(self._own), 'sent': sent, 'faces': list(self._found),
                  'points': len(self._points)}
        if subscription is not None:
            self._node.destroy_subscription(subscription)
        return result

    def close(self):
        """Leave ROS."""
        self._node.destroy_node()
        self._rclpy.try_shutdown()


def measure(model, landmark_model, rounds, seconds, folder):
    """Return {(count, with points): merged phases}."""
    frames = person.read_person()
    shown = {count: crowd(count, [(n, frames[n]) for n in range(0, len(frames), 12)]) for count in COUNTS}
    merged = {(count, points): {'latencies': [], 'own': [], 'sent': 0, 'faces': [], 'points': 0}
              for count in COUNTS for points in (False, True)}
    with Processes(os.path.join(folder, 'logs')) as processes:
        bench = Bench(processes, model, landmark_model)
        try:
            for _ in range(rounds):
                for key, total in merged.items():
                    for name, value in bench.phase(shown[key[0]], seconds, key[1]).items():
                        total[name] += value
        finally:
            bench.close()
    return merged


def summarise(merged):
    """Return a row for each number of faces: medians with and without points, and by how much the first is more."""
    rows = []
    for count in COUNTS:
        without, with_points = merged[count, False], merged[count, True]
        before, after = (1e3 * np.percentile(each['latencies'], [50, 95]) for each in (without, with_points))
        own, own_after = (1e3 * np.mean(each['own']) for each in (without, with_points))
        rows.append({'shown': count, 'found': float(np.mean(without['faces'])), 'without_ms': float(before[0]),
                     'with_ms': float(after[0]), 'growth': float(after[0] / before[0] - 1),
                     'own_ms': float(own), 'own_with_ms': float(own_after), 'own_growth': float(own_after / own - 1),
                     'without_95_ms': float(before[1]), 'with_95_ms': float(after[1]),
                     'answered': len(with_points['latencies']) / with_points['sent'],
                     'with_points': with_points['points'] / with_points['sent'],
                     'idle_points': without['points']})
    return rows


def table(rows):
    """Return the rows as text."""
    lines = ['faces  found  own: alone   with points  growth   latency: alone (95 %)   with points (95 %)  growth'
             '  answered  with points']
    lines += ['{shown:5}{found:7.1f}{own_ms:9.2f} ms{own_with_ms:11.2f} ms{own_growth:8.1%}'
              '{without_ms:12.2f} ms ({without_95_ms:6.2f}){with_ms:10.2f} ms ({with_95_ms:6.2f})'
              '{growth:8.1%}{answered:10.0%}{with_points:13.0%}'.format(**row) for row in rows]
    return '\n'.join(lines)


def main(arguments=None):
    """Measure, print a table and write JSON if asked; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', default=defaults.MODEL)
    parser.add_argument('--landmark-model', default=defaults.LANDMARK_MODEL)
    parser.add_argument('--rounds', type=int, default=4)
    parser.add_argument('--seconds', type=float, default=4.0, metavar='S', help='of one phase (default %(default)g)')
    parser.add_argument('--json', metavar='OUT')
    args = parser.parse_args(arguments)
    if args.rounds < 1 or not args.seconds > 0:
        parser.error('--rounds must be at least 1 and --seconds above 0')
    stop_on_signals()
    choose_domain()
    try:
        with tempfile.TemporaryDirectory(prefix='landmark_rates_') as folder:
            rows = summarise(measure(args.model, args.landmark_model, args.rounds, args.seconds, folder))
    except Stopped as stop:
        return 128 + stop.signum
    except (ProcessDied, LookupError) as error:
        raise SystemExit(f'landmark_rates: {error}')
    print(table(rows))
    print(f'{WIDTH}x{HEIGHT}, {FPS:g} Hz; {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}')
    if args.json:
        Path(args.json).write_text(json.dumps({'model': args.model, 'landmark_model': args.landmark_model, 'rows': rows},
                                              indent=1) + '\n', encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
