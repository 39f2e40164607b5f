# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Brings together messages of two topics that carry the same stamp, however late one of them comes.

Not message_filters: it says nothing of those whose partner never came, and wheels of it do not exist.
"""
from collections import OrderedDict
from typing import Any, Callable, Dict, List


class StampPairs:
    """Keeps the newest messages of two kinds until their partners come; the oldest are left out and counted.

    A stamp is paired exactly: neighbours in time show another picture.  A message whose stamp is kept already takes
    the place of the older one.  Not safe for several threads.
    """

    def __init__(self, kinds: List[str], limit: Callable[[], int], on_pair: Callable[..., None]) -> None:
        """Prepare.

        Args:
            kinds: the names of the two.
            limit: asked how many of each kind are kept; 1 or more.
            on_pair: called with one message of each kind, in the order of ``kinds``.
        """
        self._waiting: Dict[str, OrderedDict[int, Any]] = {kind: OrderedDict() for kind in kinds}
        self._limit, self._on_pair = limit, on_pair
        self.left_out = dict.fromkeys(kinds, 0)     # so many of a kind whose partner did not come

    @property
    def alone(self) -> bool:
        """Whether messages of every kind wait, none of which is the partner of another."""
        return all(self._waiting.values())

    def add(self, kind: str, stamp_ns: int, message: Any) -> None:
        """Take a message; ``on_pair`` is called if its partner is there."""
        mine = self._waiting[kind]
        mine[stamp_ns] = message
        if all(stamp_ns in waiting for waiting in self._waiting.values()):
            self._on_pair(*[waiting.pop(stamp_ns) for waiting in self._waiting.values()])
        while len(mine) > self._limit():
            mine.popitem(last=False)
            self.left_out[kind] += 1

    def clear(self) -> None:
        """Forget what waits; it is not counted."""
        for waiting in self._waiting.values():
            waiting.clear()
