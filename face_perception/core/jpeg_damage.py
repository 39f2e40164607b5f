# Copyright 2026 The face_perception authors
# SPDX-License-Identifier: Apache-2.0
"""Finds what a failing disk, card or download leaves in a JPEG: a part that is filled with one and the same byte.

A decoder may take such a part for a picture, without a word, and all that follows it is wrong.
"""

import re
from typing import Dict, List, Set

import numpy as np

# FF and a code; inside a coded picture 00, fill bytes and restart codes follow an FF and mean nothing here.
MARKER = re.compile(b'\xff[^\x00\x01\xd0-\xd7\xff]')
_CHUNK = 16         # two chunks of one byte are a run
_DC, _AC = 0x00, 0x10
_SEQUENTIAL = (0xc0, 0xc1)

Codes = Dict[int, Dict[int, str]]       # class and number of a Huffman table -> symbol -> its bits


def has_filled_part(data: bytes) -> bool:
    """Tell whether a JPEG has a run of one byte that no plain area explains (ITU-T T.81, annexes B, C and F).

    A run of 47 bytes or more is found. A plain area is a repetition of the shortest blocks, "as before" and "end of
    block"; whether that gives such a run is seen from the tables of the picture.
    Progressive pictures are not judged: runs may be right there, and decoders notice most damage.
    """
    if not _repeated(data):
        return False
    codes: Codes = {}
    blocks: Dict[int, int] = {}
    place = 2
    while True:
        marker = MARKER.search(data, place)
        if marker is None:
            return False
        code, start = data[marker.start() + 1], marker.end()
        place = start + int.from_bytes(data[start:start + 2], 'big')
        segment = data[start + 2:place]
        if code in _SEQUENTIAL:
            # Of each component: its blocks in a unit of the scan.
            blocks = {segment[at]: (segment[at + 1] >> 4) * (segment[at + 1] & 15)
                      for at in range(6, len(segment) - 2, 3)}
        elif code == 0xc4:
            _read_tables(segment, codes)
        elif code == 0xda and blocks:
            end = MARKER.search(data, place)
            # Zeros at its end may be padding; where they are not, the decoder misses what they replaced.
            found = _repeated(data[place:end.start() if end else len(data)].rstrip(b'\0'))
            if found - _bytes_of(_plain_unit(segment, blocks, codes)):
                return True
        elif code == 0xd9:
            return False


def _repeated(data: bytes) -> Set[int]:
    """Return the bytes of which there are runs; FF, which may fill the place before a marker, is left out."""
    usable = len(data) // _CHUNK * _CHUNK
    if usable < 2 * _CHUNK:
        return set()
    chunks = np.frombuffer(data, np.uint8, usable).reshape(-1, _CHUNK)
    uniform = (chunks == chunks[:, :1]).all(axis=1)
    both = uniform[:-1] & uniform[1:] & (chunks[:-1, 0] == chunks[1:, 0])
    return set(chunks[:-1][both][:, 0].tolist()) - {0xff}


def _read_tables(segment: bytes, codes: Codes) -> None:
    """Add the Huffman tables of a DHT segment."""
    place = 0
    while place + 17 <= len(segment):
        counts, symbols = segment[place + 1:place + 17], segment[place + 17:place + 17 + sum(segment[place + 1:place + 17])]
        table: Dict[int, str] = {}
        code = used = 0
        for length, count in enumerate(counts, 1):
            for symbol in symbols[used:used + count]:
                table[symbol] = '{:0{}b}'.format(code, length)
                code += 1
            used, code = used + count, code << 1
        codes[segment[place]] = table
        place += 17 + len(symbols)


def _plain_unit(segment: bytes, blocks: Dict[int, int], codes: Codes) -> str:
    """Return the bits of the unit of a scan in which nothing changes; '' where its tables have no code for that."""
    count = segment[0] if segment else 0
    parts: List[str] = []
    for component, tables in zip(segment[1:1 + 2 * count:2], segment[2:2 + 2 * count:2]):
        same, end = codes.get(_DC | tables >> 4, {}).get(0), codes.get(_AC | tables & 15, {}).get(0)
        if same is None or end is None:
            return ''
        parts.append((same + end) * (blocks.get(component, 1) if count > 1 else 1))
    return ''.join(parts)


def _bytes_of(unit: str) -> Set[int]:
    """Return the bytes of which the repeated unit is a run, wherever a byte begins."""
    stream = unit * 16          # at least 32 bits
    if not unit or any(stream[at] != stream[at + 8] for at in range(len(stream) - 8)):
        return set()
    return {int(stream[phase:phase + 8], 2) for phase in range(8)}
