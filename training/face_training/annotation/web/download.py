# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""From an address to the bytes of what claims to be a picture: robots.txt, redirects, declared type."""
from collections.abc import Mapping
from typing import NamedTuple

import yarl

from .addresses import parse_address
from .client import Client
from .limits import Refused
from .robots import REDIRECTS, Robots

# What hosts call files whose type they do not know.
UNKNOWN_TYPES = ('', 'application/octet-stream', 'binary/octet-stream')


class Download(NamedTuple):
    """What an address gave."""

    url: str                     # that gave it in the end
    content_type: str            # as the host says it
    body: bytes


async def download(address: str, client: Client, robots: Robots) -> Download:
    """Return what an address gives, after redirects; each host on the way is asked for its rules.

    Raises:
        Refused: it will never give a picture.
        TryLater: it may, another time.
    """
    url = parse_address(address)
    for _ in range(client.limits.redirects + 1):
        await robots.check(url)
        reply = await client.get(url, client.limits.most_bytes, check_type)
        if reply.status in REDIRECTS:
            url = target(url, reply.headers.get('Location', ''))
        elif reply.status != 200:
            raise Refused(f'HTTP {reply.status}')
        else:
            return Download(str(url), reply.headers.get('Content-Type', ''), reply.body)
    raise Refused(f'more than {client.limits.redirects} redirects')


def target(url: yarl.URL, location: str) -> yarl.URL:
    """Return where a redirect leads; raise Refused where that is no address of http or https."""
    try:
        return parse_address(str(url.join(yarl.URL(location)))) if location else parse_address('')
    except ValueError as error:
        raise Refused(f'is redirected to {location!r}, which is not fetched') from error


def check_type(headers: Mapping[str, str]) -> None:
    """Raise Refused for a declared type that no picture has; what it really is shows when it is decoded."""
    kind = headers.get('Content-Type', '').partition(';')[0].strip().lower()
    if not kind.startswith('image/') and kind not in UNKNOWN_TYPES:
        raise Refused(f'is {kind}, expected a picture')
