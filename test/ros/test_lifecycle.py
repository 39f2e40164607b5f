# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node, in this process."""
import pytest

rclpy = pytest.importorskip('rclpy', reason='needs ROS 2')

from rclpy.lifecycle import TransitionCallbackReturn  # noqa: E402

from face_perception.parameter_tables import AUTOSTART, Entry  # noqa: E402
from face_perception.ros.lifecycle import FaceNode  # noqa: E402

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
