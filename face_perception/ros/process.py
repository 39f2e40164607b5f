# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes in a process: start, spin, end with a true exit status, whatever signal comes when."""
import sys
import traceback
import warnings
from typing import Callable, List, Optional, Sequence

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.signals import install_signal_handlers

from face_perception.parameter_tables import ParameterError
from face_perception.ros.lifecycle import FaceNode
from face_perception.ros.reports import OnceReporter
from face_perception.ros.signals import Signals
from face_perception.ros.start import StartError, sentence_of, start_rclpy
from face_perception.ros.transport import NOT_WRITTEN
from face_perception.ros.usage import answer

FAILURES_IN_A_ROW = 100     # of the executor, after which it is not a callback that fails


def main_of(executable: str, make_node: Callable[[], FaceNode], args: Optional[List[str]] = None) -> int:
    """Answer --help and unknown options, or run the node of an executable; see `run_nodes`."""
    status = answer(executable, sys.argv if args is None else args)
    return run_node(make_node, args) if status is None else status


def run_node(make_node: Callable[[], FaceNode], args: Optional[List[str]] = None) -> int:
    """Run one node until it is told to stop; see `run_nodes`."""
    return run_nodes([make_node], args)


def run_nodes(make_nodes: Sequence[Callable[[], FaceNode]], args: Optional[List[str]] = None) -> int:
    """Run nodes in one process and one executor until they are told to stop.

    Args:
        make_nodes: each is called without arguments and returns a node.
        args: command line; default: sys.argv.

    Returns:
        The exit status of the process: 0 after SIGINT, SIGTERM or SIGHUP, that of the first node that called
        ``finish()``, 1 if ROS or a node could not start.
    """
    signals = Signals()
    nodes: List[FaceNode] = []
    executor: Optional[SingleThreadedExecutor] = None
    try:
        transport = start_rclpy(args)
        with warnings.catch_warnings():
            warnings.filterwarnings('ignore', 'Failed to fini rosout')      # said besides the error that counts
            for make_node in make_nodes:
                if not signals.told_to_end:
                    nodes.append(make_node())
                    nodes[-1].told_to_end = lambda: signals.told_to_end
        _tell_transport(nodes, transport)
        executor = SingleThreadedExecutor()
        for node in nodes:
            executor.add_node(node)
        for node in nodes:
            node.answer = lambda: _answer(executor, nodes)
            if not signals.told_to_end and not node.autostart():
                return 1 if node.wanted() else 0
            node.answer = lambda: None
        install_signal_handlers()
        return 0 if signals.told_to_end else _spin(nodes, executor)
    except StartError as error:
        # Without ROS there is no logger.
        print('face_perception: {}'.format(error), file=sys.stderr)
        return 1
    except ParameterError as error:
        rclpy.logging.get_logger('face_perception').fatal(str(error))
        return 1
    except (KeyboardInterrupt, ExternalShutdownException):
        return _status_of(nodes)
    except Exception as error:
        if rclpy.ok() and type(error).__module__.startswith('rclpy'):
            print('face_perception: {}'.format(sentence_of(error)), file=sys.stderr)       # of the making of a node
            return 1
        if rclpy.ok():
            raise
        # What was under way when the context was shut down fails in many ways, and none of them matters.
        return _status_of(nodes)
    finally:
        if executor is not None:
            executor.shutdown(timeout_sec=0)
        for node in reversed(nodes):
            node.release()
            node.destroy_node()
        rclpy.try_shutdown()
        signals.ignore()


def _tell_transport(nodes: Sequence[FaceNode], transport: str) -> None:
    for node in nodes[:1]:
        if transport.startswith(NOT_WRITTEN):
            node.get_logger().warning(transport)
        else:
            node.get_logger().debug('Transport: ' + transport)


def _answer(executor: SingleThreadedExecutor, nodes: Sequence[FaceNode]) -> None:
    """Do what waits, a few callbacks at most, while a node still starts."""
    for _ in range(len(nodes) * 10):
        try:
            executor.spin_once(timeout_sec=0)
        except Exception:       # such as a transition that is asked for in the middle of another
            nodes[0].get_logger().debug(traceback.format_exc())


def _spin(nodes: Sequence[FaceNode], executor: SingleThreadedExecutor) -> int:
    """Spin until a node asks for the end or the context is shut down; return the exit status."""
    failures = 0
    bad = OnceReporter(nodes[0].get_logger().error)
    for node in nodes:
        node.finished.add_done_callback(lambda finished: executor.wake())
    try:
        # Not spin_until_future_complete: it adds a callback to the future in every round.
        while rclpy.ok() and not any(node.finished.done() for node in nodes):
            try:
                executor.spin_once()
                failures = 0
            except ExternalShutdownException:
                raise
            except Exception as error:
                failures += 1
                if not rclpy.ok() or failures >= FAILURES_IN_A_ROW:
                    raise
                # What one message or request did must not end the work on all the others.
                words = '{}: {}'.format(type(error).__name__, error)
                bad.report(words, 'A callback failed: ' + words)
                nodes[0].get_logger().debug(traceback.format_exc())
    finally:
        executor.shutdown(timeout_sec=0)
    return _status_of(nodes)


def _status_of(nodes: Sequence[FaceNode]) -> int:
    """Return the exit status that the first finished node asked for, 0 where none did."""
    return next((int(node.finished.result()) for node in nodes if node.finished.done()), 0)
