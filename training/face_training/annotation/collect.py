# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""`face-training collect`: fetch pictures from a list of addresses into a folder."""
import asyncio
import collections
import importlib.metadata
import pathlib
import re
import signal
import sys
import threading
from collections.abc import Sequence

import aiohttp
import filelock
import yarl
from tqdm import tqdm

from ..faults import Interrupted
from .web.addresses import read_addresses
from .web.album import Album, look
from .web.client import Client
from .web.download import download
from .web.limits import Limits, Refused, TryLater
from .web.provenance import DUPLICATE, FAILED, REFUSED, SAVED, Row
from .web.robots import Robots

USUAL = Limits()
AGENT = 'face-training'          # what robots.txt calls us by
WORDS = {SAVED: 'saved', DUPLICATE: 'there already', REFUSED: 'refused', FAILED: 'failed'}


def collect(urls: str | pathlib.Path, folder: str | pathlib.Path, contact: str,
            limits: Limits = USUAL) -> collections.Counter[str]:
    """Fetch what is not there yet; return how many addresses had which status in this run.

    Args:
        urls: text file, see `read_addresses`.
        folder: gets `pictures/` and `provenance.csv`.
        contact: a mail address or a page, for the owners of the hosts.
        limits: how patient and how polite.

    Raises:
        ValueError, OSError: the list or the folder cannot be used.
        Interrupted: by SIGINT or SIGTERM; what was fetched is kept.
    """
    folder = pathlib.Path(folder)
    addresses = read_addresses(urls)
    if not addresses:
        raise ValueError(f'{urls}: has no address, expected one in a line')
    agent = user_agent(contact)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / '.lock', blocking=False):
            album = Album(folder, limits)
            missing = [address for address in addresses if not album.provenance.is_final(address)]
            return asyncio.run(_run(missing, album, agent, limits))
    except filelock.Timeout as error:
        raise ValueError(f'{folder}: another collect fills it; wait for that one, or name another folder') from error


def user_agent(contact: str) -> str:
    """Return the User-Agent; raise ValueError where the contact is none."""
    if not re.fullmatch(r'[!-~]*[@/.][!-~]*', contact):
        raise ValueError(f'--contact: expected a mail address or the address of a page, without spaces, got {contact!r}')
    return f'{AGENT}/{importlib.metadata.version("face-training")} (+{contact})'


async def _run(addresses: Sequence[str], album: Album, agent: str, limits: Limits) -> collections.Counter[str]:
    """Ask all hosts, some at the same time, until a signal says stop."""
    counts: collections.Counter[str] = collections.Counter()
    queues: dict[str, list[str]] = {}
    for address in addresses:
        queues.setdefault(str(yarl.URL(address).host), []).append(address)
    places = asyncio.Semaphore(limits.hosts)
    headers = {'User-Agent': agent, 'Accept': 'image/*,text/plain;q=0.5', 'Accept-Encoding': 'identity'}
    async with aiohttp.ClientSession(headers=headers, trust_env=True, cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = Client(session, limits)
        robots = Robots(client, AGENT)
        with tqdm(total=len(addresses), desc='collect', unit='address', disable=not sys.stderr.isatty()) as bar:
            async def ask(queue: list[str]) -> None:
                async with places:
                    for address in queue:
                        row = await fetch(address, album, client, robots)
                        counts[row.status] += 1
                        bar.update()
                        if row.status in (REFUSED, FAILED):
                            bar.write(f'{WORDS[row.status]}: {address}: {row.why}', file=sys.stderr)
            work = asyncio.gather(*(ask(queue) for queue in queues.values()))
            stopped = _stop_on_signals(work)
            try:
                await work
            except asyncio.CancelledError:
                if not stopped:
                    raise
                raise Interrupted(f'stopped by {stopped[0]}; what was fetched is kept, the same command goes on') from None
    return counts


def _stop_on_signals(work: 'asyncio.Future[list[None]]') -> list[str]:
    """Cancel the work at SIGINT or SIGTERM; return a list that will hold the signal's name."""
    names: list[str] = []

    def stop(number: int) -> None:
        names.append(signal.Signals(number).name)
        work.cancel()
    if threading.current_thread() is threading.main_thread():       # signals can be set there alone
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    return names


async def fetch(address: str, album: Album, client: Client, robots: Robots) -> Row:
    """Fetch one address; return what was written down about it."""
    try:
        loaded = await download(address, client, robots)
        looked = await asyncio.to_thread(look, loaded.body, client.limits)
    except Refused as error:
        return album.refuse(address, str(error))
    except TryLater as error:
        return album.fail(address, str(error))
    return album.add(address, loaded, looked)
