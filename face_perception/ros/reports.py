# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Say a thing once: a stream of bad images must not become a stream of log lines."""
import threading
from typing import Callable, Dict


class OnceReporter:
    """Says a text once per key; later reports with that key are only counted.

    say: called with the text, for example ``node.get_logger().warning``.
    limit: how many different keys are said and remembered. A sender can make up keys (encodings
        are free text), so after that many one last line says that no further kinds are reported.
    Safe to use from several threads.
    """

    def __init__(self, say: Callable[[str], object], limit: int = 50) -> None:
        self._say = say
        self._limit = limit
        self._counts: Dict[str, int] = {}
        self._unsaid = 0
        self._lock = threading.Lock()

    def report(self, key: str, text: str) -> bool:
        """Say ``text`` if ``key`` is new. Returns True if something was said."""
        with self._lock:
            if key in self._counts:
                self._counts[key] += 1
                return False
            if len(self._counts) >= self._limit:
                self._unsaid += 1
                if self._unsaid > 1:
                    return False
                text = f'{self._limit} different problems were reported; further kinds stay unsaid.'
            else:
                self._counts[key] = 1
        self._say(text)
        return True

    @property
    def total(self) -> int:
        """How often something was reported, said or not."""
        with self._lock:
            return sum(self._counts.values()) + self._unsaid
