# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Health and times of a node on /diagnostics, once a second."""
import threading
from typing import Any, Callable, Dict, Tuple

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue

from face_perception.ros.qos import DIAGNOSTICS, profile
from face_perception.ros.topic_watch import steady_timer

OK, WARN = DiagnosticStatus.OK, DiagnosticStatus.WARN


class Times:
    """Means of named times over the frames since they were last read; any thread may add."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: Dict[str, float] = {}
        self._count = 0

    def add(self, **seconds: float) -> None:
        """Add the times of one frame, in seconds."""
        with self._lock:
            self._count += 1
            for name, value in seconds.items():
                self._sums[name] = self._sums.get(name, 0.0) + value

    def take(self) -> Tuple[int, Dict[str, float]]:
        """Return (frames, {name: mean milliseconds}) since the last call."""
        with self._lock:
            count, sums = self._count, self._sums
            self._sums, self._count = {}, 0
        return count, {name: 1000.0 * total / count for name, total in sums.items()}


class Diagnostics:
    """Publishes what ``collect`` says: (level, sentence, {name: value}), once a second."""

    def __init__(self, node: Any, collect: Callable[[], Tuple[bytes, str, Dict[str, Any]]],
                 hardware: str = '') -> None:
        self._node, self._collect, self._hardware = node, collect, hardware
        self._publisher = node.create_publisher(DiagnosticArray, DIAGNOSTICS.name, profile(DIAGNOSTICS))
        self._timer = steady_timer(node, 1.0, self._publish)

    def close(self) -> None:
        """Stop publishing."""
        self._node.destroy_timer(self._timer)
        self._node.destroy_publisher(self._publisher)

    def _publish(self) -> None:
        level, sentence, values = self._collect()
        message = DiagnosticArray()
        message.header.stamp = self._node.get_clock().now().to_msg()
        message.status.append(DiagnosticStatus(
            level=level, name=self._node.get_fully_qualified_name().lstrip('/'), message=sentence,
            hardware_id=self._hardware,
            values=[KeyValue(key=name, value=_text(value)) for name, value in values.items()]))
        self._publisher.publish(message)


def _text(value: object) -> str:
    return '{:.2f}'.format(value) if isinstance(value, float) else str(value)
