# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node, in this process, and of a process around it."""
import os
import signal
import sys
import time

import pytest

rclpy = pytest.importorskip('rclpy', reason='needs ROS 2')

from node_processes import Process  # noqa: E402
from rclpy.lifecycle import TransitionCallbackReturn  # noqa: E402

from face_perception.ros.lifecycle import FaceNode  # noqa: E402
from face_perception.ros.parameters import AUTOSTART, Entry  # noqa: E402

TABLE = (AUTOSTART, Entry('speed', 1.0, 'A speed.', live=True, minimum=0.0, maximum=5.0))
SUCCESS, FAILURE = TransitionCallbackReturn.SUCCESS, TransitionCallbackReturn.FAILURE


class Recorder(FaceNode):
    """Notes what it is asked to do; fails at the step named."""

    def __init__(self, fails_at=''):
        self.fails_at, self.steps = fails_at, []
        super().__init__('recorder', TABLE)

    def _note(self, step):
        self.steps.append(step)
        if step == self.fails_at:
            raise ValueError('no luck with ' + step)

    def open(self):
        self._note('open')

    def start(self):
        self._note('start')

    def stop(self):
        self._note('stop')

    def close(self):
        self._note('close')

    def changed(self, values):
        self._note(values)


@pytest.fixture
def make_node():
    rclpy.init()
    nodes = []

    def make(*args):
        nodes.append(Recorder(*args))
        return nodes[-1]

    yield make
    for node in nodes:
        node.destroy_node()
    rclpy.try_shutdown()


def state_of(node):
    return node._state_machine.current_state[1]


def test_node_starts_by_itself(make_node):
    node = make_node()
    assert node.steps == [] and not node.is_started
    assert node.autostart()
    assert node.steps == ['open', 'start'] and node.is_started
    assert state_of(node) == 'active'


def test_full_round_and_a_second_one(make_node):
    node = make_node()
    for _ in range(2):
        for step in (node.trigger_configure, node.trigger_activate,
                     node.trigger_deactivate, node.trigger_cleanup):
            assert step() == SUCCESS
    assert node.steps == 2 * ['open', 'start', 'stop', 'close']
    assert state_of(node) == 'unconfigured'


def test_shutdown_from_active_stops_and_closes(make_node):
    node = make_node()
    node.autostart()
    assert node.trigger_shutdown() == SUCCESS
    assert node.steps == ['open', 'start', 'stop', 'close']
    node.release()
    assert node.steps == ['open', 'start', 'stop', 'close']


def test_failing_open_closes_and_can_be_tried_again(make_node):
    node = make_node('open')
    assert not node.autostart()
    assert node.steps == ['open', 'close'] and state_of(node) == 'unconfigured'
    node.fails_at = ''
    assert node.autostart()


def test_failing_start_stays_inactive_and_can_be_tried_again(make_node):
    node = make_node('start')
    assert not node.autostart()
    assert node.steps == ['open', 'start', 'stop'] and state_of(node) == 'inactive'
    node.fails_at = ''
    assert node.trigger_activate() == SUCCESS and node.is_started


@pytest.mark.parametrize('step', ['stop', 'close'])
def test_failing_end_does_not_keep_the_rest_from_ending(make_node, step):
    node = make_node(step)
    node.autostart()
    node.release()
    assert node.steps == ['open', 'start', 'stop', 'close']


def test_live_change_reaches_the_settings_then_the_node(make_node):
    node = make_node()
    node.set_parameters([rclpy.parameter.Parameter('speed', value=2.0)])
    assert node.steps == [{'speed': 2.0}]
    assert node.settings == {'autostart': True, 'speed': 2.0}
    node.set_parameters([rclpy.parameter.Parameter('speed', value=2.0)])
    assert node.steps == [{'speed': 2.0}]        # nothing has changed


def test_live_change_on_humble_is_applied_by_the_executor(make_node, monkeypatch):
    """Without post-set callbacks the validator must not act, as a later one may still refuse."""
    from rclpy.executors import SingleThreadedExecutor
    monkeypatch.delattr(rclpy.node.Node, 'add_post_set_parameters_callback')
    node = make_node()
    node.set_parameters([rclpy.parameter.Parameter('speed', value=2.0)])
    assert node.steps == [] and node.settings['speed'] == 1.0
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.spin_once(timeout_sec=5.0)
    assert node.steps == [{'speed': 2.0}] and node.settings['speed'] == 2.0


def test_node_options_are_those_of_rclpy():
    context = rclpy.Context()
    rclpy.init(context=context)
    node = FaceNode('eyes', TABLE, namespace='/left', context=context,
                    parameter_overrides=[rclpy.parameter.Parameter('speed', value=3.0)])
    assert node.get_fully_qualified_name() == '/left/eyes' and node.settings['speed'] == 3.0
    node.finish(2)
    assert context.ok() and node.finished.result() == 2     # others may use the context
    node.destroy_node()
    context.try_shutdown()


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
            if not self.context.ok():
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


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
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
