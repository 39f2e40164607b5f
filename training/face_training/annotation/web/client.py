# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""One request, and the same one again where a host was busy."""
import asyncio
import datetime
import email.utils
import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

import aiohttp
import yarl

from .hosts import Hosts
from .limits import AskedTooMuch, Limits, Refused, TryLater

BUSY = (408, 425, 429)           # and all of 5xx: the same request may be answered later
CHUNK = 1 << 16

Check = Callable[[Mapping[str, str]], None]


class Reply(NamedTuple):
    """What a host answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes                  # of status 200 alone


class Client:
    """Requests within the limits, each in its turn at the host."""

    def __init__(self, session: aiohttp.ClientSession, limits: Limits) -> None:
        self._session = session
        self.limits = limits
        self.hosts = Hosts(limits)
        self._timeout = aiohttp.ClientTimeout(total=limits.total, sock_connect=limits.connect, sock_read=limits.read)

    async def get(self, url: yarl.URL, most_bytes: int, check: Check | None = None, cut: bool = False) -> Reply:
        """Return the answer of a host that may be busy at first; redirects are not followed.

        Args:
            url: what to ask for.
            most_bytes: of the body.
            check: called with the headers of status 200 before anything of the body is read; may raise Refused.
            cut: a longer body is cut off, instead of refused.

        Raises:
            TryLater: it is still busy, or cannot be reached, after Limits.tries.
            Refused: the body is too long, or check says so.
        """
        for number in range(self.limits.tries):
            try:
                return await self._once(url, most_bytes, check, cut)
            except AskedTooMuch:
                raise
            except TryLater as failure:
                wait = self._back_off(number) if failure.wait is None else failure.wait
                self.hosts.postpone(str(url.host), wait)
                if number == self.limits.tries - 1:
                    raise
        raise AssertionError('tries is 1 or more')

    def _back_off(self, number: int) -> float:
        """Return the seconds after failure `number`: doubled each time, half by chance (Brooker 2015, "equal jitter")."""
        most = min(self.limits.longest_back_off, self.limits.back_off * 2 ** number)
        return most * random.uniform(0.5, 1)

    async def _once(self, url: yarl.URL, most_bytes: int, check: Check | None, cut: bool) -> Reply:
        async with self.hosts.turn(str(url.host)):
            try:
                async with self._session.get(url, allow_redirects=False, timeout=self._timeout) as response:
                    headers = response.headers
                    if response.status in BUSY or response.status >= 500:
                        raise TryLater(f'HTTP {response.status}', retry_after(headers.get('Retry-After', '')))
                    body = b''
                    if response.status == 200:
                        if check is not None:
                            check(headers)
                        body = await _read(response, most_bytes, cut)
                    return Reply(response.status, headers, body)
            except asyncio.TimeoutError as error:
                raise TryLater(f'no whole answer in time ({error or f"{self.limits.total:g} s"})') from error
            except (aiohttp.InvalidURL, UnicodeError) as error:      # a part of the name is too long, for example
                raise Refused(f'no address that can be asked for: {error}') from error
            except (aiohttp.ClientError, OSError, ValueError, EOFError) as error:
                raise TryLater(f'{type(error).__name__}: {error}') from error


async def _read(response: aiohttp.ClientResponse, most_bytes: int, cut: bool) -> bytes:
    """Return the body; cut it or raise Refused as soon as it is known to be too long, whatever its header says."""
    said = response.content_length
    if said is not None and said > most_bytes and not cut:
        raise Refused(f'{said} bytes, more than the limit of {most_bytes}')
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > most_bytes:
            if cut:
                break
            raise Refused(f'more bytes than the limit of {most_bytes}')
    return bytes(body[:most_bytes])


def retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After asks for (RFC 9110, section 10.2.3): a number of them, or a date."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:          # "-0000": UTC all the same
        date = date.replace(tzinfo=datetime.timezone.utc)
    return max(0.0, (date - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
