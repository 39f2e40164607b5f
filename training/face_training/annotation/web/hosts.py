# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Turns at a host: one request at a time, a pause after each, and as long as the host asks for."""
import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator

from .limits import AskedTooMuch, Limits


@dataclasses.dataclass
class _Host:
    delay: float
    free_at: float = 0.0             # monotonic clock
    lock: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)


class Hosts:
    """Who may be asked when."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._hosts: dict[str, _Host] = {}

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(name, _Host(self._limits.delay))

    @contextlib.asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until a host may be asked, and hold it while it is.

        Raises:
            AskedTooMuch: that would take longer than Limits.longest_wait.
        """
        host = self._host(name)
        async with host.lock:
            wait = host.free_at - time.monotonic()
            if wait > self._limits.longest_wait:
                raise AskedTooMuch(f'{name} wants to be left alone for {wait:.0f} s more')
            await asyncio.sleep(max(0.0, wait))
            try:
                yield
            finally:
                self.postpone(name, host.delay)

    def postpone(self, name: str, seconds: float) -> None:
        """Leave a host alone for so long from now."""
        host = self._host(name)
        host.free_at = max(host.free_at, time.monotonic() + seconds)

    def slow_down(self, name: str, delay: float) -> None:
        """Take note of the pause between requests that a host asks for; a shorter one than ours changes nothing."""
        host = self._host(name)
        host.delay = max(host.delay, delay)
        self.postpone(name, host.delay)
