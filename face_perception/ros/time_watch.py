# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Tells a user once that two clocks do not belong together: simulated time that stands still, stamps of another day."""
from typing import Any

from face_perception.ros.topic_watch import steady_timer

PATIENCE_S = 5.0
FAR_S = 60.0        # between a stamp and now; networks and slow detectors stay far below


class TimeWatch:
    """Watches the clock of a node and the stamps that it gets.

    node: rclpy node.  Warns at most once about each.
    """

    def __init__(self, node: Any) -> None:
        self._node, self._stamps_judged = node, False
        self._timer = steady_timer(node, PATIENCE_S, self._check_clock) if self._simulated() else None

    def close(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._node.destroy_timer(self._timer)
        self._timer = None

    def seen(self, stamp_ns: int) -> None:
        """Judge the first stamp of a message; 0 is no time."""
        if self._stamps_judged or not stamp_ns:
            return
        self._stamps_judged = True
        now = self._node.get_clock().now().nanoseconds
        apart = (now - stamp_ns) / 1e9
        if now and abs(apart) > FAR_S:
            self._node.get_logger().warning(
                'Images are stamped {:.0f} s {} the clock of this node. Faces carry the same stamps, so tf and filters may '
                'drop them. {}'.format(abs(apart), 'behind' if apart > 0 else 'ahead of', _CURES[self._simulated()]))

    def _simulated(self) -> bool:
        return bool(self._node.get_parameter('use_sim_time').value)

    def _check_clock(self) -> None:
        self.close()
        if self._simulated() and not self._node.get_clock().now().nanoseconds:
            self._node.get_logger().warning(
                'use_sim_time is true, but no time comes on /clock: play the bag with --clock, start the simulator, or set '
                'use_sim_time to false.')


_CURES = {
    False: 'A replayed bag? Play it with --clock and start the nodes with use_sim_time:=true.',
    True: 'use_sim_time is true: does the clock of another bag or simulation run too?',
}
