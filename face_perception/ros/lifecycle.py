# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node: start by itself, say what went wrong, stop cleanly."""
import traceback
from typing import Any, Callable, Dict, Sequence

from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn
from rclpy.task import Future

from face_perception.parameter_tables import Entry, Value
from face_perception.ros.parameter_services import guard
from face_perception.ros.parameters import declare_parameters, unknown_overrides

# Exit status where only a new process helps: launch files start it again. 1 and 2 say that it cannot start.
LOST = 3


class FaceNode(LifecycleNode):
    """A lifecycle node that starts by itself, unless its parameter ``autostart`` is false.

    A node says what happens in four methods, each called at most once per round, in this order::

        open    configure: parameters are known; make publishers, open the model or the camera
        start   activate: make subscriptions and timers, let publishers publish
        stop    deactivate: undo start
        close   cleanup, shutdown or a failed open: undo open; also right after a half-done open

    ``open`` and ``start`` raise what went wrong; it is logged as one sentence and the transition fails.
    ``settings`` is {name: value} of all parameters; `changed` hears of live changes once they are set.
    """

    def __init__(self, name: str, table: Sequence[Entry], **node_options: Any) -> None:
        """Declare the parameters of ``table``.

        Args:
            name: of the node.
            table: its parameters.
            node_options: what rclpy's Node takes: namespace, context, parameter_overrides, ...

        Raises:
            ParameterError: a start value outside the table.
        """
        # Before rclpy's own constructor, which makes the parameter services.
        self._floats = [entry.name for entry in table if type(entry.default) is float]
        super().__init__(name, **node_options)
        self.last_problem = ''      # what the last step that failed raised
        self.told_to_end: Callable[[], bool] = lambda: False
        # Set while the node starts and nobody spins it: answers services that are called meanwhile.
        self.answer: Callable[[], None] = lambda: None
        self.finished = Future()    # its result is the exit status that the node asks for
        self._is_open = self._is_started = False
        self._live = [entry.name for entry in table if entry.live]
        if hasattr(self, 'add_post_set_parameters_callback'):
            self.settings: Dict[str, Value] = declare_parameters(self, table)
            self.add_post_set_parameters_callback(lambda parameters: self.apply_changes())
        else:
            # Humble: the executor calls it after the values were set.
            set_soon = self.create_guard_condition(self.apply_changes)
            self.settings = declare_parameters(self, table, set_soon.trigger)

        for words in unknown_overrides(self).values():
            self.get_logger().warning('A start value is not used: ' + words)

    def create_service(self, srv_type: Any, srv_name: str, callback: Callable[..., Any], **options: Any) -> Any:
        """Make a service as rclpy does, but guard those that set parameters."""
        return super().create_service(srv_type, srv_name, guard(srv_type, callback, self._floats), **options)

    def open(self) -> None:
        """Get what the node needs; raise to say why that is not possible."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self) -> None:
        """Stop working."""

    def close(self) -> None:
        """Give back what open got."""

    def changed(self, values: Dict[str, Value]) -> None:
        """Take {name: value} of live parameters that were changed; ``settings`` has them already."""

    def apply_changes(self) -> None:
        """Bring ``settings`` up to date with the parameters and tell `changed`."""
        values = {name: self.get_parameter(name).value for name in self._live}
        values = {name: value for name, value in values.items() if value != self.settings[name]}
        if values:
            self.settings.update(values)
            self._guard(lambda: self.changed(values))

    @property
    def is_started(self) -> bool:
        """Whether start was called and stop was not."""
        return self._is_started

    def autostart(self) -> bool:
        """Configure and activate if the node is to start by itself; return whether that went well."""
        if not self.settings['autostart']:
            self.get_logger().info('Waiting to be configured and activated (autostart is false).')
            return True
        return bool(self.trigger_configure() == TransitionCallbackReturn.SUCCESS
                    and self.trigger_activate() == TransitionCallbackReturn.SUCCESS)

    def wanted(self) -> bool:
        """Whether the node is to go on: False once its process was told to end; long steps ask now and then."""
        return self.context.ok() and not self.told_to_end()

    def wanted_meanwhile(self) -> bool:
        """Return the same; for a step of the start that takes long, which then keeps services waiting no longer."""
        self.answer()
        return self.wanted()

    def finish(self, status: int = 0) -> None:
        """Ask for the end of the process with an exit status, from any thread; `process.run_nodes` decides."""
        if not self.finished.done():
            self.finished.set_result(status)

    def release(self) -> None:
        """Stop and close whatever the state is; safe to call twice."""
        started, self._is_started = self._is_started, False
        if started:
            self._guard(self.stop)
        opened, self._is_open = self._is_open, False
        if opened:
            self._guard(self.close)

    def on_configure(self, state: Any) -> TransitionCallbackReturn:
        """Open, then let rclpy configure its own entities."""
        self._is_open = True
        if not self._guard(self.open):
            self.release()
            return TransitionCallbackReturn.FAILURE
        return super().on_configure(state)

    def on_activate(self, state: Any) -> TransitionCallbackReturn:
        """Let publishers publish, then start."""
        result = super().on_activate(state)
        self._is_started = True
        if not self._guard(self.start):
            self._is_started = False
            self._guard(self.stop)
            super().on_deactivate(state)
            return TransitionCallbackReturn.FAILURE
        return result

    def on_deactivate(self, state: Any) -> TransitionCallbackReturn:
        """Stop, then silence the publishers."""
        self._is_started = False
        self._guard(self.stop)
        return super().on_deactivate(state)

    def on_cleanup(self, state: Any) -> TransitionCallbackReturn:
        """Close."""
        self.release()
        return super().on_cleanup(state)

    def on_shutdown(self, state: Any) -> TransitionCallbackReturn:
        """Stop and close."""
        self.release()
        return super().on_shutdown(state)

    def on_error(self, state: Any) -> TransitionCallbackReturn:
        """Stop and close, so that the node can be configured again."""
        self.release()
        return TransitionCallbackReturn.SUCCESS

    def _guard(self, step: Callable[[], None]) -> bool:
        """Run one step; log what it raises; return whether it raised nothing."""
        try:
            step()
        except Exception as error:
            # A sentence for the user; the place in the code for whoever runs at debug level.
            if self.wanted():       # or else somebody stopped it, which is no error
                self.get_logger().error(str(error) or type(error).__name__)
            self.get_logger().debug(traceback.format_exc())
            self.last_problem = str(error) or type(error).__name__
            return False
        return True
