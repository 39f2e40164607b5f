# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes in a process: signals, exit statuses, several nodes at once."""
import os
import signal
import sys
import time

import pytest

rclpy = pytest.importorskip('rclpy', reason='needs ROS 2')
pytest.importorskip('vision_msgs.msg', reason='needs vision_msgs')

from blob_model import spec_data, write_spec  # noqa: E402
from node_processes import Process  # noqa: E402
from ros_client import Client  # noqa: E402
from vision_msgs.msg import Detection2DArray  # noqa: E402

PROGRAM = """
import sys, time
sys.path[:0] = {path!r}
from test_lifecycle import Recorder
from face_perception.ros.process import run_node

class Node(Recorder):
    def open(self):
        super().open()
        print('opening', flush=True)
        end = time.monotonic() + {opens_for!r}
        while time.monotonic() < end:
            time.sleep(0.05)
            if not self.wanted():
                raise RuntimeError('stopped while it was opening')
    def start(self):
        self.get_logger().info('started')
        if {finish!r}:
            self.create_timer(0.1, lambda: self.finish(3))
        self.create_timer(0.01, self.work)
    def work(self):
        # As in the conversions of rclpy, an interrupt turns into another error.
        try:
            end = time.monotonic() + 0.05
            while time.monotonic() < end:
                pass
        except KeyboardInterrupt:
            raise RuntimeError('interrupted at work')
    def close(self):
        time.sleep(0.3)
        print('closed', flush=True)

sys.exit(run_node(lambda: Node({fails_at!r})))
"""


def run(tmp_path, *arguments, fails_at='', finish=False, opens_for=0.0, first=''):
    program = first + PROGRAM.format(path=[os.path.dirname(__file__)] + sys.path, fails_at=fails_at,
                                     finish=finish, opens_for=opens_for)
    command = [sys.executable, '-c', program, '--ros-args'] + list(arguments)
    return Process(command, tmp_path / 'log')


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_the_process_cleanly(tmp_path, number):
    with run(tmp_path) as process:
        process.wait_for('started')
        assert process.stop(number) == 0
        assert process.output().count('closed') == 1
        assert 'Traceback' not in process.output()


def test_second_interrupt_does_not_break_off_the_clean_up(tmp_path):
    with run(tmp_path) as process:
        process.wait_for('started')
        process.popen.send_signal(signal.SIGINT)
        time.sleep(0.15)
        assert process.stop(signal.SIGINT) == 0
        assert process.output().count('closed') == 1 and 'Traceback' not in process.output()


def test_interrupt_while_it_opens_ends_it_cleanly(tmp_path):
    with run(tmp_path, opens_for=5.0) as process:
        process.wait_for('opening')
        assert process.stop(signal.SIGINT, timeout=3.0) == 0
        assert 'started' not in process.output() and 'Traceback' not in process.output()


def test_finish_gives_the_exit_status(tmp_path):
    with run(tmp_path, finish=True) as process:
        assert process.wait() == 3
        assert 'Traceback' not in process.output()


def test_transport_is_told_to_who_asks(tmp_path):
    with run(tmp_path, '--log-level', 'recorder:=debug', fails_at='open') as process:
        assert process.wait() == 1
        assert process.output().count('[recorder]: Transport: ') == 1
    with run(tmp_path, fails_at='open') as process:
        assert process.wait() == 1
        assert 'ransport' not in process.output()


def test_transport_without_room_for_large_images_is_a_warning(tmp_path):
    program = ('import os, tempfile\n'
               'os.environ.pop("RMW_IMPLEMENTATION", None)\n'
               'tempfile.tempdir = {!r}\n').format(str(tmp_path / 'absent'))
    with run(tmp_path, fails_at='open', first=program) as process:
        assert process.wait() == 1
        lines = [line for line in process.output().splitlines() if 'No transport profile' in line]
        assert len(lines) == 1 and lines[0].startswith('[WARN]') and 'may get lost' in lines[0]


def test_failure_to_start_is_one_sentence_and_status_1(tmp_path):
    with run(tmp_path, fails_at='open') as process:
        assert process.wait() == 1
        assert 'no luck with open' in process.output() and 'Traceback' not in process.output()


def test_bad_parameter_is_one_sentence_and_status_1(tmp_path):
    with run(tmp_path, '-p', 'speed:=9.0') as process:
        assert process.wait() == 1
        assert 'Parameter speed must be' in process.output() and 'Traceback' not in process.output()


def test_autostart_can_be_left_to_a_manager(tmp_path):
    with run(tmp_path, '-p', 'autostart:=false') as process:
        process.wait_for('Waiting to be configured')
        assert process.stop() == 0
        assert 'started' not in process.output()


# A camera and two detectors with namespaces of their own, in one process and one executor.
THREE_NODES = """
import sys
from rclpy.parameter import Parameter
from face_perception.nodes.camera_node import CameraNode
from face_perception.nodes.detector_node import DetectorNode
from face_perception.ros.process import run_nodes

def camera():
    return CameraNode(namespace='/head', parameter_overrides=[
        Parameter('camera', value='fake://?frames={frames}'), Parameter('exit_at_end', value={exit_at_end}),
        Parameter('fps', value=20.0)])

def detector(side):
    return DetectorNode(name='eyes', namespace='/' + side, cli_args=['--ros-args', '-r', 'image:=/head/image_raw'],
                        parameter_overrides=[Parameter('model', value={model!r}), Parameter('backend', value='fake')])

sys.exit(run_nodes([camera, lambda: detector('left'), lambda: detector('right')]))
"""


def three_nodes(tmp_path, frames=0, exit_at_end=False):
    model = tmp_path / 'model'
    model.mkdir()
    write_spec(model, spec_data())
    program = THREE_NODES.format(model=str(model), frames=frames, exit_at_end=exit_at_end)
    return Process([sys.executable, '-c', program], tmp_path / 'log')


@pytest.mark.integration
def test_several_nodes_share_a_process(tmp_path):
    with Client() as client, three_nodes(tmp_path) as process:
        left, right = (client.collect(Detection2DArray, '/{}/faces'.format(side)) for side in ('left', 'right'))
        client.until(lambda: len(left) >= 3 and len(right) >= 3, 'answers of both detectors')
        assert left[-1].header.frame_id == right[-1].header.frame_id == 'camera'
        assert process.stop() == 0 and 'Traceback' not in process.output()


@pytest.mark.integration
def test_the_first_node_that_finishes_ends_the_process(tmp_path):
    with three_nodes(tmp_path, frames=5, exit_at_end=True) as process:
        assert process.wait(timeout=30) == 0
        assert 'has ended after 5 frames' in process.output() and 'Traceback' not in process.output()
