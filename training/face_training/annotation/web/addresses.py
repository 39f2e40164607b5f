# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""The list of addresses: a text file, one address of a picture in a line, comments after #."""
import pathlib
import re

import yarl

SCHEMES = ('http', 'https')


def read_addresses(path: str | pathlib.Path) -> list[str]:
    """Return the addresses of a text file in their order, each once.

    A # at the start of a line or after a space begins a comment; within an address it is part of it.

    Raises:
        ValueError: a line is no address that can be fetched; the message names file and line.
        OSError: the file cannot be read.
    """
    try:
        text = pathlib.Path(path).read_text(encoding='utf-8-sig')
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected a text in UTF-8 with the address of a picture in each line: {error}') from error
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        address = re.split(r'(?:^|\s)#', line)[0].strip()
        if not address:
            continue
        try:
            parse_address(address)
        except ValueError as error:
            raise ValueError(f'{path}:{number}: {error}') from error
        found[address] = None
    return list(found)


def parse_address(text: str) -> yarl.URL:
    """Return an address without its fragment; raise ValueError where it is none of http or https."""
    expected = 'expected the address of a picture, such as https://example.org/1.jpg'
    if re.search(r'\s', text):
        raise ValueError(f'{expected}, one in a line, got {text!r}')
    try:
        url = yarl.URL(text)
        fits = url.scheme in SCHEMES and bool(url.host) and bool(url.port)
    except ValueError as error:
        raise ValueError(f'{expected}, got {text!r}: {error}') from error
    if not fits:
        raise ValueError(f'{expected}, got {text!r}; only {" and ".join(SCHEMES)} are fetched')
    return url.with_fragment(None)
