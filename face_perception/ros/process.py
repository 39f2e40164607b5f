# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes in a process: start, spin, end with a true exit status, whatever signal comes when."""
import signal
import threading
from typing import Any, Callable, List, Optional, Sequence

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from face_perception.ros.lifecycle import FaceNode
from face_perception.ros.parameters import ParameterError
from face_perception.ros.transport import NOT_WRITTEN, prepare_transport


def run_node(make_node: Callable[[], FaceNode], args: Optional[List[str]] = None) -> int:
    """Run one node until it is told to stop; see `run_nodes`."""
    return run_nodes([make_node], args)


def run_nodes(make_nodes: Sequence[Callable[[], FaceNode]], args: Optional[List[str]] = None) -> int:
    """Run nodes in one process and one executor until they are told to stop.

    Args:
        make_nodes: each is called without arguments and returns a node.
        args: command line; default: sys.argv.

    Returns:
        The exit status of the process: 0 after SIGINT or SIGTERM, that of the first node that called
        ``finish()``, 1 if a node could not start.
    """
    sigint = _Sigint()
    transport = prepare_transport()
    nodes: List[FaceNode] = []
    try:
        rclpy.init(args=args)
        sigint.leave_to_rclpy()
        for make_node in make_nodes:
            nodes.append(make_node())
        _tell_transport(nodes, transport)
        for node in nodes:
            if not node.autostart():
                return 1 if node.context.ok() else 0        # told to stop while it was starting
        return _spin(nodes)
    except ParameterError as error:
        rclpy.logging.get_logger('face_perception').fatal(str(error))
        return 1
    except (KeyboardInterrupt, ExternalShutdownException):
        return _status_of(nodes)
    except Exception:
        if rclpy.ok():
            raise
        # What was under way when the context was shut down fails in many ways, and none of them matters.
        return _status_of(nodes)
    finally:
        for node in reversed(nodes):
            node.release()
            node.destroy_node()
        rclpy.try_shutdown()
        sigint.ignore()


def _tell_transport(nodes: Sequence[FaceNode], transport: str) -> None:
    for node in nodes[:1]:
        if transport.startswith(NOT_WRITTEN):
            node.get_logger().warning(transport)
        else:
            node.get_logger().debug('Transport: ' + transport)


def _spin(nodes: Sequence[FaceNode]) -> int:
    """Spin until a node asks for the end or the context is shut down; return the exit status."""
    executor = SingleThreadedExecutor()
    for node in nodes:
        executor.add_node(node)
        node.finished.add_done_callback(lambda finished: executor.wake())
    try:
        # Not spin_until_future_complete: it adds a callback to the future in every round.
        while rclpy.ok() and not any(node.finished.done() for node in nodes):
            executor.spin_once()
    finally:
        executor.shutdown(timeout_sec=0)
    return _status_of(nodes)


def _status_of(nodes: Sequence[FaceNode]) -> int:
    """Return the exit status that the first finished node asked for, 0 where none did."""
    return next((int(node.finished.result()) for node in nodes if node.finished.done()), 0)


class _Sigint:
    """Sees to it that SIGINT shuts the context down, as rclpy does, and does nothing else.

    Python would raise KeyboardInterrupt as well, wherever it just is: inside a conversion of rclpy it becomes
    a RuntimeError, and a second SIGINT (launch and the terminal both send one) would break off the clean-up.
    """

    def __init__(self) -> None:
        self._rclpy_listens = False
        self._here = threading.current_thread() is threading.main_thread()      # others may not ask
        if self._here:
            # Before rclpy.init: it puts its own handler in front of this one; a later call would remove it.
            signal.signal(signal.SIGINT, self._interrupt)

    def leave_to_rclpy(self) -> None:
        """Do nothing from now on: rclpy.init was called."""
        self._rclpy_listens = True

    def ignore(self) -> None:
        """Let nothing disturb the end of the process, where Python has no handlers any more."""
        if self._here:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _interrupt(self, number: int, frame: Any) -> None:
        if not self._rclpy_listens:
            raise KeyboardInterrupt
