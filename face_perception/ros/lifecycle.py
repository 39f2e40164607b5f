# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node and of its process: start by itself, stop cleanly, end with a true exit status."""
import signal
import threading
import traceback

import rclpy
from rclpy.executors import ExternalShutdownException
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

from face_perception.ros.parameters import ParameterError, declare_parameters
from face_perception.ros.transport import NOT_WRITTEN, prepare_transport


class FaceNode(LifecycleNode):
    """A lifecycle node that starts by itself, unless its parameter ``autostart`` is false.

    A node says what happens in four methods, each called at most once per round, in this order::

        open    configure: parameters are known; make publishers, open the model or the camera
        start   activate: make subscriptions and timers, let publishers publish
        stop    deactivate: undo start
        close   cleanup, shutdown or a failed open: undo open; also right after a half-done open

    ``open`` and ``start`` raise what went wrong; it is logged as one sentence and the transition fails.
    ``settings`` is {name: value} of all parameters; live changes reach ``changed`` first.
    """

    def __init__(self, name, table):
        """Declare the parameters of ``table`` (raises ParameterError)."""
        super().__init__(name)
        self.exit_status = 0
        self._is_open = self._is_started = False
        self.settings = {}
        self.settings = declare_parameters(self, table, self._set)

    def open(self):
        """Get what the node needs; raise to say why that is not possible."""

    def start(self):
        """Begin to work."""

    def stop(self):
        """Stop working."""

    def close(self):
        """Give back what open got."""

    def changed(self, values):
        """Take {name: value} of parameters that change live; raise ValueError to refuse them."""

    @property
    def is_started(self):
        """Whether start was called and stop was not."""
        return self._is_started

    def autostart(self):
        """Configure and activate if the node is to start by itself; return whether that went well."""
        if not self.settings['autostart']:
            self.get_logger().info('Waiting to be configured and activated (autostart is false).')
            return True
        return (self.trigger_configure() == TransitionCallbackReturn.SUCCESS
                and self.trigger_activate() == TransitionCallbackReturn.SUCCESS)

    def finish(self, status=0):
        """End the process with an exit status, from any thread."""
        self.exit_status = status
        self.context.try_shutdown()

    def release(self):
        """Stop and close whatever the state is; safe to call twice."""
        started, self._is_started = self._is_started, False
        if started:
            self._guard(self.stop)
        opened, self._is_open = self._is_open, False
        if opened:
            self._guard(self.close)

    def on_configure(self, state):
        """Open, then let rclpy configure its own entities."""
        self._is_open = True
        if not self._guard(self.open):
            self.release()
            return TransitionCallbackReturn.FAILURE
        return super().on_configure(state)

    def on_activate(self, state):
        """Let publishers publish, then start."""
        result = super().on_activate(state)
        self._is_started = True
        if not self._guard(self.start):
            self._is_started = False
            self._guard(self.stop)
            super().on_deactivate(state)
            return TransitionCallbackReturn.FAILURE
        return result

    def on_deactivate(self, state):
        """Stop, then silence the publishers."""
        self._is_started = False
        self._guard(self.stop)
        return super().on_deactivate(state)

    def on_cleanup(self, state):
        """Close."""
        self.release()
        return super().on_cleanup(state)

    def on_shutdown(self, state):
        """Stop and close."""
        self.release()
        return super().on_shutdown(state)

    def on_error(self, state):
        """Stop and close, so that the node can be configured again."""
        self.release()
        return TransitionCallbackReturn.SUCCESS

    def _set(self, values):
        self.changed(values)
        self.settings.update(values)

    def _guard(self, step):
        """Run one step; log what it raises; return whether it raised nothing."""
        try:
            step()
        except Exception as error:
            # A sentence for the user; the place in the code for whoever runs at debug level.
            if self.context.ok():       # or else somebody stopped it, which is no error
                self.get_logger().error(str(error) or type(error).__name__)
            self.get_logger().debug(traceback.format_exc())
            return False
        return True


def run_node(make_node, args=None):
    """Run one node until it is told to stop; return the exit status of the process.

    make_node: called without arguments, returns a FaceNode.  args: command line, default sys.argv.
    0 after SIGINT, SIGTERM or ``finish()``; 1 if the node could not start.
    """
    sigint = _Sigint()
    transport = prepare_transport()
    node = None
    try:
        rclpy.init(args=args)
        sigint.leave_to_rclpy()
        node = make_node()
        if transport.startswith(NOT_WRITTEN):
            node.get_logger().warning(transport)
        else:
            node.get_logger().debug('Transport: ' + transport)
        if not node.autostart():
            return 1 if node.context.ok() else 0        # told to stop while it was starting
        rclpy.spin(node)
    except ParameterError as error:
        rclpy.logging.get_logger('face_perception').fatal(str(error))
        return 1
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    except Exception:
        if node is None or node.context.ok():
            raise
        # What was under way when the context was shut down fails in many ways, and none of them matters.
    finally:
        if node is not None:
            node.release()
            node.destroy_node()
        rclpy.try_shutdown()
        sigint.ignore()
    return 0 if node is None else node.exit_status


class _Sigint:
    """Sees to it that SIGINT shuts the context down, as rclpy does, and does nothing else.

    Python would raise KeyboardInterrupt as well, wherever it just is: inside a conversion of rclpy it becomes
    a RuntimeError, and a second SIGINT (launch and the terminal both send one) would break off the clean-up.
    """

    def __init__(self):
        self._rclpy_listens = False
        self._here = threading.current_thread() is threading.main_thread()      # others may not ask
        if self._here:
            # Before rclpy.init: it puts its own handler in front of this one; a later call would remove it.
            signal.signal(signal.SIGINT, self._interrupt)

    def leave_to_rclpy(self):
        """Do nothing from now on: rclpy.init was called."""
        self._rclpy_listens = True

    def ignore(self):
        """Let nothing disturb the end of the process, where Python has no handlers any more."""
        if self._here:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _interrupt(self, number, frame):
        if not self._rclpy_listens:
            raise KeyboardInterrupt
