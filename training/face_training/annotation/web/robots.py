# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""What hosts say in robots.txt (RFC 9309), asked for once in a run."""
import asyncio

import protego
import yarl

from .client import Client
from .limits import AskedTooMuch, Refused, TryLater

MOST_BYTES = 500 * 1024          # RFC 9309, section 2.5
HOPS = 5                         # section 2.3.1.2
REDIRECTS = (301, 302, 303, 307, 308)


class Robots:
    """The rules of all hosts that were asked."""

    def __init__(self, client: Client, agent: str) -> None:
        """agent: the name that groups of rules call us by."""
        self._client = client
        self._agent = agent
        self._rules: dict[yarl.URL, protego.Protego | TryLater] = {}
        self._locks: dict[yarl.URL, asyncio.Lock] = {}

    async def check(self, url: yarl.URL) -> None:
        """Return where an address may be fetched.

        A robots.txt that is not there (4xx) allows all, one that cannot be had (5xx, no connection) nothing: RFC 9309,
        section 2.3.1. Crawl-delay, which the RFC leaves out, is obeyed.

        Raises:
            Refused: the host forbids it.
            TryLater: nobody knows.
        """
        origin = url.origin()
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                self._rules[origin] = await self._ask(origin)
        rules = self._rules[origin]
        if isinstance(rules, TryLater):
            raise TryLater(str(rules))
        if not rules.can_fetch(str(url), self._agent):
            raise Refused(f'robots.txt of {url.host} forbids it')

    async def _ask(self, origin: yarl.URL) -> protego.Protego | TryLater:
        try:
            text = await self._text(origin / 'robots.txt')
        except AskedTooMuch as failure:
            return failure
        except TryLater as failure:
            return TryLater(f'robots.txt of {origin} cannot be had ({failure}), so nothing is fetched there')
        rules = protego.Protego.parse(text)
        delay = rules.crawl_delay(self._agent)
        if delay:
            self._client.hosts.slow_down(str(origin.host), delay)
        return rules

    async def _text(self, url: yarl.URL) -> str:
        """Return the rules of a robots.txt, '' where there is none."""
        for _ in range(HOPS + 1):
            reply = await self._client.get(url, MOST_BYTES, cut=True)
            if reply.status not in REDIRECTS:
                return reply.body.decode('utf-8', 'replace')
            try:
                url = url.join(yarl.URL(reply.headers.get('Location', '')))
            except ValueError:
                break
            if url.scheme not in ('http', 'https') or not url.host:
                break
        return ''
